import { requireOwner } from '../ownership.ts';
import type { MembershipResolvers } from '../generated/resolvers.ts';

export const Membership: MembershipResolvers = {
  async __resolveReference({ id }, { billing, viewer }) {
    const membership = await billing.prisma.membership.findUnique({ where: { id } });
    if (!membership) return null;
    requireOwner(viewer, membership.userId);
    return membership;
  },
  async plan({ planId }, _arguments, { plans }) {
    const plan = await plans.load(planId);
    if (!plan) throw new Error(`plan ${planId} is gone, and a membership has it`);
    return plan;
  },
  status: ({ status }) => status as 'ACTIVE',
};
