import { expect, test } from 'vitest';
import { freshnessOf, isBetterThanNone, lifetimeOf } from './freshness.ts';
import type { CachePolicy } from './policy.ts';

const policy: CachePolicy = { maxAge: 10, isPrivate: false, staleWhileRevalidate: 5, staleIfError: 60 };

test.each([
  [0, 'fresh'],
  [9.9, 'fresh'],
  [10, 'stale'],
  [14.9, 'stale'],
  [15, 'old'],
])('an answer of %d seconds is %s', (age, freshness) => {
  expect(freshnessOf(age, policy)).toBe(freshness);
});

test('an answer is never stale where nothing is said of revalidation', () => {
  expect(freshnessOf(10, { ...policy, staleWhileRevalidate: 0 })).toBe('old');
});

test('an old answer is better than none for as long as is said, and kept no longer than it is of use', () => {
  expect(isBetterThanNone(69.9, policy)).toBe(true);
  expect(isBetterThanNone(70, policy)).toBe(false);
  expect(lifetimeOf(policy)).toBe(70);
  expect(lifetimeOf({ ...policy, staleIfError: 0 })).toBe(15);
});
