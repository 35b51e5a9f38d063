import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type HrTime,
  type SpanContext,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  TraceIdRatioBasedSampler,
  SamplingDecision,
  type ReadableSpan,
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
  const processor = new BatchSpanProcessor(
    new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }),
  );
  const resource = new Resource({ 'service.name': serviceName });
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
    processor.onEnd(new RecordedSpan(resource, trace, name, kind, milliseconds, attributes, failed));
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
        await processor.shutdown();
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

const library = { name: 'marquee-gateway' };
const none: never[] = [];
const hrTime = (milliseconds: number): HrTime => {
  const seconds = Math.floor(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1e6)];
};

/**
 * Work that is over, as exporters read it. A tracer's own span is made to be changed while the work goes on, which costs
 * several times as much, and chooses its ids itself.
 */
class RecordedSpan implements ReadableSpan {
  readonly resource: Resource;
  readonly name: string;
  readonly kind: SpanKind;
  readonly parentSpanId?: string;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly attributes: Attributes;
  readonly status: ReadableSpan['status'];
  readonly instrumentationLibrary = library;
  readonly links = none;
  readonly events = none;
  readonly ended = true;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #context: SpanContext;

  constructor(
    resource: Resource,
    { traceId, spanId, parentId }: Trace,
    name: string,
    kind: SpanKind,
    milliseconds: number,
    attributes: Attributes,
    failed: boolean,
  ) {
    const end = Date.now();
    this.resource = resource;
    this.name = name;
    this.kind = kind;
    if (parentId !== undefined) this.parentSpanId = parentId;
    this.startTime = hrTime(end - milliseconds);
    this.endTime = hrTime(end);
    this.duration = hrTime(milliseconds);
    this.attributes = attributes;
    this.status = { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET };
    this.#context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  }

  spanContext(): SpanContext {
    return this.#context;
  }
}
