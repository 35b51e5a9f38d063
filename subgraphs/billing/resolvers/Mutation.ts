import { requireUser } from '../../../platform/viewer.ts';
import { cancelMembership, changePlan, resumeMembership } from '../change-membership.ts';
import { startCheckout } from '../checkout.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { openPortal } from '../portal.ts';

export const Mutation: MutationResolvers = {
  startCheckout: (_root, { planId }, { billing, pages, viewer }) =>
    startCheckout(billing, pages, requireUser(viewer), planId),
  changePlan: (_root, { planId }, { billing, viewer }) => changePlan(billing, requireUser(viewer), planId),
  cancelMembership: (_root, _arguments, { billing, viewer }) =>
    cancelMembership(billing, requireUser(viewer)),
  resumeMembership: (_root, _arguments, { billing, viewer }) =>
    resumeMembership(billing, requireUser(viewer)),
  openBillingPortal: (_root, _arguments, { billing, viewer, portalReturnUrl }) =>
    openPortal(billing, requireUser(viewer), portalReturnUrl),
};
