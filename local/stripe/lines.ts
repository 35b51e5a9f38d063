import { newId } from '../../platform/ids.ts';
import { formatDay, formatPrice } from './money.ts';
import type { InvoiceLine, Price, Subscription, SubscriptionItem } from './objects.ts';
import { periodEnd } from './periods.ts';
import type { Transaction } from './state.ts';

/** How a change of a subscription in mid-period is charged. */
export type ProrationBehavior = 'always_invoice' | 'create_prorations' | 'none';

interface LineDetails {
  item: SubscriptionItem;
  amount: number;
  description: string;
  start: number;
  end: number;
  proration: boolean;
}

function line(subscription: Pick<Subscription, 'id' | 'metadata'>, details: LineDetails): InvoiceLine {
  const { item, amount, description, start, end, proration } = details;
  const { price, quantity = 1 } = item;
  return {
    id: newId('il'),
    object: 'line_item',
    amount,
    currency: price.currency,
    description,
    discount_amounts: [],
    discountable: !proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: subscription.metadata,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: proration ? newId('ii') : null,
        proration,
        proration_details: proration ? { credited_items: null } : null,
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { start, end },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: price.product },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity,
    quantity_decimal: String(quantity),
    subscription: subscription.id,
    subtotal: amount,
    taxes: [],
  };
}

const nameOf = (tx: Transaction, price: Price): string =>
  tx.get('products', price.product)?.name ?? price.product;
const fullAmount = ({ price, quantity = 1 }: SubscriptionItem): number => (price.unit_amount ?? 0) * quantity;

/** One line an item for a whole period, or for a trial, which costs nothing. */
export function periodLines(
  tx: Transaction,
  subscription: Pick<Subscription, 'id' | 'metadata'>,
  items: readonly SubscriptionItem[],
  trial: boolean,
): InvoiceLine[] {
  return items.map((item) => {
    const name = nameOf(tx, item.price);
    return line(subscription, {
      item,
      amount: trial ? 0 : fullAmount(item),
      description: trial
        ? `Trial period for ${name}`
        : `${item.quantity ?? 1} × ${name} (at ${formatPrice(item.price)})`,
      start: item.current_period_start,
      end: item.current_period_end,
      proration: false,
    });
  });
}

/** What is left of an item's period at `at`, from 1 to 0, counted in seconds as the API does. */
function remainder(
  { current_period_start: start, current_period_end: end }: SubscriptionItem,
  at: number,
): number {
  return Math.min(1, Math.max(0, (end - at) / (end - start)));
}

/** The credit for what a customer has paid for and will not use. */
export function unusedLine(tx: Transaction, subscription: Subscription, item: SubscriptionItem, at: number) {
  return line(subscription, {
    item,
    // not -Math.round(…): a credit of nothing is 0, not -0
    amount: 0 - Math.round(fullAmount(item) * remainder(item, at)),
    description: `Unused time on ${nameOf(tx, item.price)} after ${formatDay(at)}`,
    start: at,
    end: item.current_period_end,
    proration: true,
  });
}

function remainingLine(tx: Transaction, subscription: Subscription, item: SubscriptionItem, at: number) {
  return line(subscription, {
    item,
    amount: Math.round(fullAmount(item) * remainder(item, at)),
    description: `Remaining time on ${nameOf(tx, item.price)} after ${formatDay(at)}`,
    start: at,
    end: item.current_period_end,
    proration: true,
  });
}

export interface ItemsChange {
  /** The items after the change. */
  items: SubscriptionItem[];
  lines: InvoiceLine[];
  /** True where a new period begins with the change. */
  restarts: boolean;
}

/**
 * What a change of a subscription's items costs (https://docs.stripe.com/billing/subscriptions/prorations). Within
 * one rhythm the rest of the period is credited at the old price and charged at the new one. A change of rhythm, say
 * from monthly to yearly, begins a new period at once. In a trial nothing is credited and nothing charged.
 * @param items as they shall be, still with the current period
 * @param at when the change takes effect
 */
export function priceChange(
  tx: Transaction,
  subscription: Subscription,
  items: SubscriptionItem[],
  behavior: ProrationBehavior,
  at: number,
): ItemsChange {
  if (subscription.status === 'trialing') return { items, lines: [], restarts: false };
  const before = subscription.items.data;
  const restarts = rhythm(before[0]!.price) !== rhythm(items[0]!.price);
  const untouched = (one: SubscriptionItem, others: readonly SubscriptionItem[]): boolean =>
    !restarts &&
    others.some(
      ({ id, price, quantity }) => id === one.id && price.id === one.price.id && quantity === one.quantity,
    );
  const credits =
    behavior === 'none'
      ? []
      : before
          .filter((item) => !untouched(item, items))
          .map((item) => unusedLine(tx, subscription, item, at));
  if (restarts) {
    const restarted = items.map((item) => ({
      ...item,
      current_period_start: at,
      current_period_end: periodEnd(at, item.price.recurring!, at),
    }));
    return {
      items: restarted,
      lines: [...credits, ...periodLines(tx, subscription, restarted, false)],
      restarts,
    };
  }
  if (behavior === 'none') return { items, lines: [], restarts };
  const charges = items
    .filter((item) => !untouched(item, before))
    .map((item) => remainingLine(tx, subscription, item, at));
  return { items, lines: [...credits, ...charges], restarts };
}

const rhythm = ({ recurring }: Price): string => `${recurring?.interval_count} ${recurring?.interval}`;
