import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import findMyWay from 'find-my-way';
import type { Logger } from './logger.ts';
import { duringTrace, inTrace, traceFrom, type Trace } from './trace.ts';

/** Answers one request. What it throws becomes a 500 with the trace id, and a line in the log. */
export type RouteHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  parameters: Record<string, string | undefined>,
) => Promise<void> | void;

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** As find-my-way has it: `/jobs/:id`, `/media/*`. */
  readonly path: string;
  readonly handler: RouteHandler;
}

export interface HttpServiceOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  readonly routes: readonly Route[];
  /**
   * Rejects while the service cannot do its work; `/health/ready` then answers 503. What it resolves with, if
   * anything, is shown there as `details`.
   */
  readonly ready: () => Promise<unknown>;
  /**
   * Whether all that a request's handler awaits knows the request's trace. Without, only what the handler does before
   * it first awaits knows it, and no promise of the process costs more for it; true if not given.
   */
  readonly ambientTrace?: boolean;
  /** How long a stop waits for running requests, in milliseconds. */
  readonly drainMilliseconds?: number;
}

export interface HttpService {
  readonly server: Server;
  /** `http://host:port`, known once it listens. */
  readonly url: string;
  /** @throws with a sentence that names the port if it is taken */
  listen(): Promise<void>;
  /** Answers 503 to readiness, takes no new connection, lets running requests end, then closes. */
  close(): Promise<void>;
}

/** How long a stop waits for requests on connections that are open and quiet, in milliseconds. */
const REQUESTS_ON_THEIR_WAY = 50;

/** Ends a response with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** Thrown by {@link readBody} when a body is larger than allowed. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
  readonly status = 413;
}

/**
 * Reads a request's body, whole.
 * @param limit bytes; one more and the rest is not read
 * @throws {BodyTooLarge}
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw new BodyTooLarge(`The body is larger than ${limit} bytes.`);
  const chunks: Buffer[] = [];
  let size = 0;
  // by events: an iterator over a stream costs more than all else that is done with a small body
  return new Promise((resolve, reject) => {
    const over = (): void => {
      request.off('data', take).off('end', end).off('error', fail).off('close', closed);
    };
    const fail = (error: Error): void => {
      over();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      request.pause();
      fail(new BodyTooLarge(`The body is larger than ${limit} bytes.`));
    };
    const end = (): void => {
      over();
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
    };
    const closed = (): void => fail(new Error('The connection was closed within the body.'));
    // who left before we came here is told of by no event any more
    if (request.destroyed) return closed();
    request.on('data', take).on('end', end).on('error', fail).on('close', closed);
  });
}

/** An HTTP server with health routes, a trace around each request, and a stop that drains. */
export function createHttpService(options: HttpServiceOptions): HttpService {
  const { host, port, logger, routes, ready, ambientTrace = true, drainMilliseconds = 10_000 } = options;
  const traces = new WeakMap<object, Trace>();
  let draining = false;
  const router = findMyWay({
    ignoreTrailingSlash: true,
    defaultRoute: (_request, response) => sendJson(response as ServerResponse, 404, { error: 'not found' }),
  });
  const healthRoutes: Route[] = [
    {
      method: 'GET',
      path: '/health/live',
      handler: (_request, response) => sendJson(response, 200, { status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      async handler(_request, response) {
        if (draining) return sendJson(response, 503, { status: 'stopping' });
        try {
          const details = await ready();
          sendJson(response, 200, { status: 'ok', ...(details !== undefined && { details }) });
        } catch (error) {
          logger.warn({ error: String(error) }, 'not ready');
          sendJson(response, 503, { status: 'unavailable' });
        }
      },
    },
  ];
  for (const { method, path, handler } of [...healthRoutes, ...routes])
    router.on(method, path, async (request, response, parameters) => {
      try {
        await handler(request as IncomingMessage, response as ServerResponse, parameters);
      } catch (error) {
        const answer = (): void =>
          answerFailure(request as IncomingMessage, response as ServerResponse, error, logger);
        const trace = traces.get(request);
        if (trace) duringTrace(trace, answer);
        else answer();
      }
    });

  const server = createServer((request, response) => {
    const trace = traceFrom(request.headers.traceparent as string | undefined);
    // a connection that was busy when the stop began is closed once it has its answer
    response.once('close', () => {
      if (draining) server.closeIdleConnections();
    });
    if (ambientTrace) return void inTrace(trace, () => router.lookup(request, response));
    traces.set(request, trace);
    duringTrace(trace, () => router.lookup(request, response));
  });
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 65_000;

  return {
    server,
    get url() {
      const address = server.address() as AddressInfo | null;
      return `http://${host}:${address?.port ?? port}`;
    },
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) =>
          reject(
            error.code === 'EADDRINUSE'
              ? new Error(`Port ${port} is in use. Stop what uses it, or choose another with PORT.`)
              : error,
          ),
        );
        server.listen(port, host, () => resolve());
      }),
    close: () =>
      new Promise((resolve) => {
        draining = true;
        if (!server.listening) return resolve();
        const force = setTimeout(() => server.closeAllConnections(), drainMilliseconds);
        // http.Server's own close would also end connections whose first request is on its way
        NetServer.prototype.close.call(server, () => {
          clearTimeout(force);
          resolve();
        });
        setTimeout(() => server.closeIdleConnections(), REQUESTS_ON_THEIR_WAY);
      }),
  };
}

function answerFailure(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  logger: Logger,
): void {
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status < 500) {
    // the rest of a body that was refused is not wanted: the connection goes with the answer
    if (!request.complete) response.setHeader('connection', 'close');
    return sendJson(response, status, { error: (error as Error).message });
  }
  logger.error({ error, method: request.method, url: request.url?.split('?')[0] }, 'a request failed');
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error: 'internal error' });
}
