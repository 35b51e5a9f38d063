import type Stripe from 'stripe';
import type { Logger } from '../../platform/logger.ts';
import { readBody, sendJson, type Route } from '../../platform/serve.ts';
import { refreshInvoice } from './invoices.ts';
import { refreshMembership, type Billing } from './memberships.ts';
import { idOf } from './stripe-client.ts';

/** Stripe's events are a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Where Stripe tells what happened. The body is checked as it came, byte for byte; an event is a hint that something
 * changed, and what it is now is fetched. An answer other than 2xx makes Stripe try again.
 */
export const webhookRoute = (billing: Billing, secret: string, logger: Logger): Route => ({
  method: 'POST',
  path: '/webhooks/stripe',
  async handler(request, response) {
    const body = await readBody(request, MAX_BODY_BYTES);
    let event: Stripe.Event;
    try {
      event = billing.stripe.webhooks.constructEvent(body, request.headers['stripe-signature'] ?? '', secret);
    } catch (error) {
      logger.warn({ reason: (error as Error).message }, 'a webhook was refused');
      return sendJson(response, 400, { error: 'The signature does not fit the body, or is too old.' });
    }
    const seen = await billing.prisma.webhookEvent.findUnique({ where: { id: event.id } });
    if (!seen) {
      await handle(billing, event);
      // written after the work: a crash in between makes Stripe tell again, and the work absorbs that
      await billing.prisma.webhookEvent.createMany({
        data: [{ id: event.id, type: event.type }],
        skipDuplicates: true,
      });
    }
    logger.info({ event: event.id, type: event.type, repeated: seen !== null }, 'webhook');
    sendJson(response, 200, { received: true });
  },
});

async function handle(billing: Billing, event: Stripe.Event): Promise<void> {
  switch (event.type) {
    case 'checkout.session.completed': {
      const subscription = idOf(event.data.object.subscription);
      if (subscription) await refreshMembership(billing, subscription);
      return;
    }
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
    case 'customer.subscription.paused':
    case 'customer.subscription.resumed':
    case 'customer.subscription.trial_will_end':
      await refreshMembership(billing, event.data.object.id);
      return;
    case 'invoice.created':
    case 'invoice.finalized':
    case 'invoice.paid':
    case 'invoice.payment_failed':
    case 'invoice.updated':
    case 'invoice.voided': {
      const { id } = event.data.object;
      if (id === undefined) return;
      const invoice = await refreshInvoice(billing, id);
      const subscription = idOf(invoice.parent?.subscription_details?.subscription);
      if (subscription) await refreshMembership(billing, subscription);
      return;
    }
    default: // other news changes nothing here
  }
}
