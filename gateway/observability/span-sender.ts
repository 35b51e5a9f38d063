// Sends the spans of a gateway by OpenTelemetry's own exporter, in a thread beside it (`tracing.ts`). The exporter uses
// node's HTTP client: once that has sent a request, V8 keeps the code that it shares with node's HTTP server in a more
// general form, and each request to a gateway in the same isolate takes up to a fifth more. A thread has its own.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { SpanStatusCode, TraceFlags, type HrTime, type SpanContext } from '@opentelemetry/api';
import { getEnvWithoutDefaults, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { SpanFacts } from './tracing.ts';

/** What the thread is started with. */
export interface SpanSenderData {
  /** Where spans are sent, by OTLP over HTTP: `/v1/traces` is appended. */
  readonly endpoint: string;
  readonly serviceName: string;
}

/** What it is told: of work that is over; or to send what is left and end. */
export type SpanSenderOrder = readonly SpanFacts[] | 'close';

/** What it tells: why spans could not be sent. */
export interface SpanSenderReport {
  readonly failure: string;
}

/** Milliseconds that a stop waits for the last spans to be sent, from when this thread hears of it. */
const LAST_WITHIN = 3_000;

const { endpoint, serviceName } = workerData as SpanSenderData;
const report = (error: unknown): void =>
  parentPort?.postMessage({ failure: describe(error) } satisfies SpanSenderReport);

/** The exporter tells the status of an answer in a property, and one of several addresses in `errors`. */
const describe = (error: unknown): string => {
  const { code, errors } = error as { code?: string | number; errors?: unknown[] };
  if (Array.isArray(errors)) return errors.map(describe).join('; ');
  return code === undefined || String(error).includes(String(code))
    ? String(error)
    : `${String(error)} (${code})`;
};

/** Bytes of a collector's answer, which has next to nothing to say. */
const LONGEST_ANSWER = 1024 * 1024;

/** Milliseconds, by the exporter's own variables; its own timer is put off by each byte that comes. */
const { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT, OTEL_EXPORTER_OTLP_TIMEOUT } = getEnvWithoutDefaults();
/** Milliseconds; what no timer of Node's can wait for is passed over. */
const ANSWERED_WITHIN =
  [OTEL_EXPORTER_OTLP_TRACES_TIMEOUT, OTEL_EXPORTER_OTLP_TIMEOUT].find(
    (given = 0) => given > 0 && given < 2 ** 31,
  ) ?? 10_000;

// The exporter keeps whatever it is answered, for however long that goes on, and offers no other way to its requests.
subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest & { res?: IncomingMessage | null } };
  const giveUp = (what: string): void => void request.destroy(new Error(`the collector's answer ${what}`));
  const late = setTimeout(giveUp, ANSWERED_WITHIN, `was not over after ${ANSWERED_WITHIN} ms`);
  request.on('close', () => clearTimeout(late));
  const limit = (response: IncomingMessage): void => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LONGEST_ANSWER) giveUp(`is longer than ${LONGEST_ANSWER} bytes`);
    });
  };
  // it may be there before the request is whole
  if (request.res) limit(request.res);
  else request.on('response', limit);
});

setGlobalErrorHandler(report);
const processor = new BatchSpanProcessor(
  new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: ANSWERED_WITHIN }),
);
const resource = new Resource({ 'service.name': serviceName });

parentPort?.on('message', (order: SpanSenderOrder) => {
  if (order === 'close') {
    setTimeout(() => {
      report(
        `the last ones are lost: they could not be sent within ${LAST_WITHIN / 1_000} seconds of the stop`,
      );
      process.exit();
    }, LAST_WITHIN).unref();
    void processor
      .shutdown()
      .catch(report)
      .finally(() => parentPort?.close());
  } else for (const facts of order) processor.onEnd(new RecordedSpan(facts));
});

const library = { name: 'marquee-gateway' };
const none: never[] = [];
const hrTime = (milliseconds: number): HrTime => {
  const seconds = Math.floor(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1e6)];
};

/**
 * Work that is over, as exporters read it. A tracer's own span is made to be changed while the work goes on, and chooses its
 * ids itself.
 */
class RecordedSpan implements ReadableSpan {
  readonly resource = resource;
  readonly name: string;
  readonly kind: ReadableSpan['kind'];
  readonly parentSpanId?: string;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly attributes: ReadableSpan['attributes'];
  readonly status: ReadableSpan['status'];
  readonly instrumentationLibrary = library;
  readonly links = none;
  readonly events = none;
  readonly ended = true;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #context: SpanContext;

  constructor({ trace, name, kind, milliseconds, end, attributes, failed }: SpanFacts) {
    const { traceId, spanId, parentId } = trace;
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
