import type { Client } from 'graphql-ws';
import type { FormattedExecutionResult } from 'graphql';
import { traceparent, type Trace } from '../../../platform/trace.ts';
import { VIEWER_HEADER, type Viewer } from '../../../platform/viewer.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { LeaveSignal } from '../leave-signal.ts';
import { createMergedCalls } from '../merged-calls.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createSubgraphCalls, type CallOptions } from './call.ts';
import { SubgraphPool } from './pool.ts';
import { createStreamClient } from './stream-client.ts';

/** On whose behalf, and for how long, a subgraph is asked. */
export interface Asker {
  readonly viewer: Viewer;
  readonly trace: Trace;
  /** Aborts when the client has left. */
  readonly signal: LeaveSignal;
  /** Whether a call may be made twice: a query has no effect. */
  readonly mayRetry?: boolean;
  /** Whether it joins no call that is under way, which may be older than something that this one is to know of. */
  readonly joinsNone?: boolean;
}

export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown> | undefined;
  readonly operationName?: string | undefined;
}

export interface SubgraphAnswer {
  readonly result: FormattedExecutionResult;
  /** What `result` was read from. */
  readonly text: string;
}

/** One subgraph: queries and mutations over HTTP, streams over graphql-ws on the same path. */
export interface SubgraphClient {
  readonly name: string;
  readonly url: string;
  /**
   * @returns what the subgraph answered, errors included
   * @throws `SUBGRAPH_UNAVAILABLE` if it did not answer in time, or not in GraphQL's format; the log has the cause
   */
  send(request: SubgraphRequest, asker: Asker): Promise<FormattedExecutionResult>;
  /** The same for a request that is already JSON. */
  post(body: string, asker: Asker): Promise<SubgraphAnswer>;
  /** The connection that carries all streams of this subgraph; opened by the first, closed after the last. */
  readonly streams: Client;
  /** Further connections like it, by number, for streams that are better apart from the others. */
  streamsApart(index: number): Client;
  /** Payload of a `subscribe` message, signed anew: a signature lives for seconds, a stream for hours. */
  streamPayload(
    request: SubgraphRequest,
    asker: Asker,
  ): SubgraphRequest & { extensions: Record<string, unknown> };
}

/** The clients of all subgraphs, kept over swaps of the supergraph so that their connections stay warm. */
export interface SubgraphClients {
  get(name: string, url: string): SubgraphClient;
  close(): Promise<void>;
}

export interface SubgraphClientsOptions extends Pick<
  CallOptions,
  'logger' | 'signer' | 'timeout' | 'maxResponseBytes' | 'onAnswer' | 'traceFetch'
> {
  /** Gives what is told of each request to a subgraph, for metrics. */
  readonly countRequests?: ((subgraph: string) => CallOptions['onRequest']) | undefined;
  /** Replaces the routing URL of the supergraph, by the subgraph's name. */
  readonly urlFor: (name: string) => string | undefined;
  readonly resilience?: Resilience;
  /** Whether equal queries of several clients are sent once; they are sent each if not given. */
  readonly mergeAcrossClients?: boolean;
  /** Told of each call that joins an equal one. */
  readonly onMerged?: (() => void) | undefined;
}

export interface Resilience {
  /** Failures among the last twice as many calls after which a subgraph is not asked for a while; 0 for never. */
  readonly breakerFailures: number;
  /** Milliseconds for which it is not asked then. */
  readonly breakerPause: number;
  /** Retries per request, for queries; 0 for none. */
  readonly retryShare: number;
  readonly onBreaker: (subgraph: string, open: boolean) => void;
  readonly onRetry: (subgraph: string) => void;
}

export function createSubgraphClients(options: SubgraphClientsOptions): SubgraphClients {
  // one for each origin, however many subgraphs are behind it
  const pools = new Map<string, SubgraphPool>();
  const poolOf = (origin: string): SubgraphPool => {
    const pool = pools.get(origin) ?? new SubgraphPool(origin);
    pools.set(origin, pool);
    return pool;
  };
  const clients = new Map<string, SubgraphClient & { closeStreams(): Promise<void> }>();
  return {
    get(name, routingUrl) {
      const url = options.urlFor(name) ?? routingUrl;
      const key = `${name} ${url}`;
      const client = clients.get(key) ?? createSubgraphClient(name, url, poolOf, options);
      clients.set(key, client);
      return client;
    },
    async close() {
      for (const client of clients.values()) await client.closeStreams();
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function createSubgraphClient(
  name: string,
  url: string,
  poolOf: (origin: string) => SubgraphPool,
  options: SubgraphClientsOptions,
): SubgraphClient & { closeStreams(): Promise<void> } {
  const { logger, signer, resilience } = options;
  // a malformed URL is found when it is first used, not at start
  const target = /^https?:/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  const calls = createSubgraphCalls({
    ...options,
    name,
    url,
    path: target ? target.pathname + target.search : '',
    pool: target && poolOf(target.origin),
    breaker: createCircuitBreaker({
      failures: resilience?.breakerFailures ?? 0,
      pause: resilience?.breakerPause ?? 0,
      onChange(open) {
        if (open)
          logger.error({ subgraph: name }, 'a subgraph fails again and again; it is left alone for a while');
        else logger.info({ subgraph: name }, 'a subgraph answers again');
        resilience?.onBreaker(name, open);
      },
    }),
    budget: createRetryBudget(resilience?.retryShare ?? 0),
    onRequest: options.countRequests?.(name),
    onRetry: resilience?.onRetry,
  });
  const post = options.mergeAcrossClients === true ? createMergedCalls(calls, options.onMerged) : calls;
  const streams = createStreamClient(url);
  const apart = new Map<number, Client>();

  return {
    name,
    url,
    post,
    send: async (request, asker) => (await post(JSON.stringify(request), asker)).result,
    streams,
    streamsApart(index) {
      const client = apart.get(index) ?? createStreamClient(url);
      apart.set(index, client);
      return client;
    },
    async closeStreams() {
      for (const client of [streams, ...apart.values()]) await client.dispose();
    },
    streamPayload(request, asker) {
      const signature = signer(asker.viewer);
      return {
        ...request,
        extensions: {
          traceparent: traceparent(asker.trace),
          ...(signature !== undefined && { [VIEWER_HEADER]: signature }),
        },
      };
    },
  };
}
