import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode, type FormattedExecutionResult } from 'graphql';
import { codedError, type ErrorCode } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { readBody, type RouteHandler } from '../../platform/serve.ts';
import { currentTrace, duringTrace, traceFrom } from '../../platform/trace.ts';
import { credentialsOf, type Identity, type Origin } from '../admission/identity.ts';
import { WINDOW_SECONDS, type RateAllowance } from '../admission/rate-limit.ts';
import type { CacheHeaders } from '../execution/cache/headers.ts';
import { isInParts } from '../execution/deferred-executor.ts';
import { isText } from '../execution/executor.ts';
import { ClientLeft } from '../execution/leave-signal.ts';
import { clientOf } from '../observability/request-log.ts';
import type { OperationRequest, PreparedOperation } from '../operation/operation.ts';
import { runBatch } from './batch.ts';
import { multipartSubscription } from './multipart.ts';
import {
  acceptsParts,
  GRAPHQL_RESPONSE,
  isJsonBody,
  JSON_TYPE,
  negotiate,
  negotiateStream,
  type ResponseType,
  type StreamType,
} from './negotiate.ts';
import type { OpenStreams } from './open-streams.ts';
import { isSafeSimpleRequest, type Origins } from './origins.ts';
import { sendParts } from './parts.ts';
import { codesOf, isRefusal, refusalErrors, type Pipeline } from './pipeline.ts';
import { fromBody, fromSearch } from './request-body.ts';
import { EVENT_STREAM, serverSentEvents } from './sse.ts';
import { beginStream, followOverHttp } from './stream-response.ts';

export interface HttpTransportOptions {
  readonly pipeline: Pipeline;
  readonly origins: Origins;
  readonly originOf: (request: IncomingMessage) => Origin;
  /** Bytes of a request's body. */
  readonly maxBodyBytes: number;
  /** Operations in one request; 0 accepts no batches. */
  readonly maxBatch: number;
  readonly logger: Logger;
  readonly streams: OpenStreams;
}

/** A refusal that has a status of its own, whatever the media type. */
class HttpRefused extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly reason: Error;
  constructor(status: number, code: ErrorCode, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.reason = codedError(code, message);
  }
}

/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): queries by GET and POST, mutations by POST.
 * Answers are not compressed: that is the load balancer's work, which has the time for it.
 */
