import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import findMyWay from 'find-my-way';
import type { Logger } from './logger.ts';
import { answerOn, beginBehind, isNewest } from './pipelining.ts';
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
  /** Decides whether the spans of a trace that begins here are recorded; nobody does if not given. */
  readonly sample?: (() => boolean) | undefined;
  /** How long a stop waits for running requests, in milliseconds; {@link DRAIN} if not given. */
  readonly drainMilliseconds?: number;
  /**
   * How long nothing may move on a connection with a request under way, in milliseconds: who does not read an answer
   * would have it kept in memory for ever. Five minutes if not given; who has handlers that wait for longer says so.
   */
  readonly stillMilliseconds?: number;
}

export interface HttpService {
  readonly server: Server;
  /** `http://host:port`, known once it listens. */
  readonly url: string;
  /** @throws with a sentence that names the port if it is taken */
  listen(): Promise<void>;
  /** Answers 503 to readiness, takes who has connected already and no new connection, lets running requests end, then closes. */
  close(): Promise<void>;
}

/** How long a stop waits for what runs, in milliseconds. */
export const DRAIN = 10_000;

/** How long a stop takes connections that wait in line, in milliseconds: there may be new ones for ever. */
const TAKES_ON = 1_000;
/** How long a stop waits for requests on connections that are open and quiet, in milliseconds. */
const REQUESTS_ON_THEIR_WAY = 50;
/** How long the first request of a connection may be on its way when the service stops, in milliseconds. */
const FIRST_REQUEST_ON_ITS_WAY = 1_000;

/** For how long, and how much, of a body that nobody wants is read after the answer. Milliseconds, bytes. */
const UNWANTED_WITHIN = 2_000;
const MOST_UNWANTED = 32 * 1024 * 1024;
/** A body that nobody wants is read to its end, and its connection kept, if it is not longer. Bytes. */
const SHORT = 64 * 1024;

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
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  // by events: an iterator over a stream costs more than all else that is done with a small body
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > limit) throw new BodyTooLarge(`The body is larger than ${limit} bytes.`);
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        request.pause().off('data', take);
        reject(new BodyTooLarge(`The body is larger than ${limit} bytes.`));
      } else if (!first) first = chunk;
      else (chunks ??= [first]).push(chunk);
    };
    const end = (): void => resolve(chunks ? Buffer.concat(chunks) : (first ?? Buffer.alloc(0)));
    // comes after the end too, and after an error
    const closed = (): void => {
      if (!request.readableEnded) reject(new Error('The connection was closed within the body.'));
    };
    // who left before we came here is told of by no event any more
    if (request.destroyed) return closed();
    request.on('data', take).on('end', end).on('close', closed);
  });
}

/** Whether the body of a request is worth reading for its connection alone: it says that it is short. */
export const isShort = ({ headers }: IncomingMessage): boolean => Number(headers['content-length']) <= SHORT;

/**
 * Ends an answer of which the head is written, to a request whose body nobody wants to its end. Its head has to say that
 * the connection is closed, unless the body {@link isShort}; but a connection that is closed with something unread is reset, and the answer lost with it
 * (https://www.rfc-editor.org/rfc/rfc9112#section-9.6). So the rest is read, and thrown away, before that. What has not
 * come by then may never come, however short: a stop would wait for it.
 */
export function endUnread(request: IncomingMessage, response: ServerResponse, text: string): void {
  let bytes = 0;
  const end = (): void => {
    clearTimeout(timer);
    if (!request.complete) response.once('finish', () => request.socket.destroySoon());
    response.end();
  };
  const timer = setTimeout(end, UNWANTED_WITHIN);
  response.write(text);
  request
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_UNWANTED) end();
    })
    .on('close', end)
    // who has read a part of it may have paused it
    .resume();
}

