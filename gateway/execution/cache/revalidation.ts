import { neverLeaves } from '../leave-signal.ts';
import type { CachedCall, KnownFetch } from './cached-fetch.ts';
import type { Kept } from './parts.ts';
import { sendFor } from './sending.ts';

/** Parts that are fetched anew at one time, behind the back of those who got the old ones. */
const MOST_REVALIDATIONS = 1_000;

/** Fetches anew what was given out too old: each part once, however many were given it meanwhile. */
export function revalidate(fetch: KnownFetch, call: CachedCall, stale: readonly Kept[]): void {
  const { shared } = fetch;
  const due = stale
    .filter((part) => !shared.flights.find(part) && !shared.saving.has(part.key))
    .slice(0, MOST_REVALIDATIONS - shared.revalidating);
  if (due.length === 0) return;
  shared.revalidating += due.length;
  const over = (): void => {
    shared.revalidating -= due.length;
  };
  // if it fails the subgraph's client has logged it; the old answer stays until it is too old, and the next one tries again
  sendFor(fetch, call, due, neverLeaves).then(over, over);
}
