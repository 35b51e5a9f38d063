import type Stripe from 'stripe';
import { ensureCustomer } from './customers.ts';
import type { Plan, Prisma } from './generated/prisma/client.ts';
import type { UserError } from './generated/resolvers.ts';
import { currentMembership, isRunning, refreshMembership, type Billing } from './memberships.ts';
import { idOf, isMissing } from './stripe-client.ts';

export interface CheckoutPages {
  readonly successUrl: string;
  readonly cancelUrl: string;
}

type Outcome = { checkoutUrl: string; userErrors: [] } | { checkoutUrl: null; userErrors: [UserError] };

const refused = (code: UserError['code'], message: string, field?: string[]): Outcome => ({
  checkoutUrl: null,
  userErrors: [{ code, message, ...(field && { field }) }],
});

/**
 * Sends a user to a page where they pay for a plan. There is one open page a user, so that nobody pays twice: asking
 * again for the same plan gives the same page, asking for another closes the first.
 */
export async function startCheckout(
  billing: Billing,
  pages: CheckoutPages,
  userId: string,
  planId: string,
): Promise<Outcome> {
  const { prisma, stripe } = billing;
  const plan = await prisma.plan.findUnique({ where: { id: planId } });
  if (!plan?.active)
    return refused('NOT_FOUND', `There is no plan "${planId}"; see the query plans.`, ['planId']);
  await settlePaidCheckout(billing, userId);
  const customer = await ensureCustomer(stripe, prisma, userId);
  return prisma.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`checkout ${userId}`}, 0))`;
      const membership = await currentMembership(transaction, userId);
      if (isRunning(membership))
        return refused(
          'ALREADY_MEMBER',
          'There is a running membership already; use changePlan to change its plan.',
        );
      const open = await openSession(stripe, transaction, userId);
      if (open?.planId === planId) return { checkoutUrl: open.url, userErrors: [] };
      if (open) await stripe.checkout.sessions.expire(open.id);
      const created = await createSession(stripe, pages, {
        userId,
        customer,
        plan,
        isNew: membership === null,
      });
      const row = { planId, stripeSessionId: created.id, createdAt: new Date() };
      await transaction.checkout.upsert({ where: { userId }, create: { userId, ...row }, update: row });
      if (!created.url) throw new Error(`Stripe gave checkout session ${created.id} no page`);
      return { checkoutUrl: created.url, userErrors: [] };
    },
    { maxWait: 10_000, timeout: 60_000 },
  );
}

/** The last page may have been paid a moment ago, before Stripe's news of it arrived. */
async function settlePaidCheckout(billing: Billing, userId: string): Promise<void> {
  const checkout = await billing.prisma.checkout.findUnique({ where: { userId } });
  const session = checkout && (await findSession(billing.stripe, checkout.stripeSessionId));
  const subscription = idOf(session?.subscription);
  if (session?.status === 'complete' && subscription) await refreshMembership(billing, subscription);
}

/** The page that a user may still pay on, if there is one. */
async function openSession(
  stripe: Stripe,
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<{ id: string; planId: string; url: string } | null> {
  const checkout = await transaction.checkout.findUnique({ where: { userId } });
  const session = checkout && (await findSession(stripe, checkout.stripeSessionId));
  if (session?.status !== 'open' || !session.url) return null;
  return { id: session.id, planId: checkout?.planId ?? '', url: session.url };
}

async function findSession(stripe: Stripe, id: string): Promise<Stripe.Checkout.Session | null> {
  try {
    return await stripe.checkout.sessions.retrieve(id);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const createSession = (
  stripe: Stripe,
  { successUrl, cancelUrl }: CheckoutPages,
  { userId, customer, plan, isNew }: { userId: string; customer: string; plan: Plan; isNew: boolean },
): Promise<Stripe.Checkout.Session> =>
  stripe.checkout.sessions.create({
    mode: 'subscription',
    customer,
    client_reference_id: userId,
    line_items: [{ price: plan.stripePriceId, quantity: 1 }],
    subscription_data: {
      metadata: { userId, planId: plan.id },
      // the trial is for those who were never members
      ...(isNew && plan.trialDays > 0 && { trial_period_days: plan.trialDays }),
    },
    success_url: successUrl,
    cancel_url: cancelUrl,
  });
