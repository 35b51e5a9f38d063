import { requireUser } from '../../../platform/viewer.ts';
import { followMembership } from '../follow-membership.ts';
import type { Membership } from '../generated/prisma/client.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';

export const Subscription: SubscriptionResolvers = {
  membershipChanged: {
    subscribe: (_root, _arguments, { billing, viewer }) => followMembership(billing, requireUser(viewer)),
    resolve: (membership: Membership) => membership,
  },
};
