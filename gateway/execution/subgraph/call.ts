import type { Logger } from '../../../platform/logger.ts';
import { duringTrace, traceparent, type Trace } from '../../../platform/trace.ts';
import { VIEWER_HEADER, type Viewer } from '../../../platform/viewer.ts';
import type { CallOutcome } from '../../observability/metrics.ts';
import type { TracedWork, Tracing } from '../../observability/tracing.ts';
import type { Admission, CircuitBreaker } from './circuit-breaker.ts';
import type { RetryBudget } from './retry-budget.ts';
import { isRefusal, parseResult, subgraphUnavailable } from './answer.ts';
import type { Asker, SubgraphAnswer } from './client.ts';
import { Exchange } from './exchange.ts';
import type { SubgraphPool } from './pool.ts';
import type { ViewerSigner } from './viewer-signer.ts';

/** What all calls to a subgraph share. */
export interface CallOptions {
  readonly name: string;
  readonly url: string;
  /** Of the URL. */
  readonly path: string;
  /** Absent if the URL is none. */
  readonly pool: SubgraphPool | undefined;
  readonly breaker: CircuitBreaker;
  readonly budget: RetryBudget;
  readonly signer: ViewerSigner;
  readonly logger: Logger;
  /** Milliseconds until an answer must be there, whole. */
  readonly timeout: number;
  /** Bytes; a longer answer is refused. */
  readonly maxResponseBytes: number;
  /** Called when an answer is there, before anything is made of it. */
  readonly onAnswer?: (() => void) | undefined;
  /** Told of each request, for metrics. */
  readonly onRequest?: ((outcome: CallOutcome, seconds: number) => void) | undefined;
  readonly onRetry?: ((subgraph: string) => void) | undefined;
  /** Begins a span for each request; absent where nothing is traced. */
  readonly traceFetch?: Tracing['fetch'] | undefined;
}

/** What is to be answered. */
interface Call {
  readonly options: CallOptions;
  readonly body: string;
  readonly asker: Asker;
  readonly resolve: (answer: SubgraphAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * @returns sends a request that is JSON already, and resolves to its answer
 * @throws `SUBGRAPH_UNAVAILABLE` if there is none; the log has the cause
 */
export const createSubgraphCalls =
  (options: CallOptions) =>
  (body: string, asker: Asker): Promise<SubgraphAnswer> =>
    new Promise((resolve, reject) => {
      options.budget.pay();
      attempt({ options, body, asker, resolve, reject }, options.timeout, false);
    });

/**
 * Sends a call, and a query a second time if it failed at once: what is left of the time must do for both.
 * @param left milliseconds
 */
function attempt(call: Call, left: number, isRetry: boolean): void {
  const { name, breaker, onRetry, traceFetch, pool } = call.options;
  // nothing is logged: the log has told why, and that it is left alone
  const admission = breaker.admit();
  if (admission === 'refused') return call.reject(subgraphUnavailable(name));
  if (isRetry) onRetry?.(name);
  const span = traceFetch?.(name, call.asker.trace);
  const tried: Tried = { call, left, isRetry, admission, span, start: performance.now() };
  if (pool) new Attempt(pool, tried).begin();
  else failed(tried, new Error('The routing URL is not a URL.'), false);
}

/** One request of a call. */
interface Tried {
  readonly call: Call;
  readonly left: number;
  readonly isRetry: boolean;
  readonly admission: Admission;
  readonly span: TracedWork | undefined;
  readonly start: number;
}

class Attempt extends Exchange {
  readonly #tried: Tried;

  constructor(pool: SubgraphPool, tried: Tried) {
    const { call, left, span, start } = tried;
    const { options, body, asker } = call;
    super(
      pool,
      {
        path: options.path,
        headers: headersOf(options.signer, asker.viewer, span?.trace ?? asker.trace),
        body,
        timeout: left,
        maxBytes: options.maxResponseBytes,
        signal: asker.signal,
      },
      start,
    );
    this.#tried = tried;
  }

  protected override answered(status: number, text: string): void {
    const { options, resolve } = this.#tried.call;
    options.onAnswer?.();
    let result: SubgraphAnswer['result'];
    try {
      result = parseResult(text, status);
    } catch (error) {
      return this.failed(error as Error, isRefusal(status));
    }
    over(this.#tried, result.errors ? 'errors' : 'ok');
    resolve({ result, text });
  }

  protected override failed(reason: Error, isAlive: boolean): void {
    failed(this.#tried, reason, isAlive);
  }
}

/** @param isAlive whether the subgraph showed that it lives: to ask again would bring the same, and others it may answer */
function failed(tried: Tried, reason: Error, isAlive: boolean): void {
  const { call, left, isRetry, start } = tried;
  const { asker, options, reject } = call;
  const { aborted } = asker.signal;
  over(tried, aborted ? 'canceled' : 'unavailable', isAlive);
  if (!aborted)
    duringTrace(asker.trace, () =>
      options.logger.error(
        { subgraph: options.name, url: options.url, cause: reason.message },
        'a subgraph did not answer',
      ),
    );
  const rest = left - (performance.now() - start);
  const mayRetry = !isRetry && !aborted && !isAlive && asker.mayRetry === true;
  if (!mayRetry || rest < options.timeout / 2 || !options.budget.take())
    return reject(subgraphUnavailable(options.name));
  attempt(call, rest, true);
}

/** Counts what became of a request. @param isAlive whether the subgraph lives, though it is of no avail */
function over(
  { call: { options }, span, start, admission }: Tried,
  outcome: CallOutcome,
  isAlive = false,
): void {
  const { breaker, onRequest } = options;
  onRequest?.(outcome, (performance.now() - start) / 1000);
  span?.end(
    { 'graphql.subgraph.outcome': outcome },
    outcome === 'unavailable' ? ['SUBGRAPH_UNAVAILABLE'] : [],
  );
  if (outcome === 'canceled') breaker.canceled(admission);
  else if (outcome === 'unavailable' && !isAlive) breaker.failed(admission);
  else breaker.succeeded(admission);
}

/** In one list from the beginning: one that grows is copied. */
function headersOf(signer: ViewerSigner, viewer: Viewer, trace: Trace): string[] {
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
}
