import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Allowance, Limits } from './limits.ts';

/** rate-limiter-flexible counts in timers, and a timer holds 2^31 ms. */
const longestWindowSeconds = 2_147_483;

/**
 * A window as the limiters take it: whole seconds, rounded up.
 * @throws {RangeError} if it is not between one second and 24 days
 */
export function wholeSeconds(windowSeconds: number): number {
  const seconds = Math.ceil(windowSeconds);
  if (seconds >= 1 && seconds <= longestWindowSeconds) return seconds;
  throw new RangeError(`A window must be 1 to ${longestWindowSeconds} seconds long, not ${windowSeconds}.`);
}

/**
 * Counts inside this process. Windows are whole seconds and points whole numbers, both rounded up. A request that is
 * refused uses nothing.
 */
export function createMemoryLimits(): Limits {
  // the limit is compared below, so that one key has one window whatever limit it is asked with
  const counter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 1 });
  let turn: Promise<unknown> = Promise.resolve();

  async function use(key: string, points: number, limit: number, seconds: number): Promise<Allowance> {
    const used = await counter.penalty(key, points, { customDuration: seconds });
    const allowed = used.consumedPoints <= limit;
    if (!allowed) await counter.reward(key, points, { customDuration: seconds });
    return {
      allowed,
      remaining: Math.max(0, limit - used.consumedPoints + (allowed ? 0 : points)),
      retryAfterSeconds: Math.ceil(used.msBeforeNext / 1_000),
    };
  }

  return {
    async consume(key, points, limit, windowSeconds) {
      const seconds = wholeSeconds(windowSeconds);
      // one at a time: between taking points and giving them back nobody else may be counted against them
      const allowance = turn.then(() => use(key, Math.ceil(points), limit, seconds));
      turn = allowance.catch(() => undefined);
      return await allowance;
    },
    async reset(key) {
      await counter.delete(key);
    },
    async close() {
      await turn; // its timers keep no process alive
    },
  };
}
