// Subscribers: a process of its own that opens streams over graphql-transport-ws and measures how late events are.
import { WebSocket } from 'ws';
import { now } from '../subgraphs/streams.ts';

export interface StreamOrder {
  readonly type: 'open';
  /** ws:// address */
  readonly url: string;
  readonly sockets: number;
  readonly streamsPerSocket: number;
}

export type StreamMessage =
  | { readonly type: 'opened'; readonly failures: number; readonly firstFailure?: string }
  | {
      readonly type: 'latencies';
      readonly events: number;
      readonly p50: number;
      readonly p99: number;
      readonly max: number;
    };

const tell = (message: StreamMessage): void => {
  process.send?.(message);
};
let latencies: number[] = [];
const open: WebSocket[] = [];

/** One socket and its streams; resolves when the gateway has accepted it and all are asked for. */
const connect = (
  url: string,
  firstSlot: number,
  streams: number,
  failed: (reason: string) => void,
): Promise<void> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as {
        type: string;
        payload?: { data?: { stockChanged: { sentAt: number } } };
      };
      if (message.type === 'connection_ack') {
        for (let slot = firstSlot; slot < firstSlot + streams; slot += 1)
          socket.send(
            JSON.stringify({
              id: String(slot),
              type: 'subscribe',
              payload: {
                query: `subscription($slot:Int!){stockChanged(slot:$slot){slot sentAt}}`,
                variables: { slot },
              },
            }),
          );
        open.push(socket);
        resolve();
      } else if (message.type === 'ping') socket.send('{"type":"pong"}');
      else if (message.type === 'next' && message.payload?.data)
        latencies.push(now() - message.payload.data.stockChanged.sentAt);
      else failed(String(data).slice(0, 300));
    });
    socket.on('error', (error) => {
      failed(error.message);
      resolve();
    });
    socket.on('close', (code, reason) => failed(`closed with ${code} ${String(reason)}`));
  });

async function openAll({ url, sockets, streamsPerSocket }: StreamOrder): Promise<void> {
  let failures = 0;
  let firstFailure: string | undefined;
  const failed = (reason: string): void => {
    failures += 1;
    firstFailure ??= reason;
  };
  for (let first = 0; first < sockets; first += 50)
    await Promise.all(
      Array.from({ length: Math.min(50, sockets - first) }, (_, index) =>
        connect(url, (first + index) * streamsPerSocket, streamsPerSocket, failed),
      ),
    );
  tell({ type: 'opened', failures, ...(firstFailure !== undefined && { firstFailure }) });
}

process.on('message', (order: StreamOrder | { type: 'report' }) => {
  if (order.type === 'open') return void openAll(order);
  const sorted = Float64Array.from(latencies).sort();
  latencies = [];
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  tell({ type: 'latencies', events: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) });
});
process.on('disconnect', () => process.exit(0));
