import type { CachePolicy } from './policy.ts';

/** What a request took from the cache, and how long its whole answer is good. */
export interface CacheLedger {
  /** Tells of a part of the answer. @param age seconds */
  part(age: number, policy: Pick<CachePolicy, 'maxAge' | 'isPrivate'>): void;
  /** Tells of a part that must not be kept. */
  uncached(): void;
  /** Tells what became of a fetch, for developers. */
  fetch(report: FetchReport): void;
  /** Headers of the answer; undefined if nobody may keep it. */
  headers(): CacheHeaders | undefined;
  /** What developers are shown. */
  report(): CacheReport;
}

export type CacheHeaders = Readonly<Record<'cache-control' | 'age' | 'vary', string>>;

/** How many parts of a fetch were found, found but too old, or not found. */
export interface FetchReport {
  readonly subgraph: string;
  readonly hits: number;
  readonly stale: number;
  readonly misses: number;
  /** Seconds, of the oldest. */
  readonly age: number;
}

export interface CacheReport {
  readonly fetches: readonly FetchReport[];
  /** Seconds for which the whole answer is still good. */
  readonly maxAge: number;
  readonly scope: 'PUBLIC' | 'PRIVATE';
}

/**
 * @param isPrivate whether the answer depends on the viewer by itself, for instance by access rules
 * @param someSeeMore whether some viewers are answered otherwise than all others, who are answered alike
 */
export function createCacheLedger(isPrivate: boolean, someSeeMore = false): CacheLedger {
  let forViewer = isPrivate;
  let left = Infinity;
  let oldest = 0;
  let begun: number | undefined;
  const fetches: FetchReport[] = [];
  /** Whole seconds, as headers have them: what was there first gets old while the rest is waited for. */
  const passed = (): number => (begun === undefined ? 0 : Math.floor((performance.now() - begun) / 1000));
  const remaining = (): number => (left === Infinity ? 0 : Math.max(0, Math.floor(left - passed())));
  return {
    part(age, policy) {
      begun ??= performance.now();
      left = Math.min(left, policy.maxAge - age);
      oldest = Math.max(oldest, age);
      forViewer ||= policy.isPrivate;
    },
    uncached() {
      left = 0;
    },
    fetch: (report) => void fetches.push(report),
    headers() {
      const good = remaining();
      if (good === 0) return undefined;
      // caches subtract the age: what is left is what the most restrictive part has left
      const age = Math.ceil(oldest) + passed();
      return {
        'cache-control': `max-age=${good + age}, ${forViewer ? 'private' : 'public'}`,
        age: String(age),
        vary: forViewer || someSeeMore ? 'Accept, Authorization, X-Api-Key' : 'Accept',
      };
    },
    report: () => ({ fetches, maxAge: remaining(), scope: forViewer ? 'PRIVATE' : 'PUBLIC' }),
  };
}
