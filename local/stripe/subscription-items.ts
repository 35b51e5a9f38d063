import * as z from 'zod';
import { invalidRequest, noSuch } from './failure.ts';
import { assertOneRhythm, newItem, planOf, pricedItems } from './new-subscription.ts';
import type { Subscription, SubscriptionItem } from './objects.ts';
import { count, flag, integer, mergedMetadata, metadata, text } from './parameters.ts';
import type { Transaction } from './state.ts';

/** Parameters that say how a change in mid-period is charged; an update and a preview take the same. */
export const proration = {
  proration_behavior: z.enum(['always_invoice', 'create_prorations', 'none']).default('create_prorations'),
  proration_date: integer.optional(),
};

/** Items as an update names them: with an id one that is there, without one that is new. */
export const itemChanges = z
  .array(
    z.strictObject({
      id: text.optional(),
      price: text.optional(),
      quantity: count.optional(),
      deleted: flag.default(false),
      metadata: metadata.optional(),
    }),
  )
  .min(1)
  .max(20);
type ItemChanges = z.output<typeof itemChanges>;

/**
 * A subscription's items as they will be, still with the current period.
 * @throws {StripeFailure} 400 if an item or a price is not there, or does not fit
 */
export function changedItems(
  tx: Transaction,
  subscription: Subscription,
  changes: ItemChanges,
  at: number,
  param = 'items',
): SubscriptionItem[] {
  const items = new Map(subscription.items.data.map((item) => [item.id, item]));
  for (const [position, change] of changes.entries()) {
    const old = change.id === undefined ? undefined : items.get(change.id);
    if (change.id !== undefined && !old)
      throw noSuch('subscription_item', change.id, `${param}[${position}][id]`);
    if (old && change.deleted) items.delete(old.id);
    else if (old) items.set(old.id, changedItem(tx, old, change, param));
    else {
      const { price, quantity } = change;
      if (price === undefined)
        throw invalidRequest(
          `Missing required param: ${param}[${position}][price].`,
          `${param}[${position}][price]`,
          'parameter_missing',
        );
      const [priced] = pricedItems(tx, [{ price, quantity }], param);
      const first = subscription.items.data[0]!;
      const period = { start: first.current_period_start, end: first.current_period_end };
      const item = newItem(subscription.id, priced!, period, at);
      items.set(item.id, item);
    }
  }
  const result = [...items.values()];
  assertOneRhythm(
    result.map(({ price }) => price),
    param,
  );
  if (result[0]!.price.currency !== subscription.currency)
    throw invalidRequest(
      `The currency of a subscription cannot change from ${subscription.currency}.`,
      param,
    );
  return result;
}

function changedItem(
  tx: Transaction,
  item: SubscriptionItem,
  change: ItemChanges[number],
  param: string,
): SubscriptionItem {
  const quantity = change.quantity ?? item.quantity ?? 1;
  const kept = { ...item, quantity, metadata: mergedMetadata(item.metadata, change.metadata) };
  // a price that was archived since may stay, but not be chosen anew
  if (change.price === undefined || change.price === item.price.id) return kept;
  const { price } = pricedItems(tx, [{ price: change.price }], param)[0]!;
  return { ...kept, price, plan: planOf(price) };
}
