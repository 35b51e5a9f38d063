import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Route } from '../../platform/serve.ts';
import type { Viewer } from '../../platform/viewer.ts';
import type { GatewayEnv } from '../env.ts';
import { createCacheMetrics } from '../observability/cache-metrics.ts';
import { withCache, withPlan } from '../observability/explain.ts';
import type { Observability } from '../observability/observability.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import type { Preparation } from '../operation/preparation.ts';
import type { Pipeline } from '../transport/pipeline.ts';
import type { Turns } from '../transport/turns.ts';
import { createEntityCache } from './cache/entity-cache.ts';
import { createCacheLedger } from './cache/headers.ts';
import { followInvalidations, invalidationRoute } from './cache/invalidation.ts';
import { createCompiledExecutor } from './compiled-executor.ts';
import { createDeferredExecutor } from './deferred-executor.ts';
import { isText, toResult } from './executor.ts';
import { createMergedOperations } from './merged-operations.ts';
import { createRestoringExecutor } from './restoring-executor.ts';
import { createSharedStreams } from './shared-streams.ts';
import { subscribe } from './subscriptions.ts';
import { createLossLog } from './upstream.ts';

export interface ExecutionOptions {
  readonly env: GatewayEnv;
  readonly infrastructure: Pick<Infrastructure, 'cache'> & Partial<Pick<Infrastructure, 'pubsub'>>;
  readonly logger: Logger;
  readonly preparation: Pick<Preparation, 'coerce' | 'demand'>;
  readonly observability: Observability;
  readonly turns: Pick<Turns, 'begin'>;
}

/** Operation to result, with what is known already from the cache. */
export interface Execution extends Pick<Pipeline, 'execute' | 'executeInParts' | 'subscribe'> {
  /** When an operation may begin: merged ones begin at once, and take a turn for all who wait for them. */
  readonly turns: Pick<Turns, 'begin'>;
  /** Makes what an operation's first execution would have to make. */
  compile(operation: PreparedOperation): void;
  /** What operators may do to the cache. */
  readonly adminRoutes: readonly Route[];
  close(): Promise<void>;
}

/** Events kept for a subscriber slower than its stream; then the oldest are dropped. */
const QUEUE_LIMIT = 100;
/** With backoff from 0.2 to 6.4 s these take about half a minute. */
const RECONNECTIONS = 10;
const BACKOFF = 200;

/** @throws if the configuration of the cache cannot be read */
export async function createExecution(options: ExecutionOptions): Promise<Execution> {
  const { env, infrastructure, logger, preparation, observability, turns } = options;
  const { measured, metrics, registry } = observability;
  const cacheMetrics = env.CACHE === 'on' ? createCacheMetrics(registry) : undefined;
  const cache =
    cacheMetrics &&
    createEntityCache({
      cache: infrastructure.cache,
      config: await (await import('./cache/config.ts')).readCacheConfig(env.CACHE_CONFIG),
      logger,
      ...(measured && { onLookup: cacheMetrics.lookup }),
    });
  const invalidating = cache && {
    pubsub: infrastructure.pubsub,
    invalidate: cache.invalidate,
    logger,
    onInvalidation: cacheMetrics.invalidation,
  };
  const invalidations = invalidating && followInvalidations(invalidating);
  const someSeeMore = env.CACHE_BYPASS_SCOPES.length > 0;
  const goesPastCache = ({ scopes }: Viewer): boolean =>
    env.CACHE_BYPASS_SCOPES.some((scope) => scopes.includes(scope));

  const executor = createRestoringExecutor(
    env.GATEWAY_EXECUTOR === 'apollo'
      ? (await import('./stock-executor.ts')).createStockExecutor(logger)
      : createCompiledExecutor(logger, cache),
  );
  const executeInParts = createDeferredExecutor(executor, logger, cache);
  const sharedStreams = createSharedStreams({
    executor,
    onLoss: createLossLog(logger),
    queueLimit: QUEUE_LIMIT,
    maxAttempts: RECONNECTIONS,
    backoff: BACKOFF,
    onDrop: metrics.droppedEvent,
    onUpstreams: metrics.upstreams,
  });

  // a cache merges calls itself, and knows what has changed meanwhile; stock execution does not tell of its calls
  const isMerging = env.MERGE_ACROSS_CLIENTS && !cache && env.GATEWAY_EXECUTOR !== 'apollo';
  const isMerged = ({ type, deferral }: Pick<PreparedOperation, 'type' | 'deferral'>): boolean =>
    isMerging && type === 'query' && !deferral;
  const executeMerged = createMergedOperations(
    (operation, request) => turns.begin(operation, () => executor.execute(operation, request)),
    measured ? () => metrics.merged('query') : undefined,
  );

  const execution: Execution = {
    turns: {
      begin: (operation, work) => (isMerged(operation) ? work() : turns.begin(operation, work)),
    },
    execute(operation, { variables = {}, inspect }, { viewer, trace, signal }) {
      preparation.coerce(operation, variables);
      const mayRetry = operation.type === 'query';
      const uncached = goesPastCache(viewer);
      const caching =
        cache && mayRetry && !uncached
          ? createCacheLedger(operation.access !== undefined, someSeeMore)
          : undefined;
      const request = { viewer, trace, signal, variables, mayRetry, caching, uncached };
      if (env.DEVELOPER_MODE && inspect)
        return executor.execute(operation, request).then((executed) => {
          const result =
            caching && inspect.cache ? withCache(caching, toResult(executed)) : toResult(executed);
          const planned = inspect.plan ? withPlan(operation, result) : result;
          return inspect.cost ? preparation.demand.shown(operation, variables, planned) : planned;
        });
      if (isMerged(operation)) return executeMerged(operation, request);
      const executing = executor.execute(operation, request);
      if (!caching) return executing;
      return executing.then((executed) =>
        isText(executed) ? { ...executed, caching: caching.headers() } : executed,
      );
    },
    async executeInParts(operation, request, asker) {
      const { variables = {}, inspect } = request;
      // what is shown of a whole execution needs one; stock execution knows no parts
      if (env.GATEWAY_EXECUTOR === 'apollo' || (env.DEVELOPER_MODE && (inspect?.cost || inspect?.plan)))
        return execution.execute(operation, request, asker);
      preparation.coerce(operation, variables);
      const mayRetry = operation.type === 'query';
      const uncached = goesPastCache(asker.viewer);
      // no ledger: headers go out before the last part is known
      return executeInParts(operation, { ...asker, variables, mayRetry, uncached });
    },
    subscribe(operation, { variables = {} }, asker) {
      const coerced = preparation.coerce(operation, variables);
      return subscribe(operation, { ...asker, variables }, coerced, sharedStreams);
    },
    compile: (operation) => executor.prepare?.(operation),
    adminRoutes:
      invalidating && env.CACHE_INVALIDATION_SECRET !== undefined
        ? [invalidationRoute(env.CACHE_INVALIDATION_SECRET, invalidating)]
        : [],
    close: async () => invalidations?.close(),
  };
  return execution;
}
