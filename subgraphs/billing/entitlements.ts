import type { Membership, Plan } from './generated/prisma/client.ts';

/** What a user may watch. */
export interface Entitlements {
  readonly active: boolean;
  readonly maxStreams: number;
  /** pixels */
  readonly maxHeight: number;
  /** When it ends unless something is paid; null without a membership. */
  readonly validUntil: Date | null;
}

const NONE: Entitlements = { active: false, maxStreams: 0, maxHeight: 0, validUntil: null };
const DAY = 24 * 60 * 60 * 1000;

/**
 * What a membership entitles to. A running one goes on for the grace period when a payment is late, or when news of
 * the payment is; one that was cancelled ends with its period, to the second.
 */
export function entitlementsOf(
  membership: Membership | null | undefined,
  plan: Plan | null | undefined,
  graceDays: number,
  now: Date,
): Entitlements {
  if (!membership || !plan) return NONE;
  const validUntil = endOf(membership, graceDays);
  if (!validUntil || validUntil <= now) return { ...NONE, validUntil };
  return { active: true, maxStreams: plan.maxStreams, maxHeight: plan.maxHeight, validUntil };
}

function endOf(membership: Membership, graceDays: number): Date | null {
  const { status, currentPeriodEnd, cancelAtPeriodEnd, pastDueSince } = membership;
  if (status === 'TRIALING' || status === 'ACTIVE')
    return cancelAtPeriodEnd ? currentPeriodEnd : new Date(currentPeriodEnd.getTime() + graceDays * DAY);
  if (status === 'PAST_DUE' && pastDueSince) return new Date(pastDueSince.getTime() + graceDays * DAY);
  return null;
}
