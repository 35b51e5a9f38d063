import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  createOtlpNetworkExportDelegate,
  OTLPExporterBase,
  type ExportResponse,
  type IExporterTransport,
} from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Logger } from '../../platform/logger.ts';
import { neverLeaves } from '../execution/leave-signal.ts';
import { exchange } from '../execution/subgraph-exchange.ts';

/** Answers after which another attempt may help (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const RETRYABLE: readonly number[] = [429, 502, 503, 504];
/** Milliseconds before each further attempt. */
const PAUSES = [1_000, 1_500, 2_250];
const MOST_BYTES = 1_000_000;

/**
 * Sends spans by OTLP over HTTP, as JSON, with the library's serializer and its `OTEL_EXPORTER_OTLP_*` variables, but by
 * undici as subgraphs are called. The library's own way is node's HTTP client: once that has sent a request, V8 keeps the
 * code that it shares with node's HTTP server in a more general form, and each request to the gateway takes a fifth more.
 * @param endpoint `/v1/traces` is appended
 */
export function createSpanExporter(endpoint: string, logger: Logger): SpanExporter {
  const options = convertLegacyHttpOptions(
    { url: `${endpoint.replace(/\/$/, '')}/v1/traces` },
    'TRACES',
    'v1/traces',
    { 'Content-Type': 'application/json' },
  );
  const { origin, pathname, search } = new URL(options.url);
  const pool = new Pool(origin, { connections: 2, headersTimeout: 0, bodyTimeout: 0 });
  const compressed = options.compression === 'gzip';

  const attempt = async (body: Uint8Array, timeout: number): Promise<ExportResponse> => {
    const headers = Object.entries(options.headers()).flat();
    if (compressed) headers.push('content-encoding', 'gzip');
    const { status, text } = await exchange(pool, {
      path: pathname + search,
      headers,
      body,
      timeout,
      maxBytes: MOST_BYTES,
      signal: neverLeaves,
    });
    if (status < 300) return { status: 'success', data: Buffer.from(text) };
    if (RETRYABLE.includes(status)) return { status: 'retryable' };
    throw new Error(`the collector answers ${status}`);
  };
  const transport: IExporterTransport = {
    async send(data, timeout) {
      const body = compressed ? await promisify(gzip)(data) : data;
      const deadline = Date.now() + timeout;
      try {
        let response = await attempt(body, timeout);
        for (const before of PAUSES) {
          if (response.status !== 'retryable' || Date.now() + before > deadline) break;
          await pause(before);
          response = await attempt(body, deadline - Date.now());
        }
        if (response.status === 'retryable') throw new Error('the collector has no time for them');
        return response;
      } catch (error) {
        logger.warn({ cause: String(error), url: options.url }, 'spans could not be sent');
        return { status: 'failure', error: error as Error };
      }
    },
    shutdown: () => void pool.destroy(),
  };
  return new OTLPExporterBase<ReadableSpan[]>(
    createOtlpNetworkExportDelegate(options, JsonTraceSerializer, transport),
  );
}
