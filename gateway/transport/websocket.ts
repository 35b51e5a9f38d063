import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { codedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { DRAIN } from '../../platform/serve.ts';
import { duringTrace, traceFrom } from '../../platform/trace.ts';
import { credentialsOf, credentialsOfPayload, type Credentials, type Origin } from '../admission/identity.ts';
import { isText, type Executed } from '../execution/executor.ts';
import type { ClientLeft } from '../execution/leave-signal.ts';
import { clientOf, type ClientName } from '../observability/request-log.ts';
import type { OperationRequest, PreparedOperation } from '../operation/operation.ts';
import { createCounts } from './counts.ts';
import { tooManyStreams, viewerKey, type EndReason, type OpenStreams } from './open-streams.ts';
import { inOrder } from './message-order.ts';
import type { Origins } from './origins.ts';
import { codesOf, isRefusal, refusalErrors, type Pipeline } from './pipeline.ts';
import { toOperationRequest } from './request-body.ts';
import type { Turns } from './turns.ts';
import { afterAnswers, declineUpgrade, destroy, refuseUpgrade } from './upgrades.ts';
import {
  holdBack,
  nextMessage,
  sendText,
  SocketAnswer,
  SocketConnection,
  SocketStream,
  toErrorObjects,
  toResult,
} from './socket-connection.ts';

export interface WebSocketTransportOptions {
  readonly server: Server;
  readonly path: string;
  readonly pipeline: Pipeline;
  /** Further paths, of contracts: text to operation is all that is different there. */
  readonly contracts: ReadonlyMap<string, Pipeline['prepare']>;
  readonly origins: Origins;
  readonly originOf: (request: IncomingMessage) => Origin;
  /** Bytes of a message. */
  readonly maxMessageBytes: number;
  readonly logger: Logger;
  readonly streams: OpenStreams;
  readonly limits: SocketLimits;
  readonly turns: Pick<Turns, 'begin'>;
  /** Decides whether a trace that begins here is recorded. */
  readonly sample: (() => boolean) | undefined;
}

export interface SocketLimits {
  /** Streams on one connection. */
  readonly streams: number;
  /** Connections of one user or key. */
  readonly perViewer: number;
  /** Connections from one address, whoever it is. */
  readonly perAddress: number;
}

export interface WebSocketTransport {
  /** Ends all streams and connections, telling clients to come back. */
  close(): Promise<void>;
}

/** What is kept of the request that a socket began with. */
interface Handshake {
  readonly origin: Origin;
  readonly credentials: Credentials;
  readonly client: ClientName;
  /** That of the schema which its path serves. */
  readonly prepare: Pipeline['prepare'];
}

/** What one operation runs as: made when it is asked for, run by graphql-ws right after. */
interface Run {
  start(): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>>;
}

/** As requests find their routes: an address may be whole, and end in a slash. Not by `URL`, which throws at `//`: nobody would catch it here. */
const pathOf = ({ url = '/' }: IncomingMessage): string =>
  url.replace(/^https?:\/\/[^/?]*/i, '').replace(/\/?(?:\?.*)?$/s, '');

/** Queries, mutations and subscriptions over graphql-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). */
export function createWebSocketTransport(options: WebSocketTransportOptions): WebSocketTransport {
  const {
    server,
    path,
    pipeline,
    contracts,
    origins,
    originOf,
    maxMessageBytes,
    logger,
    streams,
    limits,
    turns,
    sample,
  } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, handleProtocols });
  const handshakes = new WeakMap<WebSocket, Handshake>();
  const connections = new WeakMap<WebSocket, SocketConnection>();
  const open = createCounts();
  let closing = false;
  const countWhileOpen = (socket: WebSocket, key: string): void => {
    open.add(key, 1);
    socket.once('close', () => open.add(key, -1));
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      return declineUpgrade(server, request, socket, head);
    socket.on('error', destroy);
    if (pathOf(request) !== path && !contracts.has(pathOf(request)))
      return refuseUpgrade(socket, '404 Not Found');
    if (closing) return refuseUpgrade(socket, '503 Service Unavailable');
    // Browsers open WebSockets to anywhere, without asking first: who serves the page decides.
    if (!origins.allows(request.headers)) return refuseUpgrade(socket, '403 Forbidden');
    const origin = originOf(request);
    const address = viewerKey(origin);
    if (open.of(address) >= limits.perAddress) return refuseUpgrade(socket, '429 Too Many Requests');
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      countWhileOpen(webSocket, address);
      handshakes.set(webSocket, {
        origin,
        credentials: credentialsOf(request.headers),
        client: clientOf(request.headers),
        prepare: contracts.get(pathOf(request)) ?? pipeline.prepare,
      });
      // the request stays behind: with each of many thousand sockets it would take kilobytes for as long as they last
      serve(webSocket);
    });
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    afterAnswers(socket, () => upgrade(request, socket, head)),
  );

  const handshakeOf = (socket: WebSocket): Handshake => {
    const handshake = handshakes.get(socket);
    if (!handshake) throw new Error('The socket came from elsewhere.');
    return handshake;
  };

  const admit = async (params: Record<string, unknown> | undefined, socket: WebSocket): Promise<void> => {
    const { credentials, origin } = handshakeOf(socket);
    const fromInit = credentialsOfPayload(params);
    const given = fromInit.authorization !== undefined || fromInit.apiKey !== undefined;
    const identity = await pipeline.admit(given ? fromInit : credentials, origin);
    // who has left meanwhile closes a second time for nobody: what is counted now would be counted for ever
    if (socket.readyState !== socket.OPEN) return;
    const { viewer } = identity;
    if (viewer.userId !== undefined || viewer.apiKeyId !== undefined) {
      const key = viewerKey(viewer);
      if (open.of(key) >= limits.perViewer)
        throw codedError(
          'RATE_LIMITED',
          `You have ${limits.perViewer} connections already: close one first.`,
        );
      countWhileOpen(socket, key);
    }
    const connection = new SocketConnection(socket, identity);
    connections.set(socket, connection);
    socket.once('close', () => {
      streams.disconnect(connection);
      connection.endStreams();
    });
    streams.connect(connection);
  };

  const prepareRun = async (
    connection: SocketConnection,
    id: string,
    socket: WebSocket,
    payload: unknown,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    const { identity } = connection;
    const start = performance.now();
    const { prepare, client } = handshakeOf(socket);
    let trace = traceFrom(undefined, sample);
    let known: PreparedOperation | undefined;
    const observe = (codes: readonly string[], ended?: EndReason, canceled = false): void =>
      pipeline.observe({
        transport: 'websocket',
        operation: known,
        client,
        viewer: identity.viewer,
        trace,
        seconds: (performance.now() - start) / 1000,
        codes,
        canceled,
        ended,
      });

    const refuse = (error: unknown): readonly GraphQLError[] => {
      const errors = refusal(error, trace);
      observe(errors.map(({ extensions }) => String(extensions['code'])));
      return errors;
    };

    let asked: OperationRequest;
    let operation: PreparedOperation;
    try {
      await pipeline.count(identity);
      asked = toOperationRequest(payload);
      const given = asked.extensions?.['traceparent'];
      if (typeof given === 'string') trace = traceFrom(given, sample);
      operation = known = await prepare(asked, identity, trace);
    } catch (error) {
      return refuse(error);
    }
    const asker = { viewer: identity.viewer, trace };

    /** @returns what is to be sent yet; undefined if nothing is */
    const answered = async (
      executed: Executed | undefined,
      left: ClientLeft,
    ): Promise<ExecutionResult | undefined> => {
      // whoever has said "complete" meanwhile gets no answer: its id may be another operation's by now
      if (executed === undefined || left.aborted) {
        observe([], undefined, true);
        return undefined;
      }
      if (isText(executed)) {
        observe([]);
        await connection.send(nextMessage(id, executed.text));
        return undefined;
      }
      const presented = pipeline.present(executed, trace);
      observe(codesOf(presented));
      return toResult(presented);
    };
    const answer = (): SocketAnswer =>
      new SocketAnswer(async (left) => {
        try {
          const executed = await turns.begin(operation, async () =>
            // graphql-ws hears of our end of a connection only when its client has answered it
            left.aborted || connection.isOver
              ? undefined
              : pipeline.execute(operation, asked, { ...asker, signal: left }),
          );
          return await answered(executed, left);
        } catch (error) {
          if (left.aborted) return answered(undefined, left);
          return { errors: refuse(error) };
        }
      });
    const follow = (): SocketStream => {
      if (connection.streams.size >= limits.streams)
        throw tooManyStreams(limits.streams, ' on this connection');
      streams.check(identity.viewer);
      const events = pipeline.subscribe(operation, asked, asker);
      const stream = streams.begin(connection, operation.supergraph.id);
      return new SocketStream(connection, {
        id,
        events,
        present: (result) => pipeline.present(result, trace),
        onEnd(reason, codes) {
          streams.finish(stream, reason);
          observe(codes, reason);
        },
      });
    };
    const run: Run = {
      async start() {
        if (operation.type !== 'subscription') return answer();
        connection.settle(id);
        if (connection.isLeaving) {
          observe([], undefined, true);
          // a word about it would keep its client from asking again
          await connection.closed();
          return {};
        }
        try {
          return follow();
        } catch (error) {
          return { errors: refuse(error) };
        }
      },
    };
    return toArgs(operation, run);
  };

  const refusal = (error: unknown, trace = traceFrom(undefined)): readonly GraphQLError[] => {
    if (!isRefusal(error)) duringTrace(trace, () => logger.error({ error }, 'an operation failed'));
    return toErrorObjects(pipeline.present({ errors: refusalErrors(error) }, trace).errors ?? []);
  };
  const start = (args: ExecutionArgs): ReturnType<Run['start']> => (args.contextValue as Run).start();

  const protocol = makeServer<Record<string, unknown> | undefined, { readonly socket: WebSocket }>({
    async onConnect({ connectionParams, extra }) {
      try {
        await admit(connectionParams, extra.socket);
        return true;
      } catch (error) {
        const [first] = refusal(error);
        const code = String(first?.extensions['code']);
        // 4401 makes clients give up; a client whose token has expired gets a new one and comes back
        extra.socket.close(code === 'UNAUTHENTICATED' ? CloseCode.Unauthorized : CloseCode.Forbidden, code);
        return false;
      }
    },
    async onSubscribe({ extra }, id, payload) {
      const connection = connections.get(extra.socket);
      if (!connection) return refusal(new Error('The connection was not admitted.'));
      connection.begin(id);
      const prepared = await prepareRun(connection, id, extra.socket, payload);
      if (!('contextValue' in prepared)) connection.settle(id);
      return prepared;
    },
    execute: start as (args: ExecutionArgs) => Promise<ExecutionResult>,
    subscribe: start,
    onComplete: ({ extra }, id) => connections.get(extra.socket)?.settle(id),
  });
  /** The package's own way to do this writes what clients do wrong to standard error, as a fault of ours. */
  const serve = (socket: WebSocket): void => {
    // ws has closed it by then, with the code that fits
    socket.on('error', (error) => logger.debug({ error }, 'a client sent what is no WebSocket message'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendText(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage(take) {
          const hand = inOrder(
            take as (message: string | object) => Promise<void>,
            (error) => {
              if (socket.readyState !== socket.OPEN) return;
              if (error instanceof Error && error.message.startsWith('Unexpected message of type'))
                return socket.close(CloseCode.BadRequest, 'Invalid message received');
              logger.error({ error }, 'a message could not be handled');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            },
            () => connections.get(socket)?.isLeaving !== true,
          );
          socket.on('message', (message) => {
            // what crosses our end of the connection is answered to nobody
            if (socket.readyState !== socket.OPEN) return;
            hand((message as Buffer).toString());
            holdBack(socket);
          });
        },
      },
      { socket },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  };

  return {
    async close() {
      closing = true;
      const answers = [...sockets.clients].map(async (socket) => connections.get(socket)?.idle());
      await Promise.race([Promise.all(answers), delay(DRAIN, undefined, { ref: false })]);
      for (const socket of sockets.clients) socket.close(1012, 'The service restarts');
      // a client that does not answer the farewell is not waited for
      const force = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 1_000);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      clearTimeout(force);
    },
  };
}

/** graphql-ws hands these to `execute` or `subscribe` untouched, having looked up the operation's kind in them. */
const toArgs = (operation: PreparedOperation, run: Run): ExecutionArgs => ({
  schema: operation.supergraph.apiSchema,
  document: operation.document,
  operationName: operation.name ?? null,
  contextValue: run,
});
