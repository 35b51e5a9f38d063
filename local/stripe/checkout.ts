import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { day, hour, timeOf } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { createCustomer } from './customers.ts';
import { endpoint } from './endpoint.ts';
import { emit, emitUpdate } from './events.ts';
import { invalidRequest, noSuch } from './failure.ts';
import { startSubscription } from './lifecycle.ts';
import { listOf } from './lists.ts';
import { pricedItems, type PricedItem } from './new-subscription.ts';
import type { CheckoutSession, Customer, LineItem } from './objects.ts';
import {
  count,
  emptyable,
  expand,
  integer,
  mergedMetadata,
  metadata,
  paging,
  text,
  webAddress,
} from './parameters.ts';
import { attachPaymentMethod, createPaymentMethod } from './payment-methods.ts';
import type { Transaction } from './state.ts';
import { trialEndOf, trialSettings } from './subscriptions.ts';
import { readCard, type CardInput } from './test-cards.ts';

/** @throws {StripeFailure} 404 */
export function checkoutOf(tx: Transaction, id: string): CheckoutSession {
  const session = tx.get('checkout_sessions', id);
  if (!session) throw noSuch('checkout.session', id);
  return session;
}

/** The time that a session lives in. */
export const timeOfCheckout = (tx: Transaction, session: CheckoutSession): number =>
  timeOf(tx, session.customer === null ? null : tx.get('customers', session.customer)?.test_clock);

const lineItem = (tx: Transaction, { price, quantity }: PricedItem): LineItem => {
  const amount = (price.unit_amount ?? 0) * quantity;
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: tx.get('products', price.product)?.name ?? null,
    metadata: {},
    price,
    quantity,
  };
};

interface SessionDetails {
  customer: Customer | null;
  email: string | null;
  reference: string | null;
  currency: string;
  /** Due on the page: nothing where a trial comes first. */
  amount: number;
  metadata: Record<string, string>;
  successUrl: string;
  cancelUrl: string | null;
  locale: CheckoutSession['locale'];
  created: number;
  expiresAt: number;
}

