import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace as openTelemetry,
  type Attributes,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  TraceIdRatioBasedSampler,
  SamplingDecision,
  type IdGenerator,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../platform/logger.ts';
import type { RouteHandler } from '../../platform/serve.ts';
import { currentTrace, duringTrace, newSpanId, type Trace } from '../../platform/trace.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import type { Outcome } from './request-log.ts';

/** A unit of work that has begun. Its trace is what further work belongs to, here and in other services. */
export interface TracedWork {
  readonly trace: Trace;
  /** @param codes of errors, none if all went well */
  end(attributes: Attributes, codes?: readonly string[]): void;
}

/**
 * Spans for OpenTelemetry. The platform gives every request a trace and span id before anything happens
 * (`platform/trace.ts`); here spans are recorded under these ids once their work is over, so that nothing needs to be
 * carried along but the trace itself.
 */
export interface Tracing {
  /** Records a span for each HTTP request of a route. */
  around(handler: RouteHandler): RouteHandler;
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
  readonly logger: Logger;
}

export function createTracing({ endpoint, serviceName, ratio, logger }: TracingOptions): Tracing {
  const ids = new GivenIds();
  const provider = new BasicTracerProvider({
    idGenerator: ids,
    resource: new Resource({ 'service.name': serviceName }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })),
    ],
  });
  const tracer = provider.getTracer('marquee-gateway');
  const sampler = new TraceIdRatioBasedSampler(ratio);
  const isSampled = ({ traceId, sampled }: Trace): boolean =>
    sampled ?? sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;

  const record = (
    trace: Trace,
    name: string,
    kind: SpanKind,
    milliseconds: number,
    attributes: Attributes,
    failed: boolean,
  ): void => {
    if (!isSampled(trace)) return;
    const { traceId, spanId, parentId } = trace;
    const parent =
      parentId === undefined
        ? ROOT_CONTEXT
        : openTelemetry.setSpanContext(ROOT_CONTEXT, {
            traceId,
            spanId: parentId,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: kind === SpanKind.SERVER,
          });
    ids.next = trace;
    const end = Date.now();
    const span = tracer.startSpan(name, { kind, attributes, startTime: end - milliseconds }, parent);
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(end);
    if (span.spanContext().spanId !== spanId) throw new Error('A span has another id than its trace.');
  };

  const begin = (
    parent: Trace,
    name: string,
    kind: SpanKind,
    known: () => Attributes,
  ): TracedWork | undefined => {
    if (parent.sampled === false) return undefined;
    // decided once, for the work that this leads to as well
    if (!isSampled(parent)) return { trace: { ...parent, sampled: false }, end: nothing };
    const start = performance.now();
    const trace = { ...childOf(parent), sampled: true };
    return {
      trace,
      end(attributes, codes = []) {
        const all = {
          ...known(),
          ...attributes,
          ...(codes.length > 0 && { 'graphql.error.codes': [...codes] }),
        };
        record(trace, name, kind, performance.now() - start, all, codes.length > 0);
      },
    };
  };

  return {
    around: (handler) => (request, response, parameters) => {
      const trace = currentTrace();
      if (!trace) return handler(request, response, parameters);
      const decided = trace.sampled === undefined ? { ...trace, sampled: isSampled(trace) } : trace;
      if (decided.sampled) {
        const start = performance.now();
        response.on('close', () => {
          const { method } = request;
          const path = request.url?.split('?')[0] ?? '';
          const attributes = {
            'http.request.method': method ?? '',
            'url.path': path,
            'http.response.status_code': response.statusCode,
          };
          const failed = response.statusCode >= 500;
          record(
            decided,
            `${method} ${path}`,
            SpanKind.SERVER,
            performance.now() - start,
            attributes,
            failed,
          );
        });
      }
      return duringTrace(decided, () => handler(request, response, parameters));
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
      begin(parent, nameOf(operation), SpanKind.INTERNAL, () => attributesOf(operation)),
    fetch: (subgraph, parent) =>
      begin(parent, `fetch ${subgraph}`, SpanKind.CLIENT, () => ({ 'graphql.subgraph.name': subgraph })),
    async close() {
      try {
        await provider.shutdown();
      } catch (error) {
        // spans are not worth a failed stop
        logger.warn({ cause: String(error) }, 'the last spans could not be sent');
      }
    },
  };
}

const nothing = (): void => undefined;

const childOf = ({ spanId, ...parent }: Trace): Trace => ({
  ...parent,
  spanId: newSpanId(),
  parentId: spanId,
});

const nameOf = (operation: PreparedOperation | undefined): string =>
  operation ? [operation.type, operation.name].filter((part) => part !== undefined).join(' ') : 'refused';

/** https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ */
const attributesOf = ({ type, name }: PreparedOperation): Attributes => ({
  'graphql.operation.type': type,
  ...(name !== undefined && { 'graphql.operation.name': name }),
});

/** Gives the next span the ids that its work had all along. */
class GivenIds implements IdGenerator {
  next: Trace = { traceId: '', spanId: '' };
  generateTraceId = (): string => this.next.traceId;
  generateSpanId = (): string => this.next.spanId;
}
