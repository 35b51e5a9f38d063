import type { IncomingMessage } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { codedError, type ErrorCode } from '../../platform/errors.ts';
import { BodyTooLarge } from '../../platform/serve.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import { GRAPHQL_RESPONSE, isJsonBody, JSON_TYPE, type ResponseType, type StreamType } from './negotiate.ts';
import { isSafeSimpleRequest, type Origins } from './origins.ts';
import { EVENT_STREAM } from './sse.ts';

/** A refusal that has a status of its own, whatever the media type. */
export class HttpRefused extends Error {
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

/** Refuses by the request's head alone, before a byte of its body is read. */
export function checkMethodAndType(request: IncomingMessage, origins: Origins): void {
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
  const encoding = headers['content-encoding'];
  if (method === 'POST' && encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new HttpRefused(
      415,
      'BAD_REQUEST',
      'The body must not be compressed: leave out Content-Encoding.',
      {
        'accept-encoding': 'identity',
      },
    );
  if (method === 'GET' && !isSafeSimpleRequest(headers, origins))
    throw new HttpRefused(
      400,
      'BAD_REQUEST',
      'A GET needs the header "apollo-require-preflight: true" (any value), so that no other page can make a browser send it.',
    );
}

/** Refuses what is not served by this method, or not without a stream. */
export function checkOperationType(
  { type }: PreparedOperation,
  request: IncomingMessage,
  streamType: StreamType | undefined,
): void {
  if (type === 'subscription' && !streamType)
    throw new HttpRefused(
      400,
      'BAD_REQUEST',
      `Subscriptions are served at this same path over WebSocket (graphql-transport-ws), or to those who accept ${EVENT_STREAM} or multipart/mixed;subscriptionSpec=1.0.`,
    );
  if (type === 'mutation' && request.method === 'GET')
    throw new HttpRefused(405, 'BAD_REQUEST', 'Send mutations by POST.', { allow: 'POST' });
}

/** What was thrown as a refusal with a status of its own, if it is one. */
export function refusalOf(error: unknown): HttpRefused | undefined {
  if (error instanceof BodyTooLarge)
    return new HttpRefused(413, 'PAYLOAD_TOO_LARGE', error.message, { connection: 'close' });
  return error instanceof HttpRefused ? error : undefined;
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
export function statusOf(result: FormattedExecutionResult, type: ResponseType): number {
  const code = String(result.errors?.[0]?.extensions?.['code']);
  return statusByCode[code] ?? (type === GRAPHQL_RESPONSE ? 400 : 200);
}

/** What a client is to do about it. @param status of the response */
export function addRefusalHeaders(head: string[], result: FormattedExecutionResult, status: number): void {
  const extensions = result.errors?.[0]?.extensions;
  if (status === 401)
    head.push(
      'www-authenticate',
      extensions?.['code'] === 'TOKEN_EXPIRED'
        ? 'Bearer error="invalid_token", error_description="expired"'
        : 'Bearer error="invalid_token"',
    );
  if (status !== 429) return;
  const retryAfter = extensions?.['retryAfterSeconds'];
  head.push('retry-after', String(typeof retryAfter === 'number' ? retryAfter : 1));
}
