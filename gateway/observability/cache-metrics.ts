import { Counter, Histogram, type Registry } from 'prom-client';

/** What the cache of subgraphs' answers does. */
export interface CacheMetrics {
  /** @param age seconds, of what was found */
  lookup(subgraph: string, result: string, age?: number): void;
  invalidation(source: string): void;
}

export function createCacheMetrics(registry: Registry): CacheMetrics {
  const registers = [registry];
  const lookups = new Counter({
    name: 'gateway_cache_lookups_total',
    help: 'Entities and root fetches looked up in the cache: hit, stale (given out and fetched anew), miss (fetched), joined (fetched for another request already), and of the last two stale_if_error (given out because the subgraph was away)',
    labelNames: ['subgraph', 'result'],
    registers,
  });
  const ages = new Histogram({
    name: 'gateway_cache_age_seconds',
    help: 'Age of what was taken from the cache',
    labelNames: ['subgraph'],
    buckets: [0.1, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400],
    registers,
  });
  const invalidations = new Counter({
    name: 'gateway_cache_invalidations_total',
    help: 'Invalidations by tag, by where they came from: event, endpoint',
    labelNames: ['source'],
    registers,
  });
  return {
    lookup(subgraph, result, age) {
      lookups.inc({ subgraph, result });
      if (result !== 'miss' && result !== 'joined' && age !== undefined) ages.observe({ subgraph }, age);
    },
    invalidation: (source) => invalidations.inc({ source }),
  };
}
