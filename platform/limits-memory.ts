import { LRUCache } from 'lru-cache';
import type { Allowance, Limits } from './limits.ts';

/** What counts these windows elsewhere counts in timers, and a timer holds 2^31 ms. */
const longestWindowSeconds = 2_147_483;
/** Windows open at once; then the one that was used least lately is forgotten. */
const mostWindows = 100_000;

interface Window {
  used: number;
  /** `performance.now()` at its end, whole */
  ends: number;
}

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
 * Counts inside this process, and answers at once: every request is counted, and waiting for what is already known
 * cost more than counting. Windows are whole seconds and points whole numbers, both rounded up. A request that is
 * refused uses nothing.
 */
export function createMemoryLimits(): Limits {
  const windows = new LRUCache<string, Window>({ max: mostWindows });

  return {
    consume(key, points, limit, windowSeconds): Allowance {
      const seconds = wholeSeconds(windowSeconds);
      const wanted = Math.ceil(points);
      // whole: with fractions, adding a window and taking the time off again may come to more than the window
      const now = Math.floor(performance.now());
      let window = windows.get(key);
      if (!window || window.ends <= now) {
        window = { used: 0, ends: now + seconds * 1_000 };
        windows.set(key, window);
      }
      const allowed = window.used + wanted <= limit;
      if (allowed) window.used += wanted;
      return {
        allowed,
        remaining: Math.max(0, limit - window.used),
        retryAfterSeconds: Math.ceil((window.ends - now) / 1_000),
      };
    },
    async reset(key) {
      windows.delete(key);
    },
    async close() {
      windows.clear();
    },
  };
}
