import * as z from 'zod';
import { newId } from '../../platform/ids.ts';
import { hour, timeOf, wallClock } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { setDefaultPaymentMethod } from './customers.ts';
import { endpoint } from './endpoint.ts';
import { invalidRequest, noSuch } from './failure.ts';
import { isOver, openInvoices, payInvoice, setCancelAtPeriodEnd, updateSubscription } from './lifecycle.ts';
import type { PortalSession } from './objects.ts';
import { expand, text, webAddress } from './parameters.ts';
import { attachPaymentMethod, createPaymentMethod } from './payment-methods.ts';
import type { Transaction } from './state.ts';
import { readCard, type CardInput } from './test-cards.ts';

const lifetime = hour;

/**
 * A portal session whose link still works.
 * @throws {StripeFailure} 404
 */
export function portalOf(tx: Transaction, id: string): PortalSession {
  const session = tx.get('portal_sessions', id);
  if (!session || session.created + lifetime < wallClock()) throw noSuch('billing_portal.session', id);
  return session;
}

/**
 * Cancels a subscription at the end of its period, or takes that back.
 * @throws {StripeFailure} 400 if it is not the session's customer's, or over
 */
export function portalCancels(tx: Transaction, session: PortalSession, id: string, cancel: boolean): void {
  const subscription = tx.get('subscriptions', id);
  if (!subscription || subscription.customer !== session.customer || isOver(subscription))
    throw invalidRequest('This subscription cannot be changed.', 'subscription');
  setCancelAtPeriodEnd(tx, subscription, cancel, timeOf(tx, subscription.test_clock));
}

/**
 * Makes a new card the one that everything is charged to, and pays with it what is owed.
 * @throws {StripeFailure} 402 for a card that is declined or cannot be
 */
export function portalChangesCard(tx: Transaction, session: PortalSession, input: CardInput): void {
  const customer = customerOf(tx, session.customer);
  const at = timeOf(tx, customer.test_clock);
  const card = readCard(input, at);
  const created = createPaymentMethod(tx, card, { month: input.month, year: input.year }, at);
  const method = attachPaymentMethod(tx, created, customer.id);
  setDefaultPaymentMethod(tx, customerOf(tx, customer.id), method.id);
  for (const subscription of tx.list(
    'subscriptions',
    (each) => each.customer === customer.id && !isOver(each),
  )) {
    updateSubscription(tx, subscription, { default_payment_method: method.id }, at);
    for (const invoice of openInvoices(tx, subscription.id)) {
      const failure = payInvoice(tx, invoice, at);
      if (failure) throw failure;
    }
  }
}

export const portalEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/billing_portal/sessions',
    parameters: z.strictObject({
      customer: text,
      return_url: webAddress.optional(),
      locale: z.enum(['auto', 'en']).optional(),
      expand,
    }),
    answer({ tx }, { customer: id, return_url: returnUrl = null, locale = null }) {
      const customer = customerOf(tx, id, 'customer');
      // the id is not the link: whoever reads a log of ids cannot open it
      const secret = newId('portal');
      const session: PortalSession = {
        id: newId('bps'),
        object: 'billing_portal.session',
        configuration: 'bpc_local',
        created: wallClock(),
        customer: customer.id,
        customer_account: null,
        flow: null,
        livemode: false,
        locale,
        on_behalf_of: null,
        return_url: returnUrl,
        url: `${tx.publicUrl}/p/session/${secret}`,
      };
      tx.put('portal_sessions', { ...session, id: secret });
      return session;
    },
  }),
];
