import type { PlanResolvers } from '../generated/resolvers.ts';

export const Plan: PlanResolvers = {
  price: ({ amount, currency }) => ({ amount, currency }),
};
