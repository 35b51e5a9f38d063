import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { wallClock } from './clocks.ts';
import { endpoint } from './endpoint.ts';
import { emit, emitUpdate } from './events.ts';
import { invalidRequest, noSuch } from './failure.ts';
import { inRange, page } from './lists.ts';
import type { Product } from './objects.ts';
import {
  emptyable,
  expand,
  flag,
  mergedMetadata,
  metadata,
  paging,
  range,
  text,
  webAddress,
} from './parameters.ts';
import type { Transaction } from './state.ts';

/** @throws {StripeFailure} 404, or 400 where a parameter named the product */
export function productOf(tx: Transaction, id: string, param = 'id'): Product {
  const product = tx.get('products', id);
  if (!product) throw noSuch('product', id, param);
  return product;
}

/**
 * Records a new product.
 * @param id the seller's own, or a new one
 */
export function createProduct(
  tx: Transaction,
  given: Partial<Pick<Product, 'active' | 'description' | 'metadata' | 'images' | 'url'>> & { name: string },
  id = newId('prod'),
): Product {
  if (tx.get('products', id))
    throw invalidRequest('Product already exists.', 'id', 'resource_already_exists');
  const now = wallClock();
  const product: Product = {
    id,
    object: 'product',
    active: given.active ?? true,
    created: now,
    default_price: null,
    description: given.description ?? null,
    images: given.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: given.metadata ?? {},
    name: given.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: now,
    url: given.url ?? null,
  };
  tx.put('products', product);
  emit(tx, 'product.created', product, now);
  return product;
}

const details = {
  active: flag.optional(),
  description: emptyable(text).optional(),
  images: z.array(webAddress).max(8).optional(),
  metadata: metadata.optional(),
  url: emptyable(webAddress).optional(),
  expand,
};

export const productEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/products',
    parameters: z.strictObject({ id: text.max(100).optional(), name: text, ...details }),
    answer({ tx }, { id, name, metadata: change, active = true, description, images = [], url }) {
      return createProduct(
        tx,
        {
          name,
          active,
          images,
          description: description ?? null,
          url: url ?? null,
          metadata: mergedMetadata({}, change),
        },
        id,
      );
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/products/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => productOf(tx, id),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/products/:id',
    parameters: z.strictObject({ name: text.optional(), default_price: text.optional(), ...details }),
    answer({ tx }, { expand: _expand, metadata: change, ...given }, id) {
      const before = productOf(tx, id);
      const price = given.default_price && tx.get('prices', given.default_price);
      if (given.default_price && (!price || price.product !== id))
        throw noSuch('price', given.default_price, 'default_price');
      const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const product: Product = {
        ...before,
        ...known,
        metadata: mergedMetadata(before.metadata, change),
        updated: wallClock(),
      };
      tx.put('products', product);
      emitUpdate(tx, 'product.updated', before, product, product.updated);
      return product;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/products',
    parameters: z.strictObject({
      active: flag.optional(),
      ids: z.array(text).max(100).optional(),
      created: range.optional(),
      ...paging,
    }),
    answer({ tx }, { active, ids, created, ...paging }) {
      const products = tx.list(
        'products',
        (product) =>
          (active === undefined || product.active === active) &&
          (ids === undefined || ids.includes(product.id)) &&
          inRange(product.created, created),
      );
      return page('/v1/products', products, paging);
    },
  }),
];
