import type { IncomingMessage } from 'node:http';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import type { Infrastructure } from '../platform/infrastructure.ts';
import type { Logger } from '../platform/logger.ts';
import { createHttpService, type Route } from '../platform/serve.ts';
import { createApiKeys } from './admission/api-keys.ts';
import { createDocuments } from './admission/documents.ts';
import { createIdentify, originOf } from './admission/identity.ts';
import { createKeySet } from './admission/key-set.ts';
import { createRateLimit } from './admission/rate-limit.ts';
import { createRevocations } from './admission/revocations.ts';
import { createTokenVerifier } from './admission/token-verifier.ts';
import { loadTrustedDocuments } from './admission/trusted-documents.ts';
import { keepApolloSilent, variableEnding, type GatewayEnv } from './env.ts';
import { readCacheConfig } from './execution/cache/config.ts';
import { createEntityCache } from './execution/cache/entity-cache.ts';
import { createCacheLedger } from './execution/cache/headers.ts';
import { createInvalidations } from './execution/cache/invalidation.ts';
import { forClients } from './execution/client-errors.ts';
import { createCompiledExecutor } from './execution/compiled-executor.ts';
import { createDeferredExecutor } from './execution/deferred-executor.ts';
import { isText, toResult } from './execution/executor.ts';
import { createRestoringExecutor } from './execution/restoring-executor.ts';
import { createSharedStreams } from './execution/shared-streams.ts';
import { createStockExecutor } from './execution/stock-executor.ts';
import { createSubgraphClients } from './execution/subgraph-client.ts';
import { subscribe } from './execution/subscriptions.ts';
import { createLossLog } from './execution/upstream.ts';
import { createViewerSigner } from './execution/viewer-signer.ts';
import { createCacheMetrics } from './observability/cache-metrics.ts';
import { withCache, withPlan } from './observability/explain.ts';
import { createMetrics } from './observability/metrics.ts';
import { createOperationMetrics } from './observability/operation-metrics.ts';
import { createRequestLog } from './observability/request-log.ts';
import { tracedPipeline } from './observability/traced-pipeline.ts';
import { policiesAreScopes, type PolicyEvaluator } from './operation/access.ts';
import { createDemand } from './operation/demand.ts';
import { createForViewer } from './operation/for-viewer.ts';
import { createActiveLabels } from './operation/override-labels.ts';
import { createOperations } from './operation/prepare.ts';
import type { Supergraph } from './supergraph/apollo-gateway.ts';
import { createSupergraphSource } from './supergraph/source.ts';
import { createLiveSupergraph } from './supergraph/supergraph.ts';
import { createHttpTransport } from './transport/http.ts';
import { createOpenStreams } from './transport/open-streams.ts';
import { createOrigins } from './transport/origins.ts';
import { createPages, schemaPage } from './transport/pages.ts';
import type { Pipeline } from './transport/pipeline.ts';
import { createWebSocketTransport } from './transport/websocket.ts';

export interface GatewayOptions {
  readonly env: GatewayEnv;
  /** Where requests are counted, persisted queries and answers kept, and (with `pubsub`) sign-outs and changes heard of. */
  readonly infrastructure: Pick<Infrastructure, 'limits' | 'cache'> & Partial<Pick<Infrastructure, 'pubsub'>>;
  readonly logger: Logger;
  /** Whether `metrics` are kept up to date; as ADMIN_PORT says if not given. */
  readonly measured?: boolean;
  /** Decides which policies of `@policy` hold for a viewer; by default those that it has as scopes. */
  readonly policies?: PolicyEvaluator;
}

/** What `/health/ready` shows. */
export interface GatewayHealth {
  /** Hash of the supergraph that serves. */
  readonly supergraph: string;
  readonly subgraphs: readonly string[];
  /** Why a newer supergraph does not serve, if one was refused. */
  readonly problem?: string;
}

