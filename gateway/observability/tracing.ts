import { Worker } from 'node:worker_threads';
import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { Logger } from '../../platform/logger.ts';
import type { RouteHandler } from '../../platform/serve.ts';
import { currentTrace, newSpanId, type Trace } from '../../platform/trace.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import { operationNameOf, type Outcome } from './request-log.ts';
import type { SpanSenderData, SpanSenderOrder, SpanSenderReport } from './span-sender.ts';

/** A unit of work that has begun. Its trace is what further work belongs to, here and in other services. */
export interface TracedWork {
  readonly trace: Trace;
  /** @param codes of errors, none if all went well */
  end(attributes: Attributes, codes?: readonly string[]): void;
}

/**
 * Spans for OpenTelemetry. The platform gives every request a trace and span id before anything happens
 * (`platform/trace.ts`); here spans are recorded under these ids once their work is over, so that nothing needs to be
 * carried along but the trace itself. A thread of its own makes of them what is sent (`span-sender.ts`).
 */
export interface Tracing {
  /** Decides whether a trace that begins here is recorded. */
  sample(): boolean;
  /** Records a span for each HTTP request of a route. @param path of the route: what clients ask for is spelled as they like */
  around(path: string, handler: RouteHandler): RouteHandler;
  /** Records an operation that came over a WebSocket, where it is a request of its own. */
  request(outcome: Outcome): void;
  /** Records the making of an operation that was not in the cache. */
  planned(seconds: number, parent: Trace): void;
  /** @returns undefined in a trace that is not recorded, as does `fetch` */
  operation(operation: PreparedOperation, parent: Trace): TracedWork | undefined;
  /** A call to a subgraph. */
  fetch(subgraph: string, parent: Trace): TracedWork | undefined;
  /** Sends what is left. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Where spans are sent, by OTLP over HTTP: `/v1/traces` is appended. */
  readonly endpoint: string;
  readonly serviceName: string;
  /** Share of traces that are recorded, 0 to 1; where a caller has decided, its decision holds. */
  readonly ratio: number;
  /** How many of these are recorded in a second at most. */
  readonly perSecond: number;
  readonly logger: Logger;
}

/** Milliseconds after which work that is over is handed to the thread that sends it. */
const RECORDED_WITHIN = 500;
/** Units of work that are handed over without waiting for more. */
const RECORDED_TOGETHER = 256;

/** Work that is over. */
export interface SpanFacts {
  readonly trace: Trace;
  readonly name: string;
  readonly kind: SpanKind;
  readonly milliseconds: number;
  /** Milliseconds since 1970. */
  readonly end: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

export function createTracing(options: TracingOptions): Tracing {
  const { endpoint, serviceName, ratio, perSecond, logger } = options;
  const sender = startSpanSender({ endpoint, serviceName }, logger);
  let past: SpanFacts[] = [];
  let due: NodeJS.Timeout | undefined;
  const handOver = (): void => {
    clearTimeout(due);
    due = undefined;
    if (past.length > 0) sender.send(past);
    past = [];
  };
  const record = (
    trace: Trace,
    name: string,
    kind: SpanKind,
    milliseconds: number,
    attributes: Attributes,
    failed: boolean,
  ): void => {
    if (trace.sampled !== true) return;
    past.push({ trace, name, kind, milliseconds, end: Date.now(), attributes, failed });
    if (past.length >= RECORDED_TOGETHER) handOver();
    else due ??= setTimeout(handOver, RECORDED_WITHIN).unref();
  };

  const begin = (parent: Trace, name: string, kind: SpanKind, known: Attributes): TracedWork => {
    const start = performance.now();
    const trace = childOf(parent);
    return {
      trace,
      end(attributes, codes = []) {
        const all = {
          ...known,
          ...attributes,
          ...(codes.length > 0 && { 'graphql.error.codes': [...codes] }),
        };
        record(trace, name, kind, performance.now() - start, all, codes.length > 0);
      },
    };
  };

  let second = NaN;
  let sampled = 0;
  const isWithinSecond = (): boolean => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      sampled = 0;
    }
    sampled += 1;
    return sampled <= perSecond;
  };

  return {
    sample: () => Math.random() < ratio && isWithinSecond(),
    around: (path, handler) => (request, response, parameters) => {
      const trace = currentTrace();
      if (trace?.sampled === true) {
        const start = performance.now();
        response.on('close', () => {
          const { method } = request;
          const attributes = {
            'http.request.method': method ?? '',
            'http.route': path,
            'http.response.status_code': response.statusCode,
          };
          const failed = response.statusCode >= 500;
          record(trace, `${method} ${path}`, SpanKind.SERVER, performance.now() - start, attributes, failed);
        });
      }
      return handler(request, response, parameters);
    },
    request({ transport, operation, trace, seconds, codes, client }) {
      if (transport !== 'websocket') return;
      const attributes = {
        ...(operation && attributesOf(operation)),
        'network.protocol.name': 'graphql-transport-ws',
        ...(client.name !== undefined && { 'graphql.client.name': client.name }),
        ...(client.version !== undefined && { 'graphql.client.version': client.version }),
      };
      record(trace, nameOf(operation), SpanKind.SERVER, seconds * 1_000, attributes, codes.length > 0);
    },
    planned: (seconds, parent) =>
      record(childOf(parent), 'graphql.plan', SpanKind.INTERNAL, seconds * 1_000, {}, false),
    operation: (operation, parent) =>
      parent.sampled === true
        ? begin(parent, nameOf(operation), SpanKind.INTERNAL, attributesOf(operation))
        : undefined,
    fetch: (subgraph, parent) =>
      parent.sampled === true
        ? begin(parent, `fetch ${subgraph}`, SpanKind.CLIENT, { 'graphql.subgraph.name': subgraph })
        : undefined,
    async close() {
      handOver();
      await sender.close();
    },
  };
}

