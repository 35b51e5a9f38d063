import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { CloseCode } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../../platform/logger.ts';
import { inTrace, traceFrom } from '../../platform/trace.ts';
import { credentialsOf, credentialsOfPayload, type Identity, type Origin } from '../admission/identity.ts';
import { clientOf } from '../observability/request-log.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import type { Origins } from './origins.ts';
import { codesOf, isRefusal, refusalErrors, type Pipeline } from './pipeline.ts';
import { toOperationRequest } from './request-body.ts';

export interface WebSocketTransportOptions {
  readonly server: Server;
  readonly path: string;
  readonly pipeline: Pipeline;
  readonly origins: Origins;
  readonly originOf: (request: IncomingMessage) => Origin;
  /** Bytes of a message. */
  readonly maxMessageBytes: number;
  readonly logger: Logger;
  /** Told of each stream that begins (1) and ends (-1). */
  readonly onStreams: (change: 1 | -1) => void;
}

export interface WebSocketTransport {
  /** Ends all streams and connections, telling clients to come back. */
  close(): Promise<void>;
}

/** What one operation runs as: made when it is asked for, run by graphql-ws right after. */
interface Run {
  start(): Promise<ExecutionResult> | AsyncGenerator<ExecutionResult>;
}

/** setTimeout counts in 32 bits of milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Queries, mutations and subscriptions over graphql-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). */
export function createWebSocketTransport(options: WebSocketTransportOptions): WebSocketTransport {
  const { server, path, pipeline, origins, originOf, maxMessageBytes, logger, onStreams } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const identities = new WeakMap<WebSocket, Identity>();
  const expiries = new WeakMap<WebSocket, NodeJS.Timeout>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== path)
      return refuseUpgrade(socket, '404 Not Found');
    // Browsers open WebSockets to anywhere, without asking first: who serves the page decides.
    if (!origins.allows(request.headers)) return refuseUpgrade(socket, '403 Forbidden');
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      sockets.emit('connection', webSocket, request),
    );
  });

  const endAtExpiry = (socket: WebSocket, expiresAt: number | undefined): void => {
    if (expiresAt === undefined) return;
    const milliseconds = Math.min(Math.max(0, expiresAt * 1000 - Date.now()), LONGEST_TIMER);
    expiries.set(
      socket,
      setTimeout(() => socket.close(CloseCode.Forbidden, 'TOKEN_EXPIRED'), milliseconds),
    );
  };

  const prepareRun = async (identity: Identity, extra: Extra, payload: unknown): Promise<ExecutionArgs> => {
    const start = performance.now();
    const asked = toOperationRequest(payload);
    const operation = await pipeline.prepare(asked, identity);
    const trace = traceFrom(asked.extensions?.['traceparent'] as string | undefined);
    const ended = new AbortController();
    const asker = { viewer: identity.viewer, trace, signal: ended.signal };
    const observe = (codes: string[]): void =>
      pipeline.observe({
        transport: 'websocket',
        operation,
        client: clientOf(extra.request.headers),
        viewer: identity.viewer,
        trace,
        seconds: (performance.now() - start) / 1000,
        codes,
        canceled: false,
      });
    const run: Run = {
      start: () =>
        inTrace(trace, () => {
          if (operation.type !== 'subscription')
            return pipeline.execute(operation, asked, asker).then((result) => {
              const presented = pipeline.present(result, trace);
              observe(codesOf(presented));
              return toResult(presented);
            });
          const events = pipeline.subscribe(operation, asked, asker);
          return tracked(events, {
            present: (result) => pipeline.present(result, trace),
            begin: () => onStreams(1),
            end(codes) {
              ended.abort();
              onStreams(-1);
              observe(codes);
            },
          });
        }),
    };
    return toArgs(operation, run);
  };

  const refusal = (error: unknown): readonly GraphQLError[] => {
    const trace = traceFrom(undefined);
    if (!isRefusal(error)) inTrace(trace, () => logger.error({ error }, 'an operation failed'));
    return toErrorObjects(pipeline.present({ errors: refusalErrors(error) }, trace).errors ?? []);
  };

  const protocol = useServer<Record<string, unknown> | undefined, Record<PropertyKey, never>>(
    {
      async onConnect({ connectionParams, extra }) {
        const fromInit = credentialsOfPayload(connectionParams);
        const given = fromInit.authorization !== undefined || fromInit.apiKey !== undefined;
        try {
          const identity = await pipeline.admit(
            given ? fromInit : credentialsOf(extra.request.headers),
            originOf(extra.request),
          );
          identities.set(extra.socket, identity);
          endAtExpiry(extra.socket, identity.expiresAt);
          return true;
        } catch (error) {
          const [first] = refusal(error);
          const code = String(first?.extensions['code']);
          // 4401 makes clients give up; a client whose token has expired gets a new one and comes back
          extra.socket.close(code === 'UNAUTHENTICATED' ? CloseCode.Unauthorized : CloseCode.Forbidden, code);
          return false;
        }
      },
      async onSubscribe({ extra }, _id, payload) {
        const identity = identities.get(extra.socket);
        try {
          if (!identity) throw new Error('The connection was not admitted.');
          await pipeline.count(identity);
          return await prepareRun(identity, extra, payload);
        } catch (error) {
          return refusal(error);
        }
      },
      execute: (args) => (args.contextValue as Run).start() as Promise<ExecutionResult>,
      subscribe: async (args) => {
        try {
          return await (args.contextValue as Run).start();
        } catch (error) {
          return { errors: refusal(error) };
        }
      },
      onClose({ extra }) {
        clearTimeout(expiries.get(extra.socket));
      },
    },
    sockets,
  );

  return {
    async close() {
      const open = [...sockets.clients];
      for (const socket of open) socket.close(1012, 'The service restarts');
      // a client that does not answer the farewell is not waited for
      const force = setTimeout(() => open.forEach((socket) => socket.terminate()), 1_000);
      await protocol.dispose();
      clearTimeout(force);
    },
  };
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** graphql-ws hands these to `execute` or `subscribe` untouched, having looked up the operation's kind in them. */
const toArgs = (operation: PreparedOperation, run: Run): ExecutionArgs => ({
  schema: operation.supergraph.apiSchema,
  document: operation.document,
  operationName: operation.name ?? null,
  contextValue: run,
});

