import type { Leases } from './leases.ts';

const sweepEveryMilliseconds = 60_000;

/** Leases inside this process. */
export function createMemoryLeases(): Leases {
  /** key -> holder -> end of its lease; a Map keeps the order in which places were taken */
  const places = new Map<string, Map<string, number>>();
  const now = () => performance.now();

  /** Who holds a place under the key now; lapsed leases are gone. */
  function current(key: string): Map<string, number> | undefined {
    const holders = places.get(key);
    if (!holders) return undefined;
    for (const [holder, end] of holders) if (end <= now()) holders.delete(holder);
    if (holders.size > 0) return holders;
    places.delete(key);
    return undefined;
  }

  // a key that nobody asks for again would stay for ever
  const sweep = setInterval(() => [...places.keys()].forEach(current), sweepEveryMilliseconds).unref();

  return {
    async acquire(key, holder, count, lifetimeSeconds) {
      const holders = current(key) ?? new Map<string, number>();
      if (!holders.has(holder) && holders.size >= count) return false;
      places.set(key, holders.set(holder, now() + lifetimeSeconds * 1_000));
      return true;
    },
    async renew(key, holder, lifetimeSeconds) {
      const holders = current(key);
      if (!holders?.has(holder)) return false;
      holders.set(holder, now() + lifetimeSeconds * 1_000);
      return true;
    },
    async release(key, holder) {
      current(key)?.delete(holder);
      current(key);
    },
    async holders(key) {
      return [...(current(key)?.keys() ?? [])];
    },
    async close() {
      clearInterval(sweep);
      places.clear();
    },
  };
}