/** Runs a file beside this one in a thread: TypeScript in the sources, which needs a loader, JavaScript in the product. */
function startThread(name: string, workerData: SpanSenderData): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`${name}.js`, import.meta.url), { workerData });
  const [loader, file] = [import.meta.resolve('tsx/esm/api'), new URL(`${name}.ts`, import.meta.url).href];
  const script = `import('${loader}').then(({ tsImport }) => tsImport('${file}', '${file}'))`;
  return new Worker(script, { eval: true, workerData });
}

/** Starts the thread that sends spans. A crash of it is told of, and costs the spans that it had, and no request. */
function startSpanSender(workerData: SpanSenderData, logger: Logger) {
  const start = (): Worker => {
    const worker = startThread('span-sender', workerData);
    worker.unref();
    worker.on('message', ({ failure }: SpanSenderReport) =>
      logger.warn({ cause: failure, endpoint: workerData.endpoint }, 'spans could not be sent'),
    );
    worker.on('error', (error) => logger.error({ error }, 'what sends spans crashed'));
    worker.on('exit', () => (running = undefined));
    return worker;
  };
  let running: Worker | undefined = start();
  let closing = false;
  const order = (what: SpanSenderOrder): void => (running ??= start()).postMessage(what);
  return {
    send(facts: readonly SpanFacts[]): void {
      // what ends after the stop would start a thread that nobody ends
      if (!closing) order(facts);
    },
    /** Resolves when what is left is sent, or cannot be, or takes too long. */
    async close(): Promise<void> {
      closing = true;
      const last = running;
      if (!last) return;
      last.ref();
      // not by `once` of node:events, which rejects if it crashes meanwhile: that is told of, and no reason not to stop
      const over = new Promise((resolve) => last.once('exit', resolve));
      order('close');
      await over;
    },
  };
}

const childOf = ({ traceId, spanId, sampled, state }: Trace): Trace => ({
  traceId,
  spanId: newSpanId(),
  parentId: spanId,
  sampled,
  state,
});

const nameOf = (operation: PreparedOperation | undefined): string =>
  operation
    ? [operation.type, operationNameOf(operation)].filter((part) => part !== undefined).join(' ')
    : 'refused';

/** https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ */
const attributesOf = (operation: PreparedOperation): Attributes => {
  const name = operationNameOf(operation);
  return {
    'graphql.operation.type': operation.type,
    ...(name !== undefined && { 'graphql.operation.name': name }),
  };
};
