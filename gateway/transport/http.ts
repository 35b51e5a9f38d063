import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import { endUnread, isShort, readBody, type RouteHandler } from '../../platform/serve.ts';
import { currentTrace, duringTrace, traceFrom, type Trace } from '../../platform/trace.ts';
import { credentialsOf, type Identity, type Origin } from '../admission/identity.ts';
import { RateLimited, WINDOW_SECONDS, type RateAllowance } from '../admission/rate-limit.ts';
import { isInParts, type ExecutedInParts } from '../execution/deferred-executor.ts';
import { isText, type Executed } from '../execution/executor.ts';
import { ClientLeft } from '../execution/leave-signal.ts';
import { clientOf } from '../observability/request-log.ts';
import type { Inspection, OperationRequest, PreparedOperation } from '../operation/operation.ts';
import { runBatch } from './batch.ts';
import {
  addRefusalHeaders,
  checkMethodAndType,
  checkOperationType,
  HttpRefused,
  refusalOf,
  statusOf,
} from './http-refusals.ts';
import { multipartSubscription } from './multipart.ts';
import {
  acceptsParts,
  GRAPHQL_RESPONSE,
  JSON_TYPE,
  negotiate,
  negotiateStream,
  type ResponseType,
  type StreamType,
} from './negotiate.ts';
import type { OpenStreams } from './open-streams.ts';
import type { Origins } from './origins.ts';
import { sendParts } from './parts.ts';
import { codesOf, isRefusal, refusalErrors, type Pipeline } from './pipeline.ts';
import { fromBody, fromSearch } from './request-body.ts';
import { serverSentEvents } from './sse.ts';
import { beginStream, followOverHttp } from './stream-response.ts';
import type { Turns } from './turns.ts';

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
  readonly turns: Pick<Turns, 'begin'>;
}

/** One request and what is known of it so far. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly trace: Trace;
  /** When it began, as `performance.now` has it. */
  readonly start: number;
  /** Head of the answer, names and values in turn: handed over at once they cost half of what they do one by one. */
  readonly head: string[];
  readonly type: ResponseType | undefined;
  readonly streamType: StreamType | undefined;
  /** Tells that the client has left. */
  readonly left: ClientLeft;
  /** Known after admission. */
  identity: Identity | undefined;
  /** Known when it is prepared. */
  operation: PreparedOperation | undefined;
}

/** What is sent, as text or as a result, or was sent in parts already. */
interface Answer {
  readonly status?: number;
  readonly text?: string;
  readonly result?: FormattedExecutionResult;
  /** Whether the head says already how long it may be kept. */
  readonly isCached?: boolean;
  /** Of the errors in an answer that was sent in parts. */
  readonly codes?: readonly string[];
}

/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): queries by GET and POST, mutations by POST.
 * Answers are not compressed: that is the load balancer's work, which has the time for it.
 */