function newSession(tx: Transaction, details: SessionDetails): CheckoutSession {
  const id = newId('cs_test');
  const { customer, email } = details;
  const knownEmail = customer?.email ?? email;
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: details.amount,
    amount_total: details.amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: details.cancelUrl,
    client_reference_id: details.reference,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: details.created,
    currency: details.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: customer?.id ?? null,
    customer_account: null,
    customer_creation: customer ? null : 'always',
    customer_details: knownEmail === null ? null : customerDetails(knownEmail, customer?.name ?? null),
    customer_email: email,
    discounts: [],
    expires_at: details.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: details.locale,
    managed_payments: null,
    metadata: details.metadata,
    mode: 'subscription',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'always',
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: details.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${tx.publicUrl}/c/pay/${id}`,
    wallet_options: null,
  };
}

const customerDetails = (
  email: string | null,
  name: string | null,
): NonNullable<CheckoutSession['customer_details']> => ({
  address: null,
  business_name: null,
  email,
  individual_name: null,
  name,
  phone: null,
  tax_exempt: 'none',
  tax_ids: null,
});

/** Ends an open session unpaid. */
export function expireCheckout(tx: Transaction, before: CheckoutSession, at: number): CheckoutSession {
  const session: CheckoutSession = { ...before, status: 'expired', url: null };
  tx.put('checkout_sessions', session);
  emit(tx, 'checkout.session.expired', session, at);
  return session;
}

/** The page asks customers for their address if the seller did not know it. */
function withEmail(tx: Transaction, before: Customer, email: string | null, at: number): Customer {
  if (before.email !== null || email === null) return before;
  const customer = { ...before, email };
  tx.put('customers', customer);
  emitUpdate(tx, 'customer.updated', before, customer, at);
  return customer;
}

/** What the page's form holds. */
export interface CheckoutForm {
  card: CardInput;
  email: string | null;
  name: string | null;
}

/**
 * Pays an open session: the customer, the card, the subscription and its first invoice come to be together, or, if
 * the card is declined, not at all.
 * @throws {StripeFailure} 402 for a card that is declined or cannot be
 */
export function completeCheckout(
  tx: Transaction,
  before: CheckoutSession,
  form: CheckoutForm,
): CheckoutSession {
  const at = timeOfCheckout(tx, before);
  const card = readCard(form.card, at);
  const order = tx.get('checkout_orders', before.id)!;
  const customer =
    before.customer === null
      ? createCustomer(tx, { email: before.customer_email ?? form.email, name: form.name })
      : withEmail(tx, customerOf(tx, before.customer), form.email, at);
  const { month, year } = form.card;
  const method = attachPaymentMethod(tx, createPaymentMethod(tx, card, { month, year }, at), customer.id);
  const trialEnd = order.trialDays === null ? order.trialEnd : at + order.trialDays * day;
  const subscription = startSubscription(
    tx,
    {
      customer: customerOf(tx, customer.id),
      items: order.lineItems.map(({ price, quantity }) => ({ price: price!, quantity: quantity ?? 1 })),
      trialEnd,
      metadata: order.subscriptionMetadata,
      description: order.description,
      defaultPaymentMethod: method.id,
      missingPaymentMethod: order.missingPaymentMethod,
    },
    'error_if_incomplete',
    at,
  );
  const session: CheckoutSession = {
    ...before,
    status: 'complete',
    payment_status: trialEnd === null ? 'paid' : 'no_payment_required',
    customer: customer.id,
    customer_details: customerDetails(customer.email, form.name ?? customer.name ?? null),
    subscription: subscription.id,
    invoice: subscription.latest_invoice,
    url: null,
  };
  tx.put('checkout_sessions', session);
  emit(tx, 'checkout.session.completed', session, at);
  return session;
}

const locale = z.enum(['auto', 'en', 'de', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt', 'zh']).optional();

export const checkoutEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions',
    parameters: z.strictObject({
      mode: z.literal('subscription'),
      line_items: z
        .array(z.strictObject({ price: text, quantity: count.default(1) }))
        .min(1)
        .max(20),
      customer: text.optional(),
      customer_email: z.email().optional(),
      client_reference_id: text.max(200).optional(),
      subscription_data: z
        .strictObject({
          trial_period_days: count.optional(),
          trial_end: integer.optional(),
          trial_settings: trialSettings.optional(),
          description: text.optional(),
          metadata: metadata.optional(),
        })
        .optional(),
      success_url: webAddress,
      cancel_url: emptyable(webAddress).optional(),
      payment_method_collection: z.literal('always').optional(),
      payment_method_types: z.array(z.literal('card')).optional(),
      locale,
      ui_mode: z.literal('hosted_page').optional(),
      expires_at: integer.optional(),
      metadata: metadata.optional(),
      expand,
    }),
    answer({ tx }, given) {
      if (given.customer !== undefined && given.customer_email !== undefined)
        throw invalidRequest(
          'You may only specify one of these parameters: customer, customer_email.',
          'customer',
        );
      const customer = given.customer === undefined ? null : customerOf(tx, given.customer, 'customer');
      const at = timeOf(tx, customer?.test_clock);
      const items = pricedItems(tx, given.line_items, 'line_items');
      const lineItems = items.map((item) => lineItem(tx, item));
      const expiresAt = given.expires_at ?? at + day;
      if (expiresAt < at + hour / 2 || expiresAt > at + day)
        throw invalidRequest(
          'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
          'expires_at',
        );
      const { subscription_data: data } = given;
      const trial = trialEndOf(data ?? {}, at);
      const total = lineItems.reduce((sum, item) => sum + item.amount_total, 0);
      const session = newSession(tx, {
        customer,
        email: given.customer_email ?? null,
        reference: given.client_reference_id ?? null,
        currency: items[0]!.price.currency,
        amount: trial === null ? total : 0,
        metadata: mergedMetadata({}, given.metadata),
        successUrl: given.success_url,
        cancelUrl: given.cancel_url ?? null,
        locale: given.locale ?? null,
        created: at,
        expiresAt,
      });
      tx.put('checkout_sessions', session);
      tx.put('checkout_orders', {
        id: session.id,
        lineItems,
        trialDays: data?.trial_period_days || null,
        trialEnd: data?.trial_end ?? null,
        subscriptionMetadata: mergedMetadata({}, data?.metadata),
        description: data?.description ?? null,
        missingPaymentMethod: data?.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
      });
      return session;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => checkoutOf(tx, id),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions/:id/line_items',
    parameters: z.strictObject(paging),
    answer({ tx }, _parameters, id) {
      checkoutOf(tx, id);
      return lineItemsOf(tx, id);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    parameters: z.strictObject({ expand }),
    answer({ tx }, _parameters, id) {
      const session = checkoutOf(tx, id);
      if (session.status !== 'open')
        throw invalidRequest(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
        );
      return expireCheckout(tx, session, timeOfCheckout(tx, session));
    },
  }),
];

/** What a session sells, as the API lists it on demand. */
export const lineItemsOf = (tx: Transaction, id: string) =>
  listOf(`/v1/checkout/sessions/${id}/line_items`, tx.get('checkout_orders', id)?.lineItems ?? []);