export function createHttpTransport(options: HttpTransportOptions): RouteHandler {
  const { pipeline, origins, originOf, maxBodyBytes, maxBatch, logger, streams } = options;

  return async (request, response) => {
    const start = performance.now();
    const trace = currentTrace() ?? traceFrom(undefined);
    response.setHeader('x-trace-id', trace.traceId);
    origins.setHeaders(request.headers, response);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();

    const type = negotiate(request.headers.accept);
    const streamType = negotiateStream(request.headers.accept);
    const inParts = acceptsParts(request.headers.accept);
    const left = new ClientLeft();
    // an abort is dear, and after the answer there is nothing left to end
    const abort = (): void => {
      if (!response.writableFinished) left.abort();
    };
    response.once('close', abort);
    let identity: Identity | undefined;
    let operation: PreparedOperation | undefined;
    let status = 200;
    let result: FormattedExecutionResult | undefined;
    let text: string | undefined;
    /** Of errors in an answer that was sent in parts. */
    let codes: string[] | undefined;
    try {
      if (!type && !streamType && !inParts)
        throw new HttpRefused(406, 'BAD_REQUEST', `Accept ${GRAPHQL_RESPONSE} or ${JSON_TYPE}.`);
      checkMethodAndType(request, origins);
      identity = await pipeline.admit(credentialsOf(request.headers), originOf(request));
      const { viewer } = identity;
      const asked = await read(request, maxBodyBytes, maxBatch);
      if (isBatch(asked)) {
        const batch = {
          requests: asked,
          identity,
          client: clientOf(request.headers),
          trace,
          signal: left,
        };
        const results = await runBatch(batch, pipeline, logger);
        setRateHeaders(response, identity.allowance);
        return send(request, response, status, type ?? JSON_TYPE, `[${results.join(',')}]`);
      }
      operation = await pipeline.prepare(asked, identity);
      checkOperationType(operation, request, streamType);
      if (operation.type === OperationTypeNode.SUBSCRIPTION) {
        setRateHeaders(response, identity.allowance);
        // a stream ends by other means, and lasts: it keeps nothing that it has no use for
        response.off('close', abort);
        const format = streamType === 'sse' ? serverSentEvents : multipartSubscription;
        const subscription = { request, response, format, identity, operation, asked, trace };
        return followOverHttp(subscription, pipeline, streams, logger);
      }
      const inspect = {
        cost: request.headers['x-marquee-cost'] === '1',
        plan: request.headers['x-marquee-plan'] === '1',
        cache: request.headers['x-marquee-cache'] === '1',
      };
      const execute = operation.deferral && inParts ? pipeline.executeInParts : pipeline.execute;
      const executed = await execute(operation, { ...asked, inspect }, { viewer, trace, signal: left });
      if (isInParts(executed)) {
        setRateHeaders(response, identity.allowance);
        codes = await sendParts(response, executed, (part) => pipeline.present(part, trace));
      } else if (isText(executed)) {
        ({ text } = executed);
        if (executed.caching) setCacheHeaders(response, executed.caching);
      } else {
        result = pipeline.present(executed, trace);
        if (!('data' in result) && type === GRAPHQL_RESPONSE) status = 500;
      }
    } catch (error) {
      const refused = error instanceof HttpRefused ? error.reason : error;
      // a client that left in the middle of its body is nobody's fault
      if (!isRefusal(refused) && !left.aborted)
        duringTrace(trace, () => logger.error({ error: refused }, 'a request failed'));
      result = pipeline.present({ errors: refusalErrors(refused) }, trace);
      status = error instanceof HttpRefused ? error.status : statusOf(result, type ?? JSON_TYPE);
      if (error instanceof HttpRefused)
        for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
      setRefusalHeaders(response, result, status);
    }
    if (!response.headersSent) {
      if (status !== 429) setRateHeaders(response, identity?.allowance);
      text ??= JSON.stringify(result);
      // EventSource shows its page no answer but a stream: errors of the document go there too
      if (!type && streamType === 'sse' && status === 200) sendEvents(response, text);
      else send(request, response, status, type ?? JSON_TYPE, text);
    } else if (!codes) response.destroy(); // what failed while parts were sent can only be broken off
    pipeline.observe({
      transport: 'http',
      operation,
      client: clientOf(request.headers),
      viewer: identity?.viewer,
      trace,
      seconds: (performance.now() - start) / 1000,
      codes: codes ?? (result ? codesOf(result) : []),
      canceled: left.aborted,
    });
  };
}

/** Refuses by the request's head alone, before a byte of its body is read. */
function checkMethodAndType(request: IncomingMessage, origins: Origins): void {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'POST')
    throw new HttpRefused(405, 'BAD_REQUEST', 'Use GET or POST.', { allow: 'GET, POST, OPTIONS' });
  if (method === 'POST' && !isJsonBody(headers['content-type']))
    throw new HttpRefused(
      415,
      'BAD_REQUEST',
      'The body must be application/json in UTF-8: set the Content-Type header.',
      {
        'accept-post': JSON_TYPE,
      },
    );
  if (method === 'GET' && !isSafeSimpleRequest(headers, origins))
    throw new HttpRefused(
      400,
      'BAD_REQUEST',
      'A GET needs the header "apollo-require-preflight: true" (any value), so that no other page can make a browser send it.',
    );
}

