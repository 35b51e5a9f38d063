import Stripe from 'stripe';
import type { BillingEnv } from './env.ts';

/** The official SDK; `STRIPE_API_URL` changes where it calls, and nothing else. */
export function createStripeClient(env: Pick<BillingEnv, 'STRIPE_SECRET_KEY' | 'STRIPE_API_URL'>): Stripe {
  const options = { maxNetworkRetries: 2, timeout: 10_000, telemetry: false };
  if (env.STRIPE_API_URL === undefined) return new Stripe(env.STRIPE_SECRET_KEY, options);
  const { protocol, hostname, port } = new URL(env.STRIPE_API_URL);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return new Stripe(env.STRIPE_SECRET_KEY, {
    ...options,
    host: hostname,
    port: port || (scheme === 'https' ? '443' : '80'),
    protocol: scheme,
  });
}

/** True for a refusal by the card or the bank, which the customer can mend. */
export const isCardError = (error: unknown): error is Stripe.errors.StripeCardError =>
  (error as { type?: unknown } | null)?.type === 'StripeCardError';

/** True where Stripe has no such object. */
export const isMissing = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === 'resource_missing';

/** Stripe counts in seconds since 1970. */
export const dateOf = (seconds: number): Date => new Date(seconds * 1000);

/** The id of an object that Stripe may have expanded. */
export const idOf = (reference: string | { id: string } | null | undefined): string | undefined =>
  typeof reference === 'string' ? reference : reference?.id;
