import type { Server } from 'node:http';
import { makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';
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

interface Change {
  readonly slot: number;
  readonly sentAt: number;
}

/** The `stockChanged` streams of inventory: one event source, one waiting consumer for each stream. */
export function createStreams(server: Server, subgraphs: ReadonlyMap<string, MeasuredSubgraph>): Streams {
  const waiting = new Map<number, Set<(change: Change) => void>>();
  let open = 0;

  async function* stockChanged({ slot }: { slot: number }): AsyncGenerator<{ stockChanged: Change }> {
    const queue: Change[] = [];
    let wake: (() => void) | undefined;
    const listener = (change: Change): void => {
      queue.push(change);
      wake?.();
    };
    const listeners = waiting.get(slot) ?? new Set();
    waiting.set(slot, listeners.add(listener));
    open += 1;
    try {
      for (;;) {
        for (let change = queue.shift(); change; change = queue.shift()) yield { stockChanged: change };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(listener);
      open -= 1;
    }
  }

  const schema = subgraphs.get('/inventory')?.schema;
  if (!schema) throw new Error('There is no inventory.');
  const subscription = schema.getSubscriptionType()?.getFields()['stockChanged'];
  if (!subscription) throw new Error('Inventory has no streams.');
  subscription.subscribe = (_: unknown, asked: { slot: number }) => stockChanged(asked);
  const graphql = makeServer({ schema });
  const sockets = new WebSocketServer({
    server,
    path: '/inventory',
    handleProtocols: () => 'graphql-transport-ws',
  });
  sockets.on('connection', (socket) => {
    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        send: (text) =>
          new Promise((resolve, reject) => socket.send(text, (error) => (error ? reject(error) : resolve()))),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => socket.on('message', (message) => void handle(String(message))),
      },
      { socket },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });

  const send = (slot: number): void => {
    const change = { slot, sentAt: now() };
    for (const listener of waiting.get(slot) ?? []) listener(change);
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
