import { requireUser } from '../../../platform/viewer.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';
import { followMembership } from '../follow-membership.ts';

export const Subscription: SubscriptionResolvers = {
  membershipChanged: {
    async *subscribe(_root, _arguments, { billing, viewer }) {
      for await (const membershipChanged of followMembership(billing, requireUser(viewer)))
        yield { membershipChanged };
    },
  },
};
