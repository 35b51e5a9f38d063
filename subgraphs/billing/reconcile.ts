import type { Logger } from '../../platform/logger.ts';
import { createPeriodic, type Periodic } from '../../platform/periodic.ts';
import { refreshInvoice } from './invoices.ts';
import { refreshMembership, tellEntitlements, type Billing } from './memberships.ts';

/** A checkout page lives for a day. */
const CHECKOUT_LIFETIME = 24 * 60 * 60 * 1000;
const INTERVAL = 5 * 60 * 1000;

/**
 * Asks Stripe about everything that may have changed while nobody listened: users with a running membership or an
 * open checkout. What webhooks told already costs a look and changes nothing.
 * @returns how many users were looked at
 */
export async function reconcile(billing: Billing): Promise<number> {
  const { prisma, stripe, graceDays } = billing;
  const due = await prisma.$queryRaw<{ userId: string; customer: string }[]>`
    select c.user_id as "userId", c.stripe_customer_id as customer from customer c
    where c.stripe_customer_id is not null and (
      exists (select from membership m where m.user_id = c.user_id and m.ended_at is null)
      or exists (select from checkout s where s.user_id = c.user_id
                 and s.created_at > ${new Date(Date.now() - CHECKOUT_LIFETIME)}))`;
  for (const { userId, customer } of due) {
    for await (const subscription of stripe.subscriptions.list({ customer, status: 'all', limit: 20 }))
      await refreshMembership(billing, subscription.id);
    for await (const invoice of stripe.invoices.list({ customer, limit: 20 })) {
      const known = invoice.id && (await prisma.invoice.findUnique({ where: { id: invoice.id } }));
      if (invoice.id && (!known || known.status !== invoice.status))
        await refreshInvoice(billing, invoice.id);
      if (known) break; // newest first: the older ones are known too
    }
    // grace runs out by the clock alone
    await prisma.$transaction((transaction) => tellEntitlements(transaction, userId, graceDays));
  }
  return due.length;
}

/**
 * Reconciles at the start and every few minutes. Two copies of the service may do so at once: looking changes nothing.
 */
export const createReconciler = (billing: Billing, logger: Logger): Periodic =>
  createPeriodic('reconcile with Stripe', INTERVAL, logger, async () => {
    try {
      const users = await reconcile(billing);
      logger.info({ users }, 'reconciled with Stripe');
    } catch (error) {
      logger.warn({ error }, 'could not reconcile with Stripe; the next round tries again');
    }
  });