/** An HTTP server with health routes, a trace around each request, and a stop that drains. */
export function createHttpService(options: HttpServiceOptions): HttpService {
  const {
    host,
    port,
    logger,
    routes,
    ready,
    ambientTrace = true,
    sample,
    drainMilliseconds = DRAIN,
    stillMilliseconds = 300_000,
  } = options;
  let draining = false;
  const router = findMyWay({ ignoreTrailingSlash: true });
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
    router.on(method, path, () => undefined, handler);

  /** Never rejects. */
  const answer = (request: IncomingMessage, response: ServerResponse, trace: Trace): Promise<void> | void => {
    const failed = (error: unknown): void =>
      duringTrace(trace, () => answerFailure(request, response, error, logger));
    try {
      const { method, url = '/' } = request;
      // what may be asked for may be asked about (https://www.rfc-editor.org/rfc/rfc9110#section-9.1); node leaves the body out
      const found =
        router.find(method as Route['method'], url) ?? (method === 'HEAD' ? router.find('GET', url) : null);
      if (!found) return sendJson(response, 404, { error: 'not found' });
      const handled = (found.store as RouteHandler)(request, response, found.params);
      return handled instanceof Promise ? handled.catch(failed) : handled;
    } catch (error) {
      failed(error);
    }
  };

  /**
   * While the service stops, each answer asks its client not to send more on the same connection; where more has come
   * already, the answer to the last of it does: with that the connection is closed.
   */
  class Response extends ServerResponse {
    /** @param rest all that it is called with, which is passed on; of several forms, for which types have no name */
    override writeHead(status: number, ...rest: []): this {
      if (draining && isNewest(this.req)) this.shouldKeepAlive = false;
      return super.writeHead(status, ...rest);
    }
  }
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    const { traceparent, tracestate } = request.headers as Record<string, string | undefined>;
    const trace = traceFrom(traceparent, sample, tracestate);
    if (ambientTrace) void inTrace(trace, () => answer(request, response, trace));
    else void duringTrace(trace, () => answer(request, response, trace));
  };
  const server = createServer({ ServerResponse: Response }, (request, response) => {
    if (response.socket) begin(request, response);
    else beginBehind(request.socket, response, () => begin(request, response));
  });
  /** All that are open, and when they were opened. */
  const connections = new Map<Socket, number>();
  function forget(this: Socket): void {
    connections.delete(this);
  }
  let taken = 0;
  server.on('connection', (socket: Socket) => {
    taken += 1;
    // one that is handed back after another protocol was declined is known
    if (!connections.has(socket)) connections.set(socket.once('close', forget), performance.now());
  });
  /** Node takes a connection on which nothing has come yet for one whose first request is on its way. */
  const closeUnused = (): void => {
    const latest = performance.now() - FIRST_REQUEST_ON_ITS_WAY;
    for (const [connection, opened] of connections)
      if (connection.bytesRead === 0 && opened < latest) connection.destroy();
  };
  /** Node takes a connection for idle once its last answer is made, be that on its way yet. */
  const isSending = (): boolean => {
    for (const connection of connections.keys()) if (answerOn(connection)?.writableEnded) return true;
    return false;
  };
  /**
   * Stops listening once a turn of the event loop has found no connection to be taken: node takes one in a turn, and those
   * that have connected and wait in line when the port is closed are reset, their requests along with them.
   */
  const takeNoMore = (done: () => void): void => {
    const latest = performance.now() + TAKES_ON;
    const look = (before: number): void => {
      if (taken !== before && performance.now() < latest) setImmediate(look, taken);
      // http.Server's own close would also end connections whose first request is on its way
      else NetServer.prototype.close.call(server, done);
    };
    // the turn that is under way may have looked already
    setImmediate(() => setImmediate(look, taken));
  };
  const closeAll = (): void => {
    server.closeAllConnections();
    // those on which another protocol waits for answers are none of node's any more
    for (const connection of connections.keys()) if (answerOn(connection)) connection.destroy();
  };
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  server.timeout = stillMilliseconds;

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
        const force = setTimeout(closeAll, drainMilliseconds);
        // a connection that is busy now is closed once it has its answer
        const idle = setInterval(() => {
          if (!isSending()) server.closeIdleConnections();
          // after what has arrived is read
          setImmediate(closeUnused);
        }, REQUESTS_ON_THEIR_WAY);
        takeNoMore(() => {
          clearTimeout(force);
          clearInterval(idle);
          resolve();
        });
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
    const body = { error: (error as Error).message };
    if (request.complete) return sendJson(response, status, body);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      ...(!isShort(request) && { connection: 'close' }),
    });
    return endUnread(request, response, JSON.stringify(body));
  }
  logger.error({ error, method: request.method, url: request.url?.split('?')[0] }, 'a request failed');
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error: 'internal error' });
}