export interface Gateway {
  readonly name: 'gateway';
  /** `http://host:port`, known once it listens. */
  readonly url: string;
  /** Address of `/metrics`; undefined without ADMIN_PORT. */
  readonly adminUrl: string | undefined;
  listen(): Promise<void>;
  /** Rejects while it cannot answer. */
  ready(): Promise<void>;
  readonly health: GatewayHealth;
  readonly metrics: Registry;
  /** Reads the supergraph's files again, without waiting for a change to be noticed. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

const PATH = '/graphql';
/** Events kept for a subscriber slower than its stream; then the oldest are dropped. */
const QUEUE_LIMIT = 100;
/** With backoff from 0.2 to 6.4 s these take about half a minute. */
const RECONNECTIONS = 10;
const BACKOFF = 200;

/**
 * The gateway, whole: a request goes through transport, admission, operation and execution, in this order, and each
 * step is a folder beside this file.
 * @throws if the supergraph cannot be loaded
 */
export async function createGateway({
  env,
  infrastructure,
  logger,
  policies = policiesAreScopes,
  // what nobody can read is not counted
  measured = env.ADMIN_PORT !== undefined,
}: GatewayOptions): Promise<Gateway> {
  keepApolloSilent();
  const metrics = createMetrics();
  const operationMetrics = createOperationMetrics(metrics.registry, () => operations.size);
  const requestLog = createRequestLog(logger);
  const tracing =
    env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
      ? undefined
      : // loaded only where it is used: it takes memory and time to start
        (await import('./observability/tracing.ts')).createTracing({
          endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
          serviceName: env.OTEL_SERVICE_NAME,
          ratio: env.TRACE_RATIO,
          logger,
        });

  // ---- the schema, and the subgraphs behind it
  const subgraphs = createSubgraphClients({
    logger,
    signer: createViewerSigner(env.GATEWAY_SECRET),
    timeout: env.SUBGRAPH_TIMEOUT_MS,
    maxResponseBytes: env.SUBGRAPH_MAX_BYTES,
    urlFor: (name) => env.SUBGRAPH_URLS[variableEnding(name)],
    ...(measured && { onRequest: metrics.subgraphRequest }),
    traceFetch: tracing?.fetch,
    mergeAcrossClients: env.MERGE_ACROSS_CLIENTS,
    resilience: {
      breakerFailures: env.BREAKER_FAILURES,
      breakerPause: env.BREAKER_PAUSE_MS,
      retryShare: env.RETRY_SHARE,
      onBreaker: operationMetrics.breaker,
      onRetry: operationMetrics.retry,
    },
  });
  const supergraph = await createLiveSupergraph({
    source: createSupergraphSource(env.SUPERGRAPH, env.supergraphSource),
    clients: subgraphs,
    logger,
    contracts: env.VARIANTS,
  });

  // ---- admission: who asks, and how often
  const issuers = env.ISSUERS.map(({ jwksUrl, ...issuer }) => ({ ...issuer, keySet: createKeySet(jwksUrl) }));
  const tokens = issuers.length === 0 ? undefined : createTokenVerifier(issuers, logger);
  const apiKeys =
    env.API_KEY_INTROSPECTION_URL === undefined || env.GATEWAY_SECRET === undefined
      ? undefined
      : createApiKeys(env.API_KEY_INTROSPECTION_URL, env.GATEWAY_SECRET, logger);
  const revocations =
    infrastructure.pubsub &&
    createRevocations(infrastructure.pubsub, (sessionId) => streams.endSession(sessionId), logger);
  const isRevoked = (sessionId: string): boolean => revocations?.has(sessionId) ?? false;
  const identify = createIdentify(tokens, apiKeys, isRevoked);
  const rate = createRateLimit({
    limits: infrastructure.limits,
    logger,
    perAddress: env.RATE_LIMIT_PER_ADDRESS,
    perViewer: env.RATE_LIMIT_PER_VIEWER,
    costPerPoint: env.RATE_LIMIT_COST_PER_POINT,
  });

  // ---- admission: what may be asked
  const trusted =
    env.TRUSTED_DOCUMENTS === undefined
      ? undefined
      : await loadTrustedDocuments(env.TRUSTED_DOCUMENTS, logger);
  const documents = createDocuments({
    logger,
    automatic: env.AUTOMATIC_PERSISTED_QUERIES,
    cache: infrastructure.cache,
    trusted,
    mode: env.TRUSTED_DOCUMENTS_MODE,
    onUntrusted: metrics.untrustedDocument,
  });

  // ---- operation: text to plan, remembered
  const operations = createOperations({
    limits: {
      depth: env.MAX_DEPTH,
      aliases: env.MAX_ALIASES,
      directives: env.MAX_DIRECTIVES,
      tokens: env.MAX_TOKENS,
      rootFields: env.MAX_ROOT_FIELDS,
      fields: env.MAX_FIELDS,
      duplicates: env.MAX_DUPLICATES,
    },
    introspection: env.INTROSPECTION,
    cacheSize: env.OPERATION_CACHE_SIZE,
    cacheBytes: env.OPERATION_CACHE_BYTES,
    onLookup(found, seconds) {
      if (measured) operationMetrics.lookup(found, seconds);
      if (!found) tracing?.planned(seconds);
    },
  });

  supergraph.onSwap({
    async before(next) {
      for (const one of [next, ...next.variants.values()])
        await operations.warm(one, env.WARM_OPERATIONS, (operation) => executor.prepare?.(operation));
    },
    after: (current) => operations.keepOnly(new Set([current.id])),
  });
  const forViewer = createForViewer({
    mode: env.ACCESS_MODE,
    evaluatePolicies: policies,
    activeLabels: createActiveLabels(env.OVERRIDE_LABELS),
  });

  const demand = createDemand({ maxCost: env.MAX_COST, listSize: env.COST_LIST_SIZE });

  // ---- execution: plan to result, with what is known already from the cache
  const cacheMetrics = env.CACHE === 'on' ? createCacheMetrics(metrics.registry) : undefined;
  const cache =
    cacheMetrics &&
    createEntityCache({
      cache: infrastructure.cache,
      config: await readCacheConfig(env.CACHE_CONFIG),
      ...(measured && { onLookup: cacheMetrics.lookup }),
    });
  const invalidations =
    cache &&
    createInvalidations({
      pubsub: infrastructure.pubsub,
      invalidate: cache.invalidate,
      logger,
      onInvalidation: cacheMetrics.invalidation,
    });
  const executor = createRestoringExecutor(
    env.GATEWAY_EXECUTOR === 'apollo' ? createStockExecutor(logger) : createCompiledExecutor(logger, cache),
  );
  const executeInParts = createDeferredExecutor(executor, logger);
  const sharedStreams = createSharedStreams({
    executor,
    onLoss: createLossLog(logger),
    queueLimit: QUEUE_LIMIT,
    maxAttempts: RECONNECTIONS,
    backoff: BACKOFF,
    onDrop: metrics.droppedEvent,
    onUpstreams: metrics.upstreams,
  });

  // ---- the way of a request
  const prepareOn =
    (schema: () => Supergraph): Pipeline['prepare'] =>
    async (request, admitted) => {
      const { query, register } = await documents.resolve(request);
      const prepared = operations.prepare(schema(), { ...request, query });
      register?.();
      const operation = await forViewer(prepared, admitted.viewer);
      const { variables = {} } = request;
      demand.check(operation, variables);
      if (env.RATE_LIMIT_BY_COST) {
        const cost = demand.estimate(operation, variables);
        operationMetrics.cost(cost);
        const left = await rate.cost(admitted.viewer, cost);
        if (left) admitted.allowance = left;
      }
      return operation;
    };
  const steps: Pipeline = {
    async admit(credentials, origin) {
      let counted = false;
      const countAddress = async (): Promise<void> => {
        counted = true;
        await rate.request({ address: origin.address });
      };
      try {
        // a flood of keys is over for its address before the service that knows keys is asked
        const identity = await identify(credentials, origin, countAddress);
        return { ...identity, allowance: await rate.request(identity.viewer) };
      } catch (error) {
        // guesses at tokens and keys count too, against the address that they come from
        const { code } = (error as { extensions?: { code?: unknown } }).extensions ?? {};
        if (code === 'UNAUTHENTICATED' && !counted) await countAddress();
        throw error;
      }
    },
    async count(admitted) {
      admitted.allowance = await rate.request(admitted.viewer);
    },
    prepare: prepareOn(() => supergraph.current),
    async execute(operation, { variables = {}, inspect }, asker) {
      operations.coerce(operation, variables);
      const mayRetry = operation.type === 'query';
      const caching = cache && mayRetry ? createCacheLedger(operation.access !== undefined) : undefined;
      const executed = await executor.execute(operation, { ...asker, variables, mayRetry, caching });
      if (!env.DEVELOPER_MODE || !(inspect?.cost || inspect?.plan || inspect?.cache))
        return caching && isText(executed) ? { ...executed, caching: caching.headers() } : executed;
      const result = inspect.cache && caching ? withCache(caching, toResult(executed)) : toResult(executed);
      const planned = inspect.plan ? withPlan(operation, result) : result;
      return inspect.cost ? demand.shown(operation, variables, planned) : planned;
    },
    async executeInParts(operation, request, asker) {
      const { variables = {}, inspect } = request;
      // what is shown of a whole execution needs one; stock execution knows no parts
      if (env.GATEWAY_EXECUTOR === 'apollo' || (env.DEVELOPER_MODE && (inspect?.cost || inspect?.plan)))
        return steps.execute(operation, request, asker);
      operations.coerce(operation, variables);
      const mayRetry = operation.type === 'query';
      return executeInParts(operation, { ...asker, variables, mayRetry });
    },
    subscribe(operation, { variables = {} }, asker) {
      const coerced = operations.coerce(operation, variables);
      return subscribe(operation, { ...asker, variables }, coerced, sharedStreams);
    },
    present: (result, trace) => forClients(result, trace, logger),
    observe(outcome) {
      if (measured) {
        metrics.request(outcome);
        operationMetrics.request(outcome);
      }
      requestLog(outcome);
    },
  };
  const traced = (whole: Pipeline): Pipeline => (tracing ? tracedPipeline(whole, tracing) : whole);
  const pipeline = traced(steps);

  // ---- transport: bytes to requests, results to bytes
  const origins = createOrigins(env.ALLOWED_ORIGINS);
  const whereFrom = (request: IncomingMessage) =>
    originOf(request.headers, request.socket.remoteAddress, env.TRUST_PROXY, env.DEFAULT_REGION);
  const streams = createOpenStreams({
    perViewer: env.MAX_STREAMS_PER_VIEWER,
    heartbeat: env.STREAM_HEARTBEAT_MS,
    reloadSpread: env.STREAM_RELOAD_SPREAD_MS,
    supergraph: () => supergraph.current.id,
    isRevoked,
    onBegin: metrics.streamBegan,
    onEnd: metrics.streamEnded,
  });
  const graphqlOver = (own: Pipeline) =>
    createHttpTransport({
      pipeline: own,
      streams,
      origins,
      originOf: whereFrom,
      maxBodyBytes: env.MAX_BODY_BYTES,
      maxBatch: env.MAX_BATCH,
      logger,
    });
  const methods = ['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE'] as const;
  const graphqlAt = (path: string, own: Pipeline): Route[] => {
    const handler = tracing ? tracing.around(graphqlOver(own)) : graphqlOver(own);
    return methods.map((method) => ({ method, path, handler }));
  };
  // a contract's clients have a schema of their own, published, and are served like all others
  const contracts = new Map<string, Pipeline['prepare']>();
  const contractRoutes = env.VARIANTS.flatMap(({ name }): Route[] => {
    const schema = () => supergraph.variant(name);
    const own = traced({ ...steps, prepare: prepareOn(schema) });
    contracts.set(`/${name}${PATH}`, own.prepare);
    return [
      ...graphqlAt(`/${name}${PATH}`, own),
      schemaPage(`/${name}/schema.graphql`, () => schema().apiSchema),
    ];
  });
  const health = (): GatewayHealth => ({
    supergraph: supergraph.current.id,
    subgraphs: [...supergraph.current.subgraphs.keys()],
    ...(supergraph.problem !== undefined && { problem: supergraph.problem }),
  });
  const ready = async (): Promise<GatewayHealth> => health();
  const service = createHttpService({
    host: env.HOST,
    port: env.PORT,
    logger,
    ready,
    // only spans are made where nobody hands the trace along
    ambientTrace: tracing !== undefined,
    routes: [
      ...graphqlAt(PATH, pipeline),
      ...contractRoutes,
      ...createPages({
        path: PATH,
        schema: () => supergraph.current.apiSchema,
        keySet: env.JWKS_URL === undefined ? undefined : issuers[0]?.keySet,
        introspection: env.INTROSPECTION,
      }),
    ],
  });
  const sockets = createWebSocketTransport({
    server: service.server,
    path: PATH,
    pipeline,
    contracts,
    origins,
    originOf: whereFrom,
    maxMessageBytes: env.MAX_BODY_BYTES,
    logger,
    streams,
    limits: {
      streams: env.MAX_STREAMS_PER_CONNECTION,
      perViewer: env.MAX_SOCKETS_PER_VIEWER,
      perAddress: env.MAX_SOCKETS_PER_ADDRESS,
    },
  });

  const admin =
    env.ADMIN_PORT === undefined
      ? undefined
      : createHttpService({
          host: env.HOST,
          port: env.ADMIN_PORT,
          logger,
          ready,
          routes: [
            {
              method: 'GET',
              path: '/metrics',
              async handler(_request, response) {
                response
                  .writeHead(200, { 'content-type': metrics.registry.contentType })
                  .end(await metrics.registry.metrics());
              },
            },
            ...(invalidations && env.CACHE_INVALIDATION_SECRET !== undefined
              ? [invalidations.route(env.CACHE_INVALIDATION_SECRET)]
              : []),
          ],
        });
  if (admin) collectDefaultMetrics({ register: metrics.registry });

  return {
    name: 'gateway',
    get url() {
      return service.url;
    },
    get adminUrl() {
      return admin?.url;
    },
    async listen() {
      await service.listen();
      await admin?.listen();
    },
    async ready() {
      await ready();
    },
    get health() {
      return health();
    },
    metrics: metrics.registry,
    reload: supergraph.reload,
    async close() {
      trusted?.close();
      await revocations?.close();
      await invalidations?.close();
      streams.close();
      await sockets.close();
      await service.close();
      await admin?.close();
      await supergraph.close();
      await subgraphs.close();
      await tracing?.close();
    },
  };
}
