// The load generator: a process of its own that takes orders over IPC. Each connection has one request under way at any time.
import { Client, type Dispatcher } from 'undici';
import { bodyOf, coldOperation } from '../operations.ts';
import type { LoadMessage, LoadOrder } from './load.ts';

const tell = (message: LoadMessage): void => {
  process.send?.(message);
};

/** Counts an answer without keeping it: reading it whole is the gateway's clients' work, and not measured. */
class Answer implements Dispatcher.DispatchHandler {
  readonly #done: (status: number, bytes: number, error?: Error) => void;
  readonly #start: Buffer[] = [];
  #status = 0;
  #bytes = 0;
  constructor(done: (status: number, bytes: number, error?: Error) => void) {
    this.#done = done;
  }
  onConnect(): void {}
  onHeaders(status: number): boolean {
    this.#status = status;
    return true;
  }
  onData(chunk: Buffer): boolean {
    if (this.#bytes === 0) this.#start.push(chunk);
    this.#bytes += chunk.length;
    return true;
  }
  onComplete(): void {
    const refused = this.#start[0]?.subarray(0, 9).toString('latin1') === '{"errors"';
    this.#done(
      refused ? 400 : this.#status,
      this.#bytes,
      refused || this.#status !== 200
        ? new Error(this.#start[0]?.subarray(0, 500).toString('utf8'))
        : undefined,
    );
  }
  onError(error: Error): void {
    this.#done(0, 0, error);
  }
}

async function run({
  url,
  body,
  bytes,
  authorization,
  connections,
  warmUp,
  seconds,
  firstCold = 0,
}: LoadOrder): Promise<void> {
  const { origin, pathname } = new URL(url);
  const headers = ['content-type', 'application/json', 'accept', 'application/json'];
  if (authorization !== undefined) headers.push('authorization', authorization);
  const latencies: number[] = [];
  let cold = firstCold;
  let measuring = false;
  let over = false;
  let wrong = 0;
  let firstWrong: string | undefined;
  let failuresInRow = 0;

  const worker = async (): Promise<void> => {
    const client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: 60_000,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const once = (): Promise<void> =>
      new Promise((resolve) => {
        const start = performance.now();
        const text = body ?? bodyOf({ query: coldOperation((cold += 1)) });
        client.dispatch(
          { path: pathname, method: 'POST', headers, body: text },
          new Answer((status, length, error) => {
            if (measuring && !over) latencies.push(performance.now() - start);
            if (status === 200 && (bytes === undefined || length === bytes)) failuresInRow = 0;
            else {
              failuresInRow += 1;
              firstWrong ??= `status ${status}, ${length} bytes ${error?.message ?? ''}`;
              if (measuring && !over) wrong += 1;
            }
            resolve();
          }),
        );
      });
    while (!over && failuresInRow < 1_000) await once();
    await client.close();
  };

  const workers = Promise.all(Array.from({ length: connections }, worker));
  await pause(warmUp);
  tell({ type: 'measuring' });
  measuring = true;
  const start = performance.now();
  await pause(seconds);
  over = true;
  const elapsed = (performance.now() - start) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  tell({
    type: 'measured',
    result: {
      requests: sorted.length,
      seconds: elapsed,
      p50: at(0.5),
      p99: at(0.99),
      wrong,
      ...(firstWrong !== undefined && { firstWrong }),
    },
  });
  await workers;
  tell({ type: 'idle' });
}

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

process.on('message', (order: LoadOrder) => void run(order));
process.on('disconnect', () => process.exit(0));
