import { noSuch } from './failure.ts';
import type { Customer } from './objects.ts';
import type { Transaction } from './state.ts';

/** @throws {StripeFailure} 404, or 400 where a parameter named the customer */
export function customerOf(tx: Transaction, id: string, param = 'id'): Customer {
  const customer = tx.get('customers', id);
  if (!customer) throw noSuch('customer', id, param);
  return customer;
}
