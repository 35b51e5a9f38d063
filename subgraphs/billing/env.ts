import * as z from 'zod';
import { readEnv, subgraphVariables } from '../../platform/env.ts';

const variables = z.object({
  ...subgraphVariables,
  STRIPE_SECRET_KEY: z.string().min(1).describe('secret key of the Stripe account'),
  STRIPE_WEBHOOK_SECRET: z.string().min(1).describe('key with which Stripe signs webhooks'),
  STRIPE_API_URL: z.url().optional().describe("where Stripe's API is; Stripe itself unless given"),
  CHECKOUT_SUCCESS_URL: z.url().describe('page that the customer sees after paying'),
  CHECKOUT_CANCEL_URL: z.url().describe('page that the customer sees after turning back'),
  PORTAL_RETURN_URL: z.url().describe('page that the billing portal leads back to'),
  GRACE_DAYS: z.coerce
    .number()
    .min(0)
    .max(60)
    .default(3)
    .describe('days that a membership goes on when a payment is late'),
});
export type BillingEnv = z.infer<typeof variables>;

/** @throws {EnvError} naming every variable at fault */
export const readBillingEnv = (source?: Record<string, string | undefined>): BillingEnv =>
  readEnv(variables, source);