async function read(
  request: IncomingMessage,
  maxBodyBytes: number,
  maxBatch: number,
): Promise<OperationRequest | readonly OperationRequest[]> {
  if (request.method === 'GET')
    return fromSearch(new URL(request.url ?? '/', 'http://localhost').searchParams);
  try {
    return fromBody(await readBody(request, maxBodyBytes), maxBatch);
  } catch (error) {
    if ((error as { status?: unknown }).status === 413)
      throw new HttpRefused(413, 'PAYLOAD_TOO_LARGE', (error as Error).message, { connection: 'close' });
    throw error;
  }
}

const isBatch = (
  asked: OperationRequest | readonly OperationRequest[],
): asked is readonly OperationRequest[] => Array.isArray(asked);

function checkOperationType(
  { type }: PreparedOperation,
  request: IncomingMessage,
  streamType: StreamType | undefined,
): void {
  if (type === OperationTypeNode.SUBSCRIPTION && !streamType)
    throw new HttpRefused(
      400,
      'BAD_REQUEST',
      `Subscriptions are served at this same path over WebSocket (graphql-transport-ws), or to those who accept ${EVENT_STREAM} or multipart/mixed;subscriptionSpec=1.0.`,
    );
  if (type === OperationTypeNode.MUTATION && request.method === 'GET')
    throw new HttpRefused(405, 'BAD_REQUEST', 'Send mutations by POST.', { allow: 'POST' });
}

const statusByCode: Partial<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  FORBIDDEN: 403,
  BAD_REQUEST: 400,
  // Apollo's clients try again with the text only if this is no failure
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  PERSISTED_QUERY_ONLY: 403,
  RATE_LIMITED: 429,
  PAYLOAD_TOO_LARGE: 413,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** Errors of the document itself are 400, or 200 for those who accept only the older media type. */
function statusOf(result: FormattedExecutionResult, type: ResponseType): number {
  const code = String(result.errors?.[0]?.extensions?.['code']);
  return statusByCode[code] ?? (type === GRAPHQL_RESPONSE ? 400 : 200);
}

function setRefusalHeaders(response: ServerResponse, result: FormattedExecutionResult, status: number): void {
  const extensions = result.errors?.[0]?.extensions;
  if (status === 401)
    response.setHeader(
      'www-authenticate',
      extensions?.['code'] === 'TOKEN_EXPIRED'
        ? 'Bearer error="invalid_token", error_description="expired"'
        : 'Bearer error="invalid_token"',
    );
  if (status !== 429) return;
  const retryAfter = extensions?.['retryAfterSeconds'];
  const resetSeconds = typeof retryAfter === 'number' ? retryAfter : 1;
  response.setHeader('retry-after', resetSeconds);
  const limit = extensions?.['limit'];
  if (typeof limit === 'number') setRateHeaders(response, { limit, remaining: 0, resetSeconds });
}

/** https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07 */
function setRateHeaders(response: ServerResponse, allowance: RateAllowance | undefined): void {
  if (!allowance) return;
  const { limit, remaining, resetSeconds } = allowance;
  response.setHeader('ratelimit-policy', `${limit};w=${WINDOW_SECONDS}`);
  response.setHeader('ratelimit-limit', limit);
  response.setHeader('ratelimit-remaining', remaining);
  response.setHeader('ratelimit-reset', resetSeconds);
}

/** `Vary` names what the answer depends on besides its origin. */
function setCacheHeaders(response: ServerResponse, { vary, ...headers }: CacheHeaders): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.appendHeader('vary', vary);
}

/** A single result as a stream of one event. */
function sendEvents(response: ServerResponse, text: string): void {
  if (response.destroyed) return;
  beginStream(response, serverSentEvents);
  response.end(serverSentEvents.result(text) + serverSentEvents.ending('upstream_complete'));
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: ResponseType,
  text: string,
): void {
  if (response.destroyed) return;
  // the rest of a body that nobody read is not wanted: the connection goes with the answer
  if (!request.complete && request.method === 'POST') response.setHeader('connection', 'close');
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    ...(!response.hasHeader('cache-control') && { 'cache-control': 'no-store' }),
  });
  // head and body are written together where the body is a string
  response.end(text);
}