/** graphql-ws takes error objects only, and turns them into JSON itself: these turn into what they were made of. */
const toErrorObjects = (errors: readonly GraphQLFormattedError[]): GraphQLError[] =>
  errors.map((error) =>
    Object.assign(new GraphQLError(error.message, { extensions: error.extensions ?? null }), {
      toJSON: () => error,
    }),
  );

const toResult = ({ errors, ...rest }: FormattedExecutionResult): ExecutionResult => ({
  ...(errors && { errors: toErrorObjects(errors) }),
  ...rest,
});

interface Tracking {
  present(result: ExecutionResult): FormattedExecutionResult;
  begin(): void;
  end(codes: string[]): void;
}

/** A stream that presents its results, and tells once when it begins and when it ends, whoever ends it. */
function tracked(
  events: AsyncGenerator<ExecutionResult>,
  tracking: Tracking,
): AsyncGenerator<ExecutionResult> {
  const codes = new Set<string>();
  let over = false;
  const end = (): void => {
    if (!over) tracking.end([...codes]);
    over = true;
  };
  tracking.begin();
  return {
    async next() {
      try {
        const { done, value } = await events.next();
        if (done) {
          end();
          return { done: true, value: undefined };
        }
        const presented = tracking.present(value as ExecutionResult);
        for (const code of codesOf(presented)) codes.add(code);
        return { done: false, value: toResult(presented) };
      } catch (error) {
        end();
        throw error;
      }
    },
    async return(value) {
      end();
      return events.return(value);
    },
    async throw(error) {
      end();
      return events.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
