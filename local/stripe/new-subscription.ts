import { newId } from '../../platform/ids.ts';
import { invalidRequest } from './failure.ts';
import { listOf } from './lists.ts';
import type { Customer, Price, Subscription, SubscriptionItem } from './objects.ts';
import { periodEnd } from './periods.ts';
import { priceOf } from './prices.ts';
import type { Transaction } from './state.ts';

export interface PricedItem {
  price: Price;
  quantity: number;
}

export interface SubscriptionDetails {
  customer: Customer;
  items: PricedItem[];
  trialEnd: number | null;
  metadata: Record<string, string>;
  description: string | null;
  defaultPaymentMethod: string | null;
  missingPaymentMethod: 'cancel' | 'create_invoice';
}

/**
 * Looks up the prices of what is to be subscribed to.
 * @param param name of the parameter that lists them, for errors
 * @throws {StripeFailure} 400 if one is missing, archived or not recurring, or if they differ in currency or rhythm
 */
export function pricedItems(
  tx: Transaction,
  given: readonly { price: string; quantity?: number | undefined }[],
  param: string,
): PricedItem[] {
  const items = given.map(({ price: id, quantity = 1 }, position) => {
    const name = `${param}[${position}][price]`;
    const price = priceOf(tx, id, name);
    if (!price.active)
      throw invalidRequest('The price specified is inactive. This field only accepts active prices.', name);
    if (!price.recurring)
      throw invalidRequest(
        'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
        name,
      );
    return { price, quantity };
  });
  assertOneRhythm(
    items.map(({ price }) => price),
    param,
  );
  return items;
}

/** @throws {StripeFailure} 400 if prices could not be on one invoice */
export function assertOneRhythm(prices: readonly Price[], param: string): void {
  const rhythms = new Set(
    prices.map(
      (price) => `${price.currency} ${price.recurring?.interval} ${price.recurring?.interval_count}`,
    ),
  );
  if (rhythms.size > 1)
    throw invalidRequest('All prices on a subscription must have the same currency and interval.', param);
  if (rhythms.size === 0)
    throw invalidRequest(`A subscription needs at least one item.`, param, 'parameter_missing');
}

/** An item of a subscription, with the deprecated `plan` that the API still sends beside the price. */
export const newItem = (
  subscription: string,
  { price, quantity }: PricedItem,
  period: { start: number; end: number },
  created: number,
): SubscriptionItem => ({
  id: newId('si'),
  object: 'subscription_item',
  billing_thresholds: null,
  created,
  current_period_end: period.end,
  current_period_start: period.start,
  current_trial: null,
  discounts: [],
  metadata: {},
  plan: planOf(price),
  price,
  quantity,
  subscription,
  tax_rates: [],
});

export const planOf = (price: Price): SubscriptionItem['plan'] => ({
  id: price.id,
  object: 'plan',
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: price.unit_amount_decimal,
  billing_scheme: price.billing_scheme,
  created: price.created,
  currency: price.currency,
  interval: price.recurring!.interval,
  interval_count: price.recurring!.interval_count,
  livemode: false,
  metadata: price.metadata,
  meter: null,
  nickname: price.nickname,
  product: price.product,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
  usage_type: 'licensed',
});

/** Writes a subscription, and keeps it nowhere yet. Its first period is its trial, if it has one. */
export function newSubscription(details: SubscriptionDetails, at: number): Subscription {
  const { customer, items, trialEnd } = details;
  const id = newId('sub');
  const anchor = trialEnd ?? at;
  const end = trialEnd ?? periodEnd(at, items[0]!.price.recurring!, at);
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: at,
    currency: items[0]!.price.currency,
    customer: customer.id,
    customer_account: null,
    days_until_due: null,
    default_payment_method: details.defaultPaymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: details.description,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: listOf(
      `/v1/subscription_items?subscription=${id}`,
      items.map((item) => newItem(id, item, { start: at, end }, at)),
    ),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: details.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: at,
    status: 'incomplete',
    test_clock: customer.test_clock,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: details.missingPaymentMethod },
    },
    trial_start: trialEnd === null ? null : at,
  };
}
