import type Stripe from 'stripe';
import type { PubSub } from '../../platform/events/events.ts';
import { newId } from '../../platform/ids.ts';
import { enqueue } from '../../platform/outbox.ts';
import { userOfCustomer } from './customers.ts';
import { entitlementsOf } from './entitlements.ts';
import type { Membership, Prisma, PrismaClient } from './generated/prisma/client.ts';
import { dateOf, idOf } from './stripe-client.ts';

/** What the domain's functions work with. */
export interface Billing {
  readonly stripe: Stripe;
  readonly prisma: PrismaClient;
  readonly pubsub: PubSub;
  readonly graceDays: number;
}

const statuses: Readonly<Record<string, string>> = {
  trialing: 'TRIALING',
  active: 'ACTIVE',
  past_due: 'PAST_DUE',
  unpaid: 'PAST_DUE',
  paused: 'PAUSED',
  canceled: 'CANCELED',
  incomplete_expired: 'CANCELED',
  incomplete: 'INCOMPLETE',
};

/** @throws for a status that Stripe has added since: better no change than a wrong one */
function statusOf(subscription: Stripe.Subscription): string {
  const status = statuses[subscription.status];
  if (status === undefined)
    throw new Error(`subscription ${subscription.id} has the unknown status ${subscription.status}`);
  return status;
}

const running: readonly string[] = ['TRIALING', 'ACTIVE', 'PAST_DUE', 'PAUSED'];

export const isRunning = (membership: Membership | null | undefined): membership is Membership =>
  membership !== null && membership !== undefined && running.includes(membership.status);

/** Where a user's changes are told to those who listen. */
export const membershipChannel = (userId: string): string => `billing:membership:${userId}`;

/** A user's membership: the running one, or else the newest. */
export async function currentMembership(
  prisma: PrismaClient | Prisma.TransactionClient,
  userId: string,
): Promise<Membership | null> {
  const memberships = await prisma.membership.findMany({ where: { userId }, orderBy: { startedAt: 'desc' } });
  return memberships.find(isRunning) ?? memberships[0] ?? null;
}

/**
 * Makes a membership what Stripe says its subscription is now. The state is fetched, never taken from an event, and
 * fetched while a lock is held: whatever order news comes in, and however often, the last writer has the newest state.
 * @returns the membership; null for a subscription that is not of one of our users
 */
export async function refreshMembership(
  billing: Billing,
  subscriptionId: string,
): Promise<Membership | null> {
  const { stripe, prisma, pubsub } = billing;
  const { membership, changed } = await prisma.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${subscriptionId}, 0))`;
      const subscription = await stripe.subscriptions.retrieve(subscriptionId);
      const userId = await userOfCustomer(transaction, idOf(subscription.customer) ?? '');
      if (userId === undefined) return { membership: null, changed: false };
      const written = await writeMembership(transaction, userId, subscription);
      if (written.changed) await tellEntitlements(transaction, userId, billing.graceDays);
      return written;
    },
    { maxWait: 10_000, timeout: 40_000 },
  );
  if (membership && changed)
    await pubsub.publish(membershipChannel(membership.userId), { id: membership.id });
  return membership;
}

async function writeMembership(
  transaction: Prisma.TransactionClient,
  userId: string,
  subscription: Stripe.Subscription,
): Promise<{ membership: Membership | null; changed: boolean }> {
  const [item] = subscription.items.data;
  const plan = await transaction.plan.findFirst({
    where: { OR: [{ stripePriceId: item?.price.id ?? '' }, { id: item?.price.lookup_key ?? '' }] },
  });
  if (!item || !plan)
    throw new Error(
      `subscription ${subscription.id} has a price that no plan has: run the synchronisation of plans`,
    );
  const where = { stripeSubscriptionId: subscription.id };
  const before = await transaction.membership.findUnique({ where });
  const status = statusOf(subscription);
  const state = {
    planId: plan.id,
    stripeItemId: item.id,
    status,
    currentPeriodEnd: dateOf(item.current_period_end),
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    pastDueSince: status === 'PAST_DUE' ? (before?.pastDueSince ?? dateOf(item.current_period_start)) : null,
    endedAt: subscription.ended_at ? dateOf(subscription.ended_at) : null,
  };
  if (before && isSame(before, state)) return { membership: before, changed: false };
  const membership = await transaction.membership.upsert({
    where,
    create: { ...state, ...where, id: newId('mem'), userId, startedAt: dateOf(subscription.start_date) },
    update: { ...state, version: { increment: 1 } },
  });
  return { membership, changed: true };
}

const isSame = (before: Membership, state: Partial<Membership>): boolean =>
  Object.entries(state).every(([key, value]) => {
    const old = before[key as keyof Membership];
    return old instanceof Date && value instanceof Date ? old.getTime() === value.getTime() : old === value;
  });

/** Writes down, and tells in an event, what a user is entitled to now, if that changed. */
export async function tellEntitlements(
  transaction: Prisma.TransactionClient,
  userId: string,
  graceDays: number,
): Promise<void> {
  // two subscriptions of one user are refreshed under different locks
  await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`entitlement ${userId}`}, 0))`;
  const membership = await currentMembership(transaction, userId);
  const plan = membership && (await transaction.plan.findUnique({ where: { id: membership.planId } }));
  const entitlements = entitlementsOf(membership, plan, graceDays, new Date());
  const before = await transaction.entitlement.findUnique({ where: { userId } });
  const validUntil = entitlements.validUntil?.toISOString() ?? null;
  if (
    before &&
    before.active === entitlements.active &&
    before.maxStreams === entitlements.maxStreams &&
    before.maxHeight === entitlements.maxHeight &&
    (before.validUntil?.toISOString() ?? null) === validUntil
  )
    return;
  await transaction.entitlement.upsert({
    where: { userId },
    create: { userId, ...entitlements },
    update: { ...entitlements },
  });
  await enqueue(transaction, 'entitlements.changed', { userId, ...entitlements, validUntil });
}
