import type { CachePolicy } from './policy.ts';

/** What its age makes of an answer: given out; given out and fetched anew; given out only if no other is to be had. */
export type Freshness = 'fresh' | 'stale' | 'old';

/** @param age seconds */
export function freshnessOf(age: number, { maxAge, staleWhileRevalidate }: CachePolicy): Freshness {
  const over = age - maxAge;
  if (over < 0) return 'fresh';
  return over < staleWhileRevalidate ? 'stale' : 'old';
}

/** Whether an answer is better than none while the subgraph is away. @param age seconds */
export const isBetterThanNone = (age: number, { maxAge, staleIfError }: CachePolicy): boolean =>
  age < maxAge + staleIfError;

/** Seconds after which an answer is of no use any more. */
export const lifetimeOf = ({ maxAge, staleWhileRevalidate, staleIfError }: CachePolicy): number =>
  maxAge + Math.max(staleWhileRevalidate, staleIfError);
