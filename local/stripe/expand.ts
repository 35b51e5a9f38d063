import { lineItemsOf } from './checkout.ts';
import { invalidRequest } from './failure.ts';
import { isOver } from './lifecycle.ts';
import { listOf } from './lists.ts';
import type { TableName } from './objects.ts';
import type { Transaction } from './state.ts';

/** Fields that hold an id, and where what it names is kept. */
const references: Record<string, TableName> = {
  customer: 'customers',
  product: 'products',
  price: 'prices',
  default_price: 'prices',
  subscription: 'subscriptions',
  invoice: 'invoices',
  latest_invoice: 'invoices',
  default_payment_method: 'payment_methods',
  test_clock: 'test_clocks',
};

/** Fields that are there only when asked for. */
const additions: Record<string, (tx: Transaction, id: string) => unknown> = {
  'checkout.session.line_items': (tx, id) => lineItemsOf(tx, id),
  'customer.subscriptions': (tx, id) =>
    listOf(
      `/v1/customers/${id}/subscriptions`,
      tx.list('subscriptions', (each) => each.customer === id && !isOver(each)).toReversed(),
    ),
};

type Node = Record<string, unknown>;

/**
 * Puts objects in the place of their ids (https://docs.stripe.com/api/expanding_objects).
 * @param body what an endpoint answers; left as it is
 * @param paths such as `latest_invoice` or `data.items.data.price.product`
 * @throws {StripeFailure} 400 for a path that leads nowhere
 */
export function expandBody(tx: Transaction, body: unknown, paths: readonly string[]): unknown {
  const copy: unknown = structuredClone(body);
  for (const path of paths) expandPath(tx, copy, path.split('.'), path);
  return copy;
}

function expandPath(tx: Transaction, node: unknown, [key, ...rest]: readonly string[], path: string): void {
  if (key === undefined || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) expandPath(tx, each, [key, ...rest], path);
    return;
  }
  if (typeof node !== 'object') throw notExpandable(path);
  const parent = node as Node;
  const addition = additions[`${String(parent.object)}.${key}`];
  if (addition && parent[key] === undefined) parent[key] = addition(tx, String(parent.id));
  if (!Object.hasOwn(parent, key)) throw notExpandable(path);
  const value = parent[key];
  const table = Object.hasOwn(references, key) ? references[key] : undefined;
  // what was deleted since stays an id
  if (typeof value === 'string' && table) parent[key] = tx.get(table, value) ?? value;
  else if (rest.length === 0 && (value === null || typeof value !== 'object')) {
    if (!table) throw notExpandable(path);
  }
  if (rest.length > 0) expandPath(tx, parent[key], rest, path);
}

const notExpandable = (path: string) =>
  invalidRequest(`This property cannot be expanded (${path}).`, 'expand');
