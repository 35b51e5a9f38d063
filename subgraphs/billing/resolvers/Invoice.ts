import type { InvoiceResolvers } from '../generated/resolvers.ts';

export const Invoice: InvoiceResolvers = {
  total: ({ total, currency }) => ({ amount: total, currency }),
};
