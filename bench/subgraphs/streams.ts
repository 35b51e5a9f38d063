import type { Server } from 'node:http';
import { executeSync, parse, type DocumentNode } from 'graphql';
import {
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  parseMessage,
  stringifyMessage,
  type SubscribeMessage,
} from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { MeasuredSubgraph } from './subgraph.ts';

export interface Streams {
  /** Streams open now. */
  readonly open: number;
  /**
   * Sends an event a second to each of the slots 0 to `slots - 1`: all at once, or evenly over the second.
   * @returns how many were sent, once all are
   */
  emit(options: { slots: number; seconds: number; spread: boolean }): Promise<{ sent: number }>;
}

/** The machine's monotonic clock in milliseconds: the same in all processes. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Stands for the time of an event in what graphql-js makes of one. */
const SENT_AT = 123456789.125;

/**
 * The `stockChanged` streams of inventory, over graphql-transport-ws. As with requests, graphql-js executes what is asked
 * once: the text of a stream's events is made when it begins, and an event under load costs no more than its sending.
 */
export function createStreams(server: Server, subgraphs: ReadonlyMap<string, MeasuredSubgraph>): Streams {
  /** What sends an event to each stream of a slot. */
  const waiting = new Map<number, Set<() => void>>();
  let open = 0;

  const inventory = subgraphs.get('/inventory');
  if (!inventory) throw new Error('There is no inventory.');
  const { schema } = inventory;
  const documents = new Map<string, DocumentNode>();

  /** @returns ends the stream */
  function begin(socket: WebSocket, { id, payload }: SubscribeMessage): () => void {
    const { query, variables, operationName } = payload;
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    let slot = NaN;
    const stockChanged = (asked: { slot: number }): object => ({
      slot: (slot = asked.slot),
      sentAt: SENT_AT,
    });
    const result = executeSync({
      schema,
      document,
      rootValue: { stockChanged },
      variableValues: variables,
      operationName,
    });
    if (result.errors) throw new Error(`A stream cannot begin: ${result.errors.join(' ')}`);
    const next = JSON.stringify({ id, type: MessageType.Next, payload: result });
    const [before = '', ...after] = next.split(String(SENT_AT));
    const send = (): void => socket.send([before, ...after].join(String(now())));
    const listeners = waiting.get(slot) ?? new Set();
    waiting.set(slot, listeners.add(send));
    open += 1;
    return () => {
      if (listeners.delete(send)) open -= 1;
    };
  }

  const sockets = new WebSocketServer({
    server,
    path: '/inventory',
    handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  sockets.on('connection', (socket) => {
    const streams = new Map<string, () => void>();
    socket.on('message', (data) => {
      const message = parseMessage(String(data));
      switch (message.type) {
        case MessageType.ConnectionInit:
          return socket.send(stringifyMessage({ type: MessageType.ConnectionAck }));
        case MessageType.Ping:
          return socket.send(stringifyMessage({ type: MessageType.Pong }));
        case MessageType.Subscribe:
          streams.set(message.id, begin(socket, message));
          return;
        case MessageType.Complete:
          streams.get(message.id)?.();
          streams.delete(message.id);
      }
    });
    socket.once('close', () => {
      for (const end of streams.values()) end();
    });
  });

  const send = (slot: number): void => {
    for (const one of waiting.get(slot) ?? []) one();
  };

  return {
    get open() {
      return open;
    },
    emit: ({ slots, seconds, spread }) =>
      new Promise((resolve) => {
        const start = now();
        const total = slots * seconds;
        let sent = 0;
        const timer = setInterval(
          () => {
            const due = spread
              ? Math.min(total, Math.floor(((now() - start) / 1000) * slots))
              : Math.min(total, (Math.floor((now() - start) / 1000) + 1) * slots);
            for (; sent < due; sent += 1) send(sent % slots);
            if (sent < total) return;
            clearInterval(timer);
            resolve({ sent });
          },
          spread ? 1 : 5,
        );
      }),
  };
}
