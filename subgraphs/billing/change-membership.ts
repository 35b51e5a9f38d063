import type Stripe from 'stripe';
import type { Membership } from './generated/prisma/client.ts';
import type { UserError } from './generated/resolvers.ts';
import { currentMembership, isRunning, refreshMembership, type Billing } from './memberships.ts';
import { isCardError } from './stripe-client.ts';

interface Outcome {
  readonly membership: Membership | null;
  readonly userErrors: UserError[];
}

const refused = (code: UserError['code'], message: string, field?: string[]): Outcome => ({
  membership: null,
  userErrors: [{ code, message, ...(field && { field }) }],
});
const noMembership = (): Outcome =>
  refused('NO_MEMBERSHIP', 'There is no running membership; begin one with startCheckout.');

/** Moves a membership to another plan at once; the difference for the rest of the period is billed or credited. */
export async function changePlan(billing: Billing, userId: string, planId: string): Promise<Outcome> {
  const plan = await billing.prisma.plan.findUnique({ where: { id: planId } });
  if (!plan?.active)
    return refused('NOT_FOUND', `There is no plan "${planId}"; see the query plans.`, ['planId']);
  return changeSubscription(billing, userId, (membership) =>
    membership.planId === planId
      ? undefined
      : {
          items: [{ id: membership.stripeItemId, price: plan.stripePriceId }],
          proration_behavior: 'always_invoice',
          payment_behavior: 'error_if_incomplete',
        },
  );
}

/** Lets a membership run out with its paid period. Doing so twice is doing so once. */
export const cancelMembership = (billing: Billing, userId: string): Promise<Outcome> =>
  changeSubscription(billing, userId, ({ cancelAtPeriodEnd }) =>
    cancelAtPeriodEnd ? undefined : { cancel_at_period_end: true },
  );

/** Takes a cancellation back, as long as the period has not ended. */
export const resumeMembership = (billing: Billing, userId: string): Promise<Outcome> =>
  changeSubscription(billing, userId, ({ cancelAtPeriodEnd }) =>
    cancelAtPeriodEnd ? { cancel_at_period_end: false } : undefined,
  );

/**
 * Changes the running subscription at Stripe and reads back what came of it. Every change here says what shall be, not
 * what to add, so the same wish twice is the same state; an idempotency key of ours would keep a declined card's
 * answer for a day, though the card was changed.
 * @param change what to change; undefined if it is so already
 */
async function changeSubscription(
  billing: Billing,
  userId: string,
  change: (membership: Membership) => Stripe.SubscriptionUpdateParams | undefined,
): Promise<Outcome> {
  const membership = await currentMembership(billing.prisma, userId);
  if (!isRunning(membership)) return noMembership();
  const parameters = change(membership);
  if (!parameters) return { membership, userErrors: [] };
  try {
    await billing.stripe.subscriptions.update(membership.stripeSubscriptionId, parameters);
  } catch (error) {
    if (isCardError(error)) return refused('PAYMENT_FAILED', `${error.message} Nothing was changed.`);
    throw error;
  }
  const refreshed = await refreshMembership(billing, membership.stripeSubscriptionId);
  return isRunning(refreshed) ? { membership: refreshed, userErrors: [] } : noMembership();
}
