import type { Client, Dispatcher } from 'undici';
import type { Expiring } from './deadlines.ts';
import type { LeaveSignal } from '../leave-signal.ts';
import { isRefusal } from './answer.ts';
import type { Sendable, SubgraphPool } from './pool.ts';

export interface ExchangeOptions {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array;
  /** Milliseconds until the answer must be there, whole. */
  readonly timeout: number;
  /** Bytes; a longer answer is refused. */
  readonly maxBytes: number;
  /** Ends the exchange when it aborts. */
  readonly signal: LeaveSignal;
}

/**
 * One POST and its answer as text, by undici's `dispatch`: `request` would make a stream, an abort signal and an object
 * of headers for each call, which cost more than the call. All that is known of a call is in this one object; what
 * extends it makes something of the answer.
 *
 * Of undici's two interfaces for handlers this is the one that its core speaks: the other is translated to it, at a cost.
 */
export abstract class Exchange implements Sendable, Expiring {
  readonly options: Dispatcher.DispatchOptions;
  readonly deadline: number;
  earlier: Expiring | undefined = undefined;
  later: Expiring | undefined = undefined;
  connection: Client | undefined = undefined;
  over = false;
  readonly #pool: SubgraphPool;
  readonly #timeout: number;
  readonly #maxBytes: number;
  readonly #signal: LeaveSignal;
  #abort: ((reason: Error) => void) | undefined = undefined;
  /** The first `#size` bytes are what has come. */
  #body: Buffer | undefined = undefined;
  #size = 0;
  #status = 0;

  /** @param start when it began, as `performance.now()` tells it */
  constructor(
    pool: SubgraphPool,
    { path, headers, body, timeout, maxBytes, signal }: ExchangeOptions,
    start: number,
  ) {
    this.#pool = pool;
    this.#timeout = timeout;
    this.#maxBytes = maxBytes;
    this.#signal = signal;
    this.options = { path, method: 'POST', headers, body };
    this.deadline = start + timeout;
  }

  /** Called with the whole answer. */
  protected abstract answered(status: number, text: string): void;
  /**
   * Called with the reason if there is none.
   * @param isAlive whether the other side showed that it lives all the same: it refused the request, or said too much
   */
  protected abstract failed(reason: Error, isAlive: boolean): void;

  /** Sends it; one of the two is called, once, and possibly at once. */
  begin(): void {
    this.#pool.deadlines.add(this);
    this.#signal.addEventListener('abort', this);
    if (this.#signal.aborted) this.handleEvent();
    else this.#pool.send(this);
  }

  /** The client has left. */
  handleEvent(): void {
    this.#cancel(new Error('the client has left'));
  }

  expire(): void {
    this.#cancel(new Error(`no answer in ${this.#timeout} ms`));
  }

  onConnect(abort: (reason?: Error) => void): void {
    // what is over is not sent; to abort would take the connection along, which the next one can use
    if (this.over) throw new Error('It is over.');
    this.#abort = abort;
  }

  onHeaders(status: number): boolean {
    this.#status = status;
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes)
      this.#cancel(new Error(`the answer is longer than ${this.#maxBytes} bytes`), this.#status < 500);
    else this.#keep(chunk);
    return true;
  }

  onComplete(): void {
    this.#release();
    if (this.over) return;
    // throws where it is longer than a text can be: undici calls `onError` then
    const text = this.#body?.toString('utf8', 0, this.#size) ?? '';
    this.#finish();
    this.answered(this.#status, text);
  }

  onError(error: Error): void {
    this.#release();
    this.#fail(error);
  }

  /**
   * One chunk is kept as it came, more are put together: each is a piece of all that came with it from the network, and
   * may be a byte long, so that to keep them would take many times what `maxBytes` allows.
   */
  #keep(chunk: Buffer): void {
    if (!this.#body) {
      this.#body = chunk;
      return;
    }
    const before = this.#size - chunk.length;
    if (this.#size > this.#body.length) {
      const larger = Buffer.allocUnsafeSlow(2 * this.#size);
      larger.set(this.#body.subarray(0, before));
      this.#body = larger;
    }
    this.#body.set(chunk, before);
  }

  /** Ends the exchange, whether it waits for a connection or is under way. */
  #cancel(reason: Error, isAlive?: boolean): void {
    if (this.over) return;
    this.#fail(reason, isAlive);
    this.#abort?.(reason);
  }

  #fail(reason: Error, isAlive = isRefusal(this.#status)): void {
    if (this.over) return;
    this.#finish();
    this.failed(reason, isAlive);
  }

  #finish(): void {
    this.over = true;
    this.#pool.deadlines.remove(this);
    this.#signal.removeEventListener('abort', this);
  }

  #release(): void {
    const { connection } = this;
    if (!connection) return;
    this.connection = undefined;
    this.#pool.release(connection);
  }
}
