import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { wallClock } from './clocks.ts';
import { endpoint } from './endpoint.ts';
import { emit, emitUpdate } from './events.ts';
import { invalidRequest, noSuch } from './failure.ts';
import { inRange, page } from './lists.ts';
import type { Price } from './objects.ts';
import {
  count,
  emptyable,
  expand,
  flag,
  integer,
  mergedMetadata,
  metadata,
  paging,
  range,
  text,
} from './parameters.ts';
import { createProduct, productOf } from './products.ts';
import type { Transaction } from './state.ts';

/** @throws {StripeFailure} 404, or 400 where a parameter named the price */
export function priceOf(tx: Transaction, id: string, param = 'id'): Price {
  const price = tx.get('prices', id);
  if (!price) throw noSuch('price', id, param);
  return price;
}

/**
 * Gives a lookup key to a price that is about to be kept.
 * @throws {StripeFailure} 400 if another active price has it and it is not to be taken from that
 */
function claimLookupKey(tx: Transaction, key: string, priceId: string, transfer: boolean): void {
  for (const holder of tx.list('prices', (price) => price.lookup_key === key && price.id !== priceId)) {
    if (!transfer)
      throw invalidRequest(
        `A price (\`${holder.id}\`) already uses that lookup key.`,
        'lookup_key',
        'resource_already_exists',
      );
    const after = { ...holder, lookup_key: null };
    tx.put('prices', after);
    emitUpdate(tx, 'price.updated', holder, after, wallClock());
  }
}

const interval = z.enum(['day', 'week', 'month', 'year']);

export const priceEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/prices',
    parameters: z.strictObject({
      currency: z.string().regex(/^[a-z]{3}$/, 'a three-letter currency code in lower case'),
      product: text.optional(),
      product_data: z
        .strictObject({ id: text.optional(), name: text, metadata: metadata.optional() })
        .optional(),
      unit_amount: count,
      recurring: z
        .strictObject({
          interval,
          interval_count: integer.refine((value) => value >= 1 && value <= 1_095, 'at least 1').default(1),
          usage_type: z.literal('licensed').optional(),
        })
        .optional(),
      active: flag.default(true),
      lookup_key: text.max(200).optional(),
      transfer_lookup_key: flag.default(false),
      nickname: text.optional(),
      tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).default('unspecified'),
      metadata: metadata.optional(),
      expand,
    }),
    answer({ tx }, given) {
      if ((given.product === undefined) === (given.product_data === undefined))
        throw invalidRequest('Pass one of product and product_data.', 'product', 'parameter_missing');
      const product =
        given.product === undefined
          ? createProduct(
              tx,
              { name: given.product_data!.name, metadata: mergedMetadata({}, given.product_data!.metadata) },
              given.product_data!.id,
            )
          : productOf(tx, given.product, 'product');
      const price: Price = {
        id: newId('price'),
        object: 'price',
        active: given.active,
        billing_scheme: 'per_unit',
        created: wallClock(),
        currency: given.currency,
        custom_unit_amount: null,
        livemode: false,
        lookup_key: given.lookup_key ?? null,
        metadata: mergedMetadata({}, given.metadata),
        nickname: given.nickname ?? null,
        product: product.id,
        recurring: given.recurring
          ? {
              interval: given.recurring.interval,
              interval_count: given.recurring.interval_count,
              meter: null,
              trial_period_days: null,
              usage_type: 'licensed',
            }
          : null,
        tax_behavior: given.tax_behavior,
        tiers_mode: null,
        transform_quantity: null,
        type: given.recurring ? 'recurring' : 'one_time',
        unit_amount: given.unit_amount,
        unit_amount_decimal: String(given.unit_amount),
      };
      if (price.lookup_key !== null)
        claimLookupKey(tx, price.lookup_key, price.id, given.transfer_lookup_key);
      tx.put('prices', price);
      emit(tx, 'price.created', price, price.created);
      return price;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/prices/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => priceOf(tx, id),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/prices/:id',
    parameters: z.strictObject({
      active: flag.optional(),
      lookup_key: emptyable(text.max(200)).optional(),
      transfer_lookup_key: flag.default(false),
      nickname: emptyable(text).optional(),
      metadata: metadata.optional(),
      expand,
    }),
    answer(
      { tx },
      { active, lookup_key: key, transfer_lookup_key: transfer, nickname, metadata: change },
      id,
    ) {
      const before = priceOf(tx, id);
      if (key) claimLookupKey(tx, key, id, transfer);
      const price: Price = {
        ...before,
        active: active ?? before.active,
        lookup_key: key === undefined ? before.lookup_key : key,
        nickname: nickname === undefined ? before.nickname : nickname,
        metadata: mergedMetadata(before.metadata, change),
      };
      tx.put('prices', price);
      emitUpdate(tx, 'price.updated', before, price, wallClock());
      return price;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/prices',
    parameters: z.strictObject({
      active: flag.optional(),
      product: text.optional(),
      currency: text.optional(),
      type: z.enum(['one_time', 'recurring']).optional(),
      lookup_keys: z.array(text).max(10).optional(),
      recurring: z.strictObject({ interval: interval.optional() }).optional(),
      created: range.optional(),
      ...paging,
    }),
    answer({ tx }, { active, product, currency, type, lookup_keys: keys, recurring, created, ...paging }) {
      const prices = tx.list(
        'prices',
        (price) =>
          (active === undefined || price.active === active) &&
          (product === undefined || price.product === product) &&
          (currency === undefined || price.currency === currency) &&
          (type === undefined || price.type === type) &&
          (keys === undefined || (price.lookup_key !== null && keys.includes(price.lookup_key))) &&
          (recurring?.interval === undefined || price.recurring?.interval === recurring.interval) &&
          inRange(price.created, created),
      );
      return page('/v1/prices', prices, paging);
    },
  }),
];
