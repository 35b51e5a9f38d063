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

/**
 * One POST and its answer as text, by undici's `dispatch`: `request` would make a stream, an abort signal and an object
 * of headers for each call, which cost more than the call. It is told of by callbacks: the caller makes the one promise that
 * there is, of an answer that was read already.
 * @param dispatcher of one origin
 * @param answered called with the whole answer
 * @param failed called with the reason if there is none
 */
export function exchange(
  dispatcher: Dispatcher,
  options: ExchangeOptions,
  answered: (status: number, text: string) => void,
  failed: (reason: Error) => void,
): void {
  const { path, headers, body } = options;
  const handler = new ExchangeHandler(options, answered, failed);
  try {
    dispatcher.dispatch({ path, method: 'POST', headers, body }, handler);
  } catch (error) {
    handler.onError(error as Error);
  }
}

/** Of undici's two interfaces this is the one that its core speaks: the other is translated to it, at a cost. */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number;
  readonly #answered: (status: number, text: string) => void;
  readonly #failed: (reason: Error) => void;
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
    answered: (status: number, text: string) => void,
    failed: (reason: Error) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#answered = answered;
    this.#failed = failed;
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
    this.#failed(reason);
    this.#abort?.(reason);
  }

  onConnect(abort: (reason?: Error) => void): void {
    // what is over is not sent; to abort would take the connection along, which the next one can use
    if (this.#failure) throw this.#failure;
    this.#abort = abort;
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
    this.#answered(this.#status, whole?.toString('utf8') ?? '');
  }

  onError(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#finish();
    this.#failed(error);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#leave);
  }
}