export function createHttpTransport(options: HttpTransportOptions): RouteHandler {
  const { pipeline, origins, originOf, maxBodyBytes, maxBatch, logger, streams, turns } = options;

  const finish = (exchange: Exchange, { status = 200, text, result, isCached, codes }: Answer): void => {
    const { request, response, trace, start, head, type, streamType, left, identity, operation } = exchange;
    if (!response.headersSent) {
      if (status !== 429) addRateHeaders(head, identity?.allowance);
      if (!isCached) head.push('cache-control', 'no-store');
      const json = text ?? JSON.stringify(result);
      // EventSource shows its page no answer but a stream: errors of the document go there too
      if (!type && streamType === 'sse' && status === 200) sendEvents(response, head, json);
      else send(request, response, status, head, type ?? JSON_TYPE, json);
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

  const refuse = (exchange: Exchange, error: unknown): void => {
    const { request, response, trace, head, type, left } = exchange;
    // who leaves within the body is told nothing
    if (request.destroyed && !request.complete) {
      left.abort();
      response.destroy();
      return finish(exchange, { codes: [] });
    }
    const refused = refusalOf(error);
    const reason = refused?.reason ?? error;
    // a client that has left is nobody's fault
    if (!isRefusal(reason) && !left.aborted)
      duringTrace(trace, () => logger.error({ error: reason }, 'a request failed'));
    const result = pipeline.present({ errors: refusalErrors(reason) }, trace);
    const status = refused?.status ?? statusOf(result, type ?? JSON_TYPE);
    if (refused) head.push(...Object.entries(refused.headers).flat());
    addRefusalHeaders(head, result, status);
    if (reason instanceof RateLimited) addRateHeaders(head, reason.allowance);
    finish(exchange, { status, result });
  };

  /**
   * Runs a query or mutation and answers.
   * @returns what is left to be done after its turn: sending parts lasts as long as the client takes for it
   */
  const run = (
    exchange: Exchange,
    operation: PreparedOperation,
    { viewer }: Identity,
    asked: OperationRequest,
  ): Promise<(() => Promise<void>) | void> => {
    const { request, trace, left } = exchange;
    if (left.aborted) throw new Error('The client has left while its request waited.');
    const { headers } = request;
    const inParts = operation.deferral && acceptsParts(headers.accept);
    const execute = inParts ? pipeline.executeInParts : pipeline.execute;
    const inspect = inspectionOf(headers);
    const whole = inspect ? { ...asked, inspect } : asked;
    return execute(operation, whole, { viewer, trace, signal: left }).then((executed) =>
      isInParts(executed) ? () => answerInParts(exchange, executed) : answer(exchange, executed),
    );
  };

  const answer = (exchange: Exchange, executed: Executed): void => {
    const { trace, head, type } = exchange;
    if (isText(executed)) {
      const { text, caching } = executed;
      if (caching) head.push(...Object.entries(caching).flat());
      return finish(exchange, { text, isCached: caching !== undefined });
    }
    const result = pipeline.present(executed, trace);
    finish(exchange, { status: !('data' in result) && type === GRAPHQL_RESPONSE ? 500 : 200, result });
  };

  const answerInParts = async (exchange: Exchange, executed: ExecutedInParts): Promise<void> => {
    const { response, trace, head, identity } = exchange;
    addRateHeaders(head, identity?.allowance);
    setAll(response, head);
    const codes = await sendParts(response, executed, (part) => pipeline.present(part, trace));
    finish(exchange, { codes });
  };

  return async (request, response) => {
    const { headers, method } = request;
    const trace = currentTrace() ?? traceFrom(undefined);
    const exchange: Exchange = {
      request,
      response,
      trace,
      start: performance.now(),
      head: ['x-trace-id', trace.traceId],
      type: negotiate(headers.accept),
      streamType: negotiateStream(headers.accept),
      left: new ClientLeft(),
      identity: undefined,
      operation: undefined,
    };
    const { head, type, streamType, left } = exchange;
    origins.addHeaders(headers, head);
    if (method === 'OPTIONS') return void response.writeHead(204, head).end();

    // an abort is dear, and after the answer there is nothing left to end
    const abort = (): void => {
      if (!response.writableFinished) left.abort();
    };
    response.on('close', abort);
    try {
      if (!type && !streamType && !acceptsParts(headers.accept))
        throw new HttpRefused(406, 'BAD_REQUEST', `Accept ${GRAPHQL_RESPONSE} or ${JSON_TYPE}.`);
      checkMethodAndType(request, origins);
      // nothing is awaited where nothing has to be: it would be put off to a later turn, at the price of a promise
      const admitted = pipeline.admit(credentialsOf(headers), originOf(request));
      const identity = admitted instanceof Promise ? await admitted : admitted;
      exchange.identity = identity;
      const asked =
        method === 'GET' ? fromUrl(request.url) : fromBody(await readBody(request, maxBodyBytes), maxBatch);
      if (isBatch(asked)) {
        const batch = {
          requests: asked,
          identity,
          client: clientOf(headers),
          trace,
          signal: left,
        };
        const results = await runBatch(batch, pipeline, turns, logger);
        addRateHeaders(head, identity.allowance);
        head.push('cache-control', 'no-store');
        return send(request, response, 200, head, type ?? JSON_TYPE, `[${results.join(',')}]`);
      }
      const prepared = pipeline.prepare(asked, identity, trace);
      const operation = prepared instanceof Promise ? await prepared : prepared;
      exchange.operation = operation;
      checkOperationType(operation, request, streamType);
      if (operation.type === 'subscription') {
        addRateHeaders(head, identity.allowance);
        setAll(response, head);
        // a stream ends by other means, and lasts: it keeps nothing that it has no use for
        response.off('close', abort);
        const format = streamType === 'sse' ? serverSentEvents : multipartSubscription;
        const subscription = { request, response, format, identity, operation, asked, trace };
        return followOverHttp(subscription, pipeline, streams, logger);
      }
      // all that is made of the answer is made there: what waits here gets old, and would keep it from being collected
      const rest = await turns.begin(operation, () => run(exchange, operation, identity, asked));
      if (rest) await rest();
    } catch (error) {
      refuse(exchange, error);
    }
  };
}

const fromUrl = (url = '/'): OperationRequest => fromSearch(new URL(url, 'http://localhost').searchParams);

/** What a developer asks to see of the execution. */
function inspectionOf(headers: IncomingHttpHeaders): Inspection | undefined {
  const cost = headers['x-marquee-cost'] === '1';
  const plan = headers['x-marquee-plan'] === '1';
  const cache = headers['x-marquee-cache'] === '1';
  return cost || plan || cache ? { cost, plan, cache } : undefined;
}

const isBatch = (
  asked: OperationRequest | readonly OperationRequest[],
): asked is readonly OperationRequest[] => Array.isArray(asked);

/** https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07 */
function addRateHeaders(head: string[], allowance: RateAllowance | undefined): void {
  if (!allowance) return;
  const { limit, remaining, resetSeconds } = allowance;
  head.push(
    'ratelimit-policy',
    `${limit};w=${WINDOW_SECONDS}`,
    'ratelimit',
    `limit=${limit}, remaining=${remaining}, reset=${resetSeconds}`,
  );
}

/** For those who write the head of a response themselves. */
function setAll(response: ServerResponse, head: readonly string[]): void {
  for (let index = 0; index < head.length; index += 2)
    response.appendHeader(head[index] ?? '', head[index + 1] ?? '');
}

const contentTypes: Readonly<Record<ResponseType, string>> = {
  [GRAPHQL_RESPONSE]: `${GRAPHQL_RESPONSE}; charset=utf-8`,
  [JSON_TYPE]: `${JSON_TYPE}; charset=utf-8`,
};

/**
 * Characters of an answer from which on it is made bytes here. Node puts a shorter one into one text with its head, which is
 * faster; of a longer one that is a copy more, and its bytes are counted once more.
 */
const LONG = 16_384;

/** A single result as a stream of one event. */
function sendEvents(response: ServerResponse, head: readonly string[], text: string): void {
  if (response.destroyed) return;
  setAll(response, head);
  beginStream(response, serverSentEvents);
  response.end(serverSentEvents.result(text) + serverSentEvents.ending('upstream_complete'));
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  head: string[],
  type: ResponseType,
  text: string,
): void {
  if (response.destroyed) return;
  const body = text.length > LONG ? Buffer.from(text) : text;
  head.push('content-type', contentTypes[type], 'content-length', String(Buffer.byteLength(body)));
  if (!request.complete && request.method === 'POST') {
    if (!isShort(request)) head.push('connection', 'close');
    return endUnread(request, response.writeHead(status, head), text);
  }
  response.writeHead(status, head).end(body);
}
