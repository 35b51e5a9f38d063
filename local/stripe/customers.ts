import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { timeOf } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { endpoint } from './endpoint.ts';
import { emit, emitUpdate } from './events.ts';
import { noSuch } from './failure.ts';
import { cancelNow, isOver } from './lifecycle.ts';
import { inRange, page } from './lists.ts';
import type { Customer } from './objects.ts';
import { emptyable, expand, integer, mergedMetadata, metadata, paging, range, text } from './parameters.ts';
import { attachPaymentMethod, findPaymentMethod, ownPaymentMethod } from './payment-methods.ts';
import type { Transaction } from './state.ts';

/** Records a new customer. */
export function createCustomer(
  tx: Transaction,
  given: Partial<Pick<Customer, 'email' | 'name' | 'phone' | 'description' | 'metadata' | 'balance'>>,
  testClock: string | null = null,
): Customer {
  const customer: Customer = {
    id: newId('cus'),
    object: 'customer',
    address: null,
    balance: given.balance ?? 0,
    created: timeOf(tx, testClock),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: given.description ?? null,
    discount: null,
    email: given.email ?? null,
    invoice_prefix: Array.from({ length: 8 }, () => randomInt(36).toString(36).toUpperCase()).join(''),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: given.metadata ?? {},
    name: given.name ?? null,
    next_invoice_sequence: 1,
    phone: given.phone ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: testClock,
  };
  tx.put('customers', customer);
  emit(tx, 'customer.created', customer, customer.created);
  return customer;
}

/** Makes a payment method the one that a customer's invoices are charged with. */
export function setDefaultPaymentMethod(tx: Transaction, before: Customer, method: string | null): Customer {
  const settings = { ...before.invoice_settings, default_payment_method: method };
  const customer = { ...before, invoice_settings: settings };
  tx.put('customers', customer);
  emitUpdate(tx, 'customer.updated', before, customer, timeOf(tx, before.test_clock));
  return customer;
}

const details = {
  email: emptyable(z.string().max(512)).optional(),
  name: emptyable(text).optional(),
  phone: emptyable(text).optional(),
  description: emptyable(text).optional(),
  balance: integer.optional(),
  metadata: metadata.optional(),
  invoice_settings: z.strictObject({ default_payment_method: emptyable(text).optional() }).optional(),
  expand,
};

export const customerEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/customers',
    parameters: z.strictObject({ ...details, payment_method: text.optional(), test_clock: text.optional() }),
    answer({ tx }, { payment_method: card, test_clock: clock, invoice_settings: settings, ...given }) {
      if (clock !== undefined && !tx.get('test_clocks', clock))
        throw noSuch('testclock', clock, 'test_clock');
      const { email, name, phone, description, balance } = given;
      const customer = createCustomer(
        tx,
        {
          email: email ?? null,
          name: name ?? null,
          phone: phone ?? null,
          description: description ?? null,
          balance: balance ?? 0,
          metadata: mergedMetadata({}, given.metadata),
        },
        clock,
      );
      const attached =
        card && attachPaymentMethod(tx, findPaymentMethod(tx, card, 'payment_method'), customer.id);
      const named = settings?.default_payment_method;
      if (!named) return customer;
      const method =
        attached && named === card
          ? attached
          : ownPaymentMethod(tx, customer.id, named, 'invoice_settings[default_payment_method]');
      return setDefaultPaymentMethod(tx, customer, method.id);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => customerOf(tx, id),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/customers/:id',
    parameters: z.strictObject(details),
    answer({ tx }, { expand: _expand, metadata: change, invoice_settings: settings, ...given }, id) {
      const before = customerOf(tx, id);
      const named = settings?.default_payment_method;
      const method = named && ownPaymentMethod(tx, id, named, 'invoice_settings[default_payment_method]').id;
      const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const customer: Customer = {
        ...before,
        ...known,
        metadata: mergedMetadata(before.metadata, change),
        invoice_settings:
          named === undefined
            ? before.invoice_settings
            : { ...before.invoice_settings, default_payment_method: method ?? null },
      };
      tx.put('customers', customer);
      emitUpdate(tx, 'customer.updated', before, customer, timeOf(tx, customer.test_clock));
      return customer;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers',
    parameters: z.strictObject({
      email: text.optional(),
      created: range.optional(),
      test_clock: text.optional(),
      ...paging,
    }),
    answer({ tx }, { email, created, test_clock: clock, ...paging }) {
      const customers = tx.list(
        'customers',
        (customer) =>
          (email === undefined || customer.email === email) &&
          inRange(customer.created, created) &&
          customer.test_clock === (clock ?? null),
      );
      return page('/v1/customers', customers, paging);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/customers/:id',
    parameters: z.strictObject({}),
    answer({ tx }, _parameters, id) {
      const customer = customerOf(tx, id);
      const at = timeOf(tx, customer.test_clock);
      for (const subscription of tx.list('subscriptions', (each) => each.customer === id && !isOver(each)))
        cancelNow(tx, subscription, at, 'cancellation_requested');
      for (const method of tx.list('payment_methods', (each) => each.customer === id))
        tx.remove('payment_methods', method.id);
      tx.remove('customers', id);
      emit(tx, 'customer.deleted', customer, at);
      return { id, object: 'customer', deleted: true };
    },
  }),
];
