import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCacheLedger } from './headers.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const part = (maxAge: number, isPrivate = false) => ({ maxAge, isPrivate });

test('what was there first gets old while the rest is waited for', () => {
  const ledger = createCacheLedger(false);
  ledger.part(50, part(60));
  vi.advanceTimersByTime(4_000);
  ledger.part(0, part(90));
  expect(ledger.headers()).toMatchObject({ 'cache-control': 'max-age=60, public', age: '54' });
  expect(ledger.report()).toMatchObject({ maxAge: 6, scope: 'PUBLIC' });
  vi.advanceTimersByTime(5_500);
  expect(ledger.headers()).toMatchObject({ 'cache-control': 'max-age=60, public', age: '59' });
  vi.advanceTimersByTime(500);
  expect(ledger.headers()).toBeUndefined();
});

test('an answer of nothing that is kept promises nothing', () => {
  const ledger = createCacheLedger(false);
  expect([ledger.headers(), ledger.report().maxAge]).toEqual([undefined, 0]);
  ledger.part(0, part(60));
  ledger.uncached();
  ledger.part(0, part(60));
  expect([ledger.headers(), ledger.report().maxAge]).toEqual([undefined, 0]);
});

test('the most restrictive part decides how long an answer may be kept, and by whom', () => {
  const ledger = createCacheLedger(false);
  ledger.part(2.5, part(10));
  ledger.part(20, part(60, true));
  expect(ledger.headers()).toEqual({
    'cache-control': 'max-age=27, private',
    age: '20',
    vary: 'Accept, Authorization, X-Api-Key',
  });
});
