import type { FetchNode } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { Cache } from '../../../platform/cache.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Supergraph } from '../../supergraph/build.ts';
import { answer } from './answer.ts';
import type { CachedFetch, KnownFetch, LookupResult, Shared } from './cached-fetch.ts';
import type { CacheConfig } from './config.ts';
import { createFlights } from './flights.ts';
import { compilePolicy } from './policy.ts';
import { compileShape } from './shape.ts';
import { createCacheStore, digest } from './store.ts';

export interface EntityCacheOptions {
  readonly cache: Cache;
  readonly config: CacheConfig;
  readonly logger: Logger;
  /** Told of each part looked up, for metrics. @param age seconds, of what was found */
  readonly onLookup?: ((subgraph: string, result: LookupResult, age?: number) => void) | undefined;
}

/** Answers of subgraphs, kept as long as the supergraph or the configuration says. */
export interface EntityCache {
  /** The cache of one fetch; undefined if nothing of it is ever kept. @param equal what equal fetches have in common */
  compile(
    node: FetchNode,
    equal: string,
    document: DocumentNode,
    supergraph: Supergraph,
  ): CachedFetch | undefined;
  /**
   * @param id the same for all who are told of this invalidation
   * @throws `SERVICE_UNAVAILABLE` if it is to be done again
   */
  invalidate(tags: readonly string[], id: string): Promise<void>;
}

/**
 * Keeps entities one by one, whoever asked for them in whatever list, and answers to fetches of root fields whole.
 * Only what is not there is asked for, and what is under way for somebody is not asked for again. An answer with an
 * error is never kept.
 *
 * A part is found again by all that it depends on: supergraph, subgraph, document, variables, representation, and, if
 * it is private, everything that the subgraph gets to see of the viewer.
 */
export function createEntityCache({ cache, config, logger, onLookup }: EntityCacheOptions): EntityCache {
  const store = createCacheStore(cache);
  let toldOfFailure = -Infinity;
  const shared: Shared = {
    logger,
    store,
    flights: createFlights(),
    revalidating: 0,
    saving: new Set(),
    failed(error) {
      if (performance.now() - toldOfFailure < TELL_EVERY) return;
      toldOfFailure = performance.now();
      logger.error({ err: error }, 'the cache fails; answers are made without it');
    },
  };

  return {
    compile(node, equal, document, { id, supergraphSchema: schema, annotations }) {
      const policy = compilePolicy(node, document, { schema, annotations, config });
      if (!policy.mayKeep) return undefined;
      const fetch: KnownFetch = {
        subgraph: node.serviceName,
        operation: node.operation,
        prefix: digest(`${id} ${equal}`),
        policy,
        shape: compileShape(schema, document, node.requires !== undefined),
        shared,
        told: (result, { found }) => onLookup?.(node.serviceName, result, found?.age),
      };
      return (call) => answer(fetch, call);
    },
    invalidate: store.invalidate,
  };
}

/** Milliseconds between two lines of the log that say the same of every request. */
const TELL_EVERY = 10_000;
