import { entitlementsOf } from '../entitlements.ts';
import type { UserResolvers } from '../generated/resolvers.ts';
import { listInvoices } from '../invoices.ts';
import { currentMembership } from '../memberships.ts';
import { requireOwner } from '../ownership.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  membership({ id }, _arguments, { billing, viewer }) {
    requireOwner(viewer, id);
    return currentMembership(billing.prisma, id);
  },
  async entitlements({ id }, _arguments, { billing, viewer, plans }) {
    requireOwner(viewer, id);
    const membership = await currentMembership(billing.prisma, id);
    const plan = membership && (await plans.load(membership.planId));
    return entitlementsOf(membership, plan, billing.graceDays, new Date());
  },
  invoices({ id }, page, { billing, viewer }) {
    requireOwner(viewer, id);
    return listInvoices(billing.prisma, id, page);
  },
};
