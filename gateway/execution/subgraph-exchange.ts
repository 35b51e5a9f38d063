import type { Dispatcher } from 'undici';
import type { LeaveSignal } from './leave-signal.ts';

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

export interface ExchangeAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One POST and its answer as text, by undici's `dispatch`: `request` would make a stream, an abort signal and an object
 * of headers for each call, which cost more than the call.
 * @param dispatcher of one origin
 * @returns rejects with the reason if there is no whole answer
 */
export function exchange(dispatcher: Dispatcher, options: ExchangeOptions): Promise<ExchangeAnswer> {
  const { path, headers, body } = options;
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(options, resolve, reject);
    dispatcher.dispatch({ path, method: 'POST', headers, body }, handler);
  });
}

/** Of undici's two interfaces this is the one that its core speaks: the other is translated to it, at a cost. */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number;
  readonly #resolve: (answer: ExchangeAnswer) => void;
  readonly #reject: (reason: Error) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: LeaveSignal;
  readonly #leave = (): void => this.cancel(new Error('the client has left'));
  #abort: ((reason: Error) => void) | undefined;
  #failure: Error | undefined;
  #first: Buffer | undefined;
  /** All chunks, if there are several. */
  #chunks: Buffer[] | undefined;
  #size = 0;
  #status = 0;

  constructor(
    { timeout, maxBytes, signal }: ExchangeOptions,
    resolve: (answer: ExchangeAnswer) => void,
    reject: (reason: Error) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    this.#timer = setTimeout(() => this.cancel(new Error(`no answer in ${timeout} ms`)), timeout);
    signal.addEventListener('abort', this.#leave);
    if (signal.aborted) this.#leave();
  }

  /** Ends the exchange, whether it waits for a connection or is under way. */
  cancel(reason: Error): void {
    if (this.#failure) return;
    this.#failure = reason;
    this.#finish();
    this.#reject(reason);
    this.#abort?.(reason);
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#failure) abort(this.#failure);
  }

  onHeaders(status: number): boolean {
    this.#status = status;
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes)
      this.cancel(new Error(`the answer is longer than ${this.#maxBytes} bytes`));
    else if (!this.#first) this.#first = chunk;
    else (this.#chunks ??= [this.#first]).push(chunk);
    return true;
  }

  onComplete(): void {
    if (this.#failure) return;
    this.#finish();
    const whole = this.#chunks ? Buffer.concat(this.#chunks) : this.#first;
    this.#resolve({ status: this.#status, text: whole?.toString('utf8') ?? '' });
  }

  onError(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#finish();
    this.#reject(error);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#leave);
  }
}
