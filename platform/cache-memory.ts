import { LRUCache } from 'lru-cache';
import type { Cache } from './cache.ts';

export interface MemoryCacheOptions {
  /** The most entries it holds; 10,000 if not given. Beyond that, the least recently used is forgotten. */
  readonly maxEntries?: number;
  /** The most bytes that keys and values may take as JSON; 32 MiB if not given. A value larger than that is not kept. */
  readonly maxBytes?: number;
}

/** A cache inside this process. Values are kept as JSON, so no reader can change what another reads. */
export function createMemoryCache({
  maxEntries = 10_000,
  maxBytes = 32 * 1024 * 1024,
}: MemoryCacheOptions = {}): Cache {
  const entries = new LRUCache<string, string>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (json, key) => Buffer.byteLength(json) + Buffer.byteLength(key) + 1,
  });
  const read = <Value>(key: string): Value | undefined => {
    const json = entries.get(key);
    return json === undefined ? undefined : (JSON.parse(json) as Value);
  };
  return {
    dropsOldest: true,
    get: async <Value>(key: string) => read<Value>(key),
    getMany: async <Value>(keys: readonly string[]) => keys.map((key) => read<Value>(key)),
    async set(key, value, lifetimeSeconds) {
      // to lru-cache a lifetime of 0 means for ever
      if (lifetimeSeconds > 0) entries.set(key, JSON.stringify(value), { ttl: lifetimeSeconds * 1_000 });
      else entries.delete(key);
    },
    async delete(key) {
      entries.delete(key);
    },
    async close() {
      entries.clear();
    },
  };
}
