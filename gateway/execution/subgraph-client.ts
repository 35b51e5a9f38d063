import Pool from 'undici/lib/dispatcher/pool.js';
import type { Client } from 'graphql-ws';
import type { FormattedExecutionResult } from 'graphql';
import { codedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { duringTrace, traceparent, type Trace } from '../../platform/trace.ts';
import { VIEWER_HEADER, type Viewer } from '../../platform/viewer.ts';
import type { TracedWork, Tracing } from '../observability/tracing.ts';
import { createCircuitBreaker, type Admission } from './circuit-breaker.ts';
import type { LeaveSignal } from './leave-signal.ts';
import { createMergedCalls } from './merged-calls.ts';
import { createRetryBudget } from './retry-budget.ts';
import { exchange } from './subgraph-exchange.ts';
import { createStreamClient } from './stream-client.ts';
import type { ViewerSigner } from './viewer-signer.ts';

/** On whose behalf, and for how long, a subgraph is asked. */
export interface Asker {
  readonly viewer: Viewer;
  readonly trace: Trace;
  /** Aborts when the client has left. */
  readonly signal: LeaveSignal;
  /** Whether a call may be made twice: a query has no effect. */
  readonly mayRetry?: boolean;
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

export interface SubgraphClientsOptions {
  readonly logger: Logger;
  readonly signer: ViewerSigner;
  /** Milliseconds until an answer must be there, whole. */
  readonly timeout: number;
  /** Bytes; a longer answer is refused. */
  readonly maxResponseBytes: number;
  /** Replaces the routing URL of the supergraph, by the subgraph's name. */
  readonly urlFor: (name: string) => string | undefined;
  /** Called when an answer is there, before anything is made of it. */
  readonly onAnswer?: () => void;
  /** Told of each request, for metrics. */
  readonly onRequest?: (subgraph: string, outcome: Outcome, seconds: number) => void;
  /** Begins a span for each request; absent where nothing is traced. */
  readonly traceFetch?: Tracing['fetch'] | undefined;
  readonly resilience?: Resilience;
  /** Whether equal queries of several clients are sent once; they are sent each if not given. */
  readonly mergeAcrossClients?: boolean;
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

export const subgraphUnavailable = (name: string) =>
  codedError('SUBGRAPH_UNAVAILABLE', `The service "${name}" did not answer. Try again later.`, {
    service: name,
  });

/** Connections to one origin. A request waits for a free one. */
const CONNECTIONS = 256;
const poolOptions: Pool.Options = {
  connections: CONNECTIONS,
  pipelining: 1,
  keepAliveTimeout: 30_000,
  // an exchange has one timer for all of it
  headersTimeout: 0,
  bodyTimeout: 0,
  connect: { timeout: 2_000 },
};
export function createSubgraphClients(options: SubgraphClientsOptions): SubgraphClients {
  // one for each origin, however many subgraphs are behind it
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? new Pool(origin, poolOptions);
    pools.set(origin, pool);
    return pool;
  };
  const clients = new Map<string, SubgraphClient>();
  return {
    get(name, routingUrl) {
      const url = options.urlFor(name) ?? routingUrl;
      const key = `${name} ${url}`;
      const client = clients.get(key) ?? createSubgraphClient(name, url, poolOf, options);
      clients.set(key, client);
      return client;
    },
    async close() {
      for (const client of clients.values()) await client.streams.dispose();
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

type Outcome = 'ok' | 'errors' | 'unavailable' | 'canceled';

function createSubgraphClient(
  name: string,
  url: string,
  poolOf: (origin: string) => Pool,
  options: SubgraphClientsOptions,
): SubgraphClient {
  const { logger, signer, timeout, maxResponseBytes, onAnswer, onRequest, traceFetch, resilience } = options;
  // a malformed URL is found when it is first used, not at start
  const target = URL.canParse(url) ? new URL(url) : undefined;
  const pool = target && poolOf(target.origin);
  const path = target ? target.pathname + target.search : '';

  const breaker = createCircuitBreaker({
    failures: resilience?.breakerFailures ?? 0,
    pause: resilience?.breakerPause ?? 0,
    onChange(open) {
      if (open)
        logger.error({ subgraph: name }, 'a subgraph fails again and again; it is left alone for a while');
      else logger.info({ subgraph: name }, 'a subgraph answers again');
      resilience?.onBreaker(name, open);
    },
  });
  const budget = createRetryBudget(resilience?.retryShare ?? 0);

  const over = (
    outcome: Outcome,
    start: number,
    span: TracedWork | undefined,
    admission: Admission,
  ): void => {
    onRequest?.(name, outcome, (performance.now() - start) / 1000);
    span?.end(
      { 'graphql.subgraph.outcome': outcome },
      outcome === 'unavailable' ? ['SUBGRAPH_UNAVAILABLE'] : [],
    );
    if (outcome === 'canceled') breaker.canceled(admission);
    else if (outcome === 'unavailable') breaker.failed(admission);
    else breaker.succeeded(admission);
  };
  /** In one list from the beginning: one that grows is copied. */
  const headersOf = (viewer: Viewer, trace: Trace): string[] => {
    const headers = [
      'content-type',
      'application/json',
      'accept',
      'application/json, application/graphql-response+json',
      'accept-encoding',
      'identity',
      'traceparent',
      traceparent(trace),
    ];
    if (trace.state !== undefined) headers.push('tracestate', trace.state);
    const signature = signer(viewer);
    if (signature !== undefined) headers.push(VIEWER_HEADER, signature);
    return headers;
  };

  /** Sends a request, and a query a second time if it failed at once: what is left of the time must do for both. */
  const attempt = (body: string, asker: Asker, left: number, isRetry: boolean): Promise<SubgraphAnswer> =>
    new Promise((resolve, reject) => {
      // nothing is logged: the log has told why, and that it is left alone
      const admission = breaker.admit();
      if (admission === 'refused') return reject(subgraphUnavailable(name));
      if (isRetry) resilience?.onRetry(name);
      const start = performance.now();
      const span = traceFetch?.(name, asker.trace);
      const failed = (error: unknown): void => {
        const { aborted } = asker.signal;
        over(aborted ? 'canceled' : 'unavailable', start, span, admission);
        if (!aborted) {
          const cause = String(error instanceof Error ? error.message : error);
          duringTrace(asker.trace, () =>
            logger.error({ subgraph: name, url, cause }, 'a subgraph did not answer'),
          );
        }
        const rest = left - (performance.now() - start);
        if (isRetry || aborted || asker.mayRetry !== true || rest < timeout / 2 || !budget.take())
          return reject(subgraphUnavailable(name));
        resolve(attempt(body, asker, rest, true));
      };
      const answered = (status: number, text: string): void => {
        onAnswer?.();
        let result: FormattedExecutionResult;
        try {
          result = parseResult(text, status);
        } catch (error) {
          return failed(error);
        }
        over(result.errors ? 'errors' : 'ok', start, span, admission);
        resolve({ result, text });
      };
      if (!pool) return failed(new Error('The routing URL is not a URL.'));
      exchange(
        pool,
        {
          path,
          headers: headersOf(asker.viewer, span?.trace ?? asker.trace),
          body,
          timeout: left,
          maxBytes: maxResponseBytes,
          signal: asker.signal,
        },
        answered,
        failed,
      );
    });
  const postAlone = (body: string, asker: Asker): Promise<SubgraphAnswer> => {
    budget.pay();
    return attempt(body, asker, timeout, false);
  };

  const post = options.mergeAcrossClients === true ? createMergedCalls(postAlone) : postAlone;

  return {
    name,
    url,
    post,
    send: async (request, asker) => (await post(JSON.stringify(request), asker)).result,
    streams: createStreamClient(url),
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

/**
 * Reads a GraphQL answer (https://spec.graphql.org/October2021/#sec-Response-Format). One of any status counts, for a
 * refusal such as 401 brings its errors along.
 * @throws if it is none
 */
export function parseResult(text: string, status: number): FormattedExecutionResult {
  const result: unknown = JSON.parse(text);
  if (!isResult(result)) throw new Error(`status ${status}, and no GraphQL answer`);
  if (status >= 300 && !result.errors?.length)
    throw new Error(`status ${status}, and no error that tells why`);
  return result;
}

/** Whether it has the form of an answer: data that is an object or null, errors in a list, and one of the two at least. */
export function isResult(value: unknown): value is FormattedExecutionResult {
  if (typeof value !== 'object' || value === null) return false;
  const { data, errors } = value as { data?: unknown; errors?: unknown };
  const hasErrors = Array.isArray(errors);
  const hasData = typeof data === 'object' && !Array.isArray(data);
  return (
    (hasData || (hasErrors && data === undefined)) && (hasErrors || errors === undefined || errors === null)
  );
}
