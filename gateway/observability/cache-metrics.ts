import { Counter, type Registry } from 'prom-client';
import { createCounter, createHistogram } from './series.ts';

/** What the cache of subgraphs' answers does. */
export interface CacheMetrics {
  /** @param age seconds, of what was found */
  lookup(subgraph: string, result: string, age?: number): void;
  invalidation(source: string): void;
}

export function createCacheMetrics(registry: Registry): CacheMetrics {
  const countLookup = createCounter({
    registry,
    name: 'gateway_cache_lookups_total',
    help: 'Entities and root fetches looked up in the cache: hit, stale (given out and fetched anew), miss (fetched), joined (fetched for another request already), and of the last two stale_if_error (given out because the subgraph was away)',
    labelNames: ['subgraph', 'result'],
  });
  const found = createHistogram({
    registry,
    name: 'gateway_cache_age_seconds',
    help: 'Age of what was taken from the cache',
    labelNames: ['subgraph'],
    buckets: [0.1, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400],
  });
  const invalidations = new Counter({
    name: 'gateway_cache_invalidations_total',
    help: 'Invalidations by tag, by where they came from: event, endpoint',
    labelNames: ['source'],
    registers: [registry],
  });
  return {
    lookup(subgraph, result, age) {
      countLookup(subgraph, result)();
      if (result !== 'miss' && result !== 'joined' && age !== undefined) found(subgraph)(age);
    },
    invalidation: (source) => invalidations.inc({ source }),
  };
}
