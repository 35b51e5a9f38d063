import type { QueryResolvers } from '../generated/resolvers.ts';
import { listPlans } from '../plans.ts';

export const Query: QueryResolvers = {
  plans: (_root, _arguments, { billing }) => listPlans(billing.prisma),
};
