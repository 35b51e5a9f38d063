import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { timeOf, wallClock } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { endpoint } from './endpoint.ts';
import { emit, emitUpdate } from './events.ts';
import { invalidRequest, noSuch } from './failure.ts';
import { page } from './lists.ts';
import type { PaymentMethod } from './objects.ts';
import { expand, integer, mergedMetadata, metadata, paging, text } from './parameters.ts';
import type { Transaction } from './state.ts';
import { cardByToken, cardOf, declined, fingerprintOf, readCard, type TestCard } from './test-cards.ts';

export interface CardExpiry {
  month: number;
  year: number;
}

/** Keeps a card, not yet any customer's. */
export function createPaymentMethod(
  tx: Transaction,
  card: TestCard,
  expiry: CardExpiry,
  at: number,
): PaymentMethod {
  const method: PaymentMethod = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: expiry.month,
      exp_year: expiry.year,
      fingerprint: fingerprintOf(card.number),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: at,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
  tx.put('payment_methods', method);
  return method;
}

/** What a card's issuer says to it being saved or charged; undefined is yes. */
export const refusalOf = (method: PaymentMethod, to: 'attach' | 'charge') =>
  cardOf(method.card?.fingerprint)?.[to];

/**
 * Makes a payment method a customer's own.
 * @throws {StripeFailure} 402 if the card's issuer declines that, 400 if it is another customer's
 */
export function attachPaymentMethod(
  tx: Transaction,
  method: PaymentMethod,
  customerId: string,
): PaymentMethod {
  const customer = customerOf(tx, customerId, 'customer');
  if (method.customer === customer.id) return method;
  if (method.customer !== null)
    throw invalidRequest(
      'The payment method you provided has already been attached to a customer.',
      'payment_method',
      'payment_method_unexpected_state',
    );
  const refusal = refusalOf(method, 'attach');
  if (refusal) throw declined(refusal);
  const attached = { ...method, customer: customer.id };
  tx.put('payment_methods', attached);
  emit(tx, 'payment_method.attached', attached, timeOf(tx, customer.test_clock));
  return attached;
}

/**
 * The payment method that a parameter names; one of the API's ready test cards becomes a new one.
 * @throws {StripeFailure} 400 or 404 if there is none
 */
export function findPaymentMethod(tx: Transaction, id: string, param = 'id'): PaymentMethod {
  const card = cardByToken(id);
  if (card) return createPaymentMethod(tx, card, { month: 12, year: 2040 }, wallClock());
  const method = tx.get('payment_methods', id);
  if (!method) throw noSuch('PaymentMethod', id, param);
  return method;
}

/**
 * A payment method that a customer is to be charged with.
 * @throws {StripeFailure} 400 if it is not theirs
 */
export function ownPaymentMethod(
  tx: Transaction,
  customerId: string,
  id: string,
  param: string,
): PaymentMethod {
  const method = findPaymentMethod(tx, id, param);
  // a ready test card that is named here is attached on the way, as the API does
  if (method.customer === null && cardByToken(id)) return attachPaymentMethod(tx, method, customerId);
  if (method.customer !== customerId)
    throw invalidRequest(
      `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
      param,
      'resource_missing',
    );
  return method;
}

const listed = z.strictObject({ type: text.optional(), ...paging });

function listOfCustomer(tx: Transaction, url: string, customer: string, query: z.output<typeof listed>) {
  customerOf(tx, customer, 'customer');
  const methods = tx.list(
    'payment_methods',
    (method) => method.customer === customer && (query.type === undefined || method.type === query.type),
  );
  return page(url, methods, query);
}

export const paymentMethodEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/payment_methods',
    parameters: z.strictObject({
      type: z.literal('card'),
      card: z.strictObject({
        number: text,
        exp_month: integer,
        exp_year: integer,
        cvc: text.optional(),
      }),
      metadata: metadata.optional(),
      expand,
    }),
    answer({ tx }, { card, metadata: change }) {
      const { number, exp_month: month, exp_year: year, cvc } = card;
      const testCard = readCard({ number, month, year, cvc }, wallClock());
      const method = createPaymentMethod(tx, testCard, { month, year }, wallClock());
      const whole = { ...method, metadata: mergedMetadata({}, change) };
      tx.put('payment_methods', whole);
      return whole;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_methods/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => findPaymentMethod(tx, id),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_methods',
    parameters: listed.extend({ customer: text }),
    answer: ({ tx }, query) => listOfCustomer(tx, '/v1/payment_methods', query.customer, query),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers/:id/payment_methods',
    parameters: listed,
    answer: ({ tx }, query, id) => listOfCustomer(tx, `/v1/customers/${id}/payment_methods`, id, query),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    parameters: z.strictObject({ customer: text, expand }),
    answer: ({ tx }, { customer }, id) => attachPaymentMethod(tx, findPaymentMethod(tx, id), customer),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_methods/:id/detach',
    parameters: z.strictObject({ expand }),
    answer({ tx }, _parameters, id) {
      const before = findPaymentMethod(tx, id);
      if (before.customer === null)
        throw invalidRequest('The payment method you provided is not attached to a customer.');
      const customer = customerOf(tx, before.customer, 'customer');
      const at = timeOf(tx, customer.test_clock);
      const method = { ...before, customer: null };
      tx.put('payment_methods', method);
      emit(tx, 'payment_method.detached', method, at, { customer: customer.id });
      // nobody may go on being charged with it
      for (const subscription of tx.list('subscriptions', (each) => each.default_payment_method === id)) {
        const after = { ...subscription, default_payment_method: null };
        tx.put('subscriptions', after);
        emitUpdate(tx, 'customer.subscription.updated', subscription, after, at);
      }
      if (customer.invoice_settings.default_payment_method === id) {
        const after = {
          ...customer,
          invoice_settings: { ...customer.invoice_settings, default_payment_method: null },
        };
        tx.put('customers', after);
        emitUpdate(tx, 'customer.updated', customer, after, at);
      }
      return method;
    },
  }),
];
