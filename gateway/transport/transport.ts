import type { Logger } from '../../platform/logger.ts';
import { createHttpService, type Route } from '../../platform/serve.ts';
import type { Admission } from '../admission/admission.ts';
import type { GatewayEnv } from '../env.ts';
import type { Observability } from '../observability/observability.ts';
import type { Supergraph } from '../supergraph/build.ts';
import type { LiveSupergraph } from '../supergraph/supergraph.ts';
import { createHttpTransport } from './http.ts';
import { createOpenStreams } from './open-streams.ts';
import { createOrigins } from './origins.ts';
import { createPages, schemaPage } from './pages.ts';
import type { Pipeline } from './pipeline.ts';
import type { Turns } from './turns.ts';
import { createWebSocketTransport } from './websocket.ts';

export interface TransportOptions {
  readonly env: GatewayEnv;
  readonly logger: Logger;
  readonly supergraph: Pick<LiveSupergraph, 'current' | 'variant'>;
  readonly admission: Pick<Admission, 'originOf' | 'isRevoked' | 'keySet'>;
  readonly observability: Pick<Observability, 'metrics' | 'tracing'>;
  /** The way of a request over a schema: the whole one, or a contract's. */
  readonly pipelineOver: (schema: () => Supergraph) => Pipeline;
  readonly ready: () => Promise<unknown>;
  readonly turns: Pick<Turns, 'begin'>;
}

/** Bytes to requests, results to bytes: over HTTP, as server-sent events, in parts, over WebSocket. */
export interface Transport {
  /** `http://host:port`, known once it listens. */
  readonly url: string;
  listen(): Promise<void>;
  /** Ends all streams of a sign-in. */
  endSession(sessionId: string): void;
  close(): Promise<void>;
}

const PATH = '/graphql';
const methods = ['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE'] as const;

export function createTransport(options: TransportOptions): Transport {
  const { env, logger, supergraph, admission, observability, pipelineOver, ready, turns } = options;
  const { metrics, tracing } = observability;
  const { originOf, isRevoked, keySet } = admission;
  const origins = createOrigins(env.ALLOWED_ORIGINS);
  const streams = createOpenStreams({
    perViewer: env.MAX_STREAMS_PER_VIEWER,
    heartbeat: env.STREAM_HEARTBEAT_MS,
    reloadSpread: env.STREAM_RELOAD_SPREAD_MS,
    supergraph: () => supergraph.current.id,
    isRevoked,
    onBegin: metrics.streamBegan,
    onEnd: metrics.streamEnded,
  });

  const graphqlAt = (path: string, pipeline: Pipeline): Route[] => {
    const graphql = createHttpTransport({
      pipeline,
      streams,
      origins,
      originOf,
      maxBodyBytes: env.MAX_BODY_BYTES,
      maxBatch: env.MAX_BATCH,
      logger,
      turns,
    });
    const handler = tracing ? tracing.around(path, graphql) : graphql;
    return methods.map((method) => ({ method, path, handler }));
  };
  // a contract's clients have a schema of their own, published, and are served like all others
  const contracts = env.VARIANTS.map(({ name }) => {
    const schema = (): Supergraph => supergraph.variant(name);
    return { name, path: `/${name}${PATH}`, schema, pipeline: pipelineOver(schema) };
  });
  const whole = pipelineOver(() => supergraph.current);
  const service = createHttpService({
    host: env.HOST,
    port: env.PORT,
    logger,
    ready,
    // all that needs the trace is handed it
    ambientTrace: false,
    sample: tracing?.sample,
    stillMilliseconds: stillFor(env),
    routes: [
      ...graphqlAt(PATH, whole),
      ...contracts.flatMap(({ name, path, schema, pipeline }) => [
        ...graphqlAt(path, pipeline),
        schemaPage(`/${name}/schema.graphql`, () => schema().apiSchema),
      ]),
      ...createPages({
        path: PATH,
        schema: () => supergraph.current.apiSchema,
        keySet,
        introspection: env.INTROSPECTION,
      }),
    ],
  });
  const sockets = createWebSocketTransport({
    server: service.server,
    path: PATH,
    pipeline: whole,
    contracts: new Map(contracts.map(({ path, pipeline }) => [path, pipeline.prepare])),
    origins,
    originOf,
    maxMessageBytes: env.MAX_BODY_BYTES,
    logger,
    streams,
    limits: {
      streams: env.MAX_STREAMS_PER_CONNECTION,
      perViewer: env.MAX_SOCKETS_PER_VIEWER,
      perAddress: env.MAX_SOCKETS_PER_ADDRESS,
    },
    turns,
    sample: tracing?.sample,
  });
  return {
    get url() {
      return service.url;
    },
    listen: () => service.listen(),
    endSession: (sessionId) => streams.endSession(sessionId),
    async close() {
      // from now on it is not ready, whatever it still waits for
      const drained = service.close();
      streams.close();
      await Promise.all([sockets.close(), drained]);
    },
  };
}

/** Milliseconds for which nothing need move on a connection: what is configured may keep an answer or a sign of life so long. */
export const stillFor = ({
  SUBGRAPH_TIMEOUT_MS,
  STREAM_HEARTBEAT_MS,
}: Pick<GatewayEnv, 'SUBGRAPH_TIMEOUT_MS' | 'STREAM_HEARTBEAT_MS'>): number =>
  Math.min(2_147_483_647, Math.max(300_000, 20 * SUBGRAPH_TIMEOUT_MS, 3 * STREAM_HEARTBEAT_MS));
