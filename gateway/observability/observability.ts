import { collectDefaultMetrics, type Registry } from 'prom-client';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import { createHttpService, type HttpService, type Route } from '../../platform/serve.ts';
import type { GatewayEnv } from '../env.ts';
import type { Pipeline } from '../transport/pipeline.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createOperationMetrics, type OperationMetrics } from './operation-metrics.ts';
import { requestLogOf, type Outcome } from './request-log.ts';
import { tracedPipeline } from './traced-pipeline.ts';
import type { Tracing } from './tracing.ts';

export interface ObservabilityOptions {
  readonly env: GatewayEnv;
  readonly logger: Logger;
  /** Whether metrics are kept up to date; as ADMIN_PORT says if not given. */
  readonly measured: boolean | undefined;
  /** What gateways share, whose outages are counted. */
  readonly infrastructure: Pick<Infrastructure, 'limits' | 'cache'>;
  /** How many operations are in the cache. */
  readonly operationsCached: () => number;
  /** How many requests wait for their turn. */
  readonly requestsWaiting: () => number;
}

/** What can be seen of the gateway from outside: log lines, metrics, traces. */
export interface Observability {
  /** Whether anybody reads the metrics: what nobody can read is not counted. */
  readonly measured: boolean;
  readonly registry: Registry;
  readonly metrics: Metrics;
  readonly operations: OperationMetrics;
  /** undefined where nothing is traced */
  readonly tracing: Tracing | undefined;
  /** Tells of a request that is over. */
  observe(outcome: Outcome): void;
  /** The same steps, traced where there are traces. */
  traced(pipeline: Pipeline): Pipeline;
  /** The server of `/metrics` and whatever else operators may do; undefined without ADMIN_PORT. */
  admin(ready: () => Promise<unknown>, routes: readonly Route[]): HttpService | undefined;
  close(): Promise<void>;
}

export async function createObservability(options: ObservabilityOptions): Promise<Observability> {
  const { env, logger, infrastructure, operationsCached, requestsWaiting } = options;
  const { measured = env.ADMIN_PORT !== undefined } = options;
  const metrics = createMetrics();
  const { registry } = metrics;
  const operations = createOperationMetrics(registry, operationsCached, requestsWaiting);
  const logs = logger.isLevelEnabled('info');
  const observersOf = perOperation((transport, operation) => ({
    count: measured ? operations.requestsOf(transport, operation) : undefined,
    log: logs ? requestLogOf(logger, transport, operation) : undefined,
  }));
  const tell = (outcome: Outcome): void => {
    const { count, log } = observersOf(outcome.transport, outcome.operation);
    count?.(outcome);
    log?.(outcome);
  };
  if (measured) {
    infrastructure.cache.onFailure?.(metrics.cacheFailed);
    infrastructure.limits.onAlone?.(metrics.countedAlone);
  }
  const tracing =
    env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
      ? undefined
      : // loaded only where it is used: it takes memory and time to start
        (await import('./tracing.ts')).createTracing({
          endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
          serviceName: env.OTEL_SERVICE_NAME,
          ratio: env.TRACE_RATIO,
          perSecond: env.TRACES_PER_SECOND,
          logger,
        });
  return {
    measured,
    registry,
    metrics,
    operations,
    tracing,
    observe: measured || logs ? tell : () => undefined,
    traced: (pipeline) => (tracing ? tracedPipeline(pipeline, tracing) : pipeline),
    admin(ready, routes) {
      if (env.ADMIN_PORT === undefined) return undefined;
      collectDefaultMetrics({ register: registry });
      const handler: Route['handler'] = async (_request, response) => {
        response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
      };
      return createHttpService({
        host: env.HOST,
        port: env.ADMIN_PORT,
        logger,
        ready,
        routes: [{ method: 'GET', path: '/metrics', handler }, ...routes],
      });
    },
    async close() {
      await tracing?.close();
    },
  };
}

/** Keeps what `make` makes for an operation and a transport for as long as there is the operation. */
function perOperation<Made>(
  make: (transport: Outcome['transport'], operation: Outcome['operation']) => Made,
): (transport: Outcome['transport'], operation: Outcome['operation']) => Made {
  const of: Partial<Record<Outcome['transport'], { none?: Made; some: WeakMap<object, Made> }>> = {};
  return (transport, operation) => {
    const made = (of[transport] ??= { some: new WeakMap() });
    if (!operation) return (made.none ??= make(transport, undefined));
    let own = made.some.get(operation);
    if (own === undefined) made.some.set(operation, (own = make(transport, operation)));
    return own;
  };
}
