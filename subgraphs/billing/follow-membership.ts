import { followChanges } from '../../platform/events/follow-changes.ts';
import type { Membership } from './generated/prisma/client.ts';
import { currentMembership, membershipChannel, type Billing } from './memberships.ts';

/** A user's membership as it is, if there is one, and then at each change. */
export const followMembership = (
  { prisma, pubsub }: Billing,
  userId: string,
): Promise<AsyncIterableIterator<Membership>> =>
  followChanges({
    pubsub,
    channel: membershipChannel(userId),
    read: async () => (await currentMembership(prisma, userId)) ?? undefined,
    isSame: (membership, told) => membership.id === told.id && membership.version === told.version,
  });
