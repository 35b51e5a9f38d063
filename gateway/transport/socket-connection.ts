import {
  GraphQLError,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Identity } from '../admission/identity.ts';
import { isText } from '../execution/executor.ts';
import { ClientLeft } from '../execution/leave-signal.ts';
import type { EventStream } from '../execution/shared-streams.ts';
import type { EndReason, StreamConnection } from './open-streams.ts';
import { codesOf } from './pipeline.ts';

/**
 * Close code of connections whose streams are to begin anew: on a new supergraph, or after an API key was shown again.
 * Clients of graphql-ws come back by themselves after it, and ask for their streams again.
 */
export const RESUBSCRIBE = 4205;

/** Code and reason that a socket is closed with. */
function closeFrame(reason: EndReason): [code: number, reason: string] {
  switch (reason) {
    // 4401 makes clients give up; after 4403 they get a new token and come back
    case 'signed_out':
      return [CloseCode.Unauthorized, 'UNAUTHENTICATED'];
    case 'token_expired':
      return [CloseCode.Forbidden, 'TOKEN_EXPIRED'];
    case 'reload':
    case 'recheck':
      return [RESUBSCRIBE, 'RESUBSCRIBE'];
    case 'shutdown':
      return [1012, 'The service restarts'];
    default:
      return [1011, 'INTERNAL_SERVER_ERROR'];
  }
}

/** Bytes of answers that a client may leave unread and still be heard. */
const MOST_UNREAD = 2 * 1024 * 1024;

/** Who does not read what it asked for is not heard until it does: neither what else it asks, nor its pongs. */
export function holdBack(socket: WebSocket): void {
  if (socket.bufferedAmount > MOST_UNREAD) socket.pause();
}

/** Resolves when the text is on its way to the client, or never will be: a slow client makes the sender wait. */
export function sendText(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) =>
    // what cannot be sent any more is of no use to anyone; the socket's close ends its streams
    socket.send(text, () => {
      if (socket.isPaused && socket.bufferedAmount < MOST_UNREAD / 2) socket.resume();
      resolve();
    }),
  );
}

/**
 * Ends after which clients come back, and repeat whatever has no answer: what runs is answered first, since a mutation
 * must not run twice.
 */
const comeBack: ReadonlySet<EndReason> = new Set<EndReason>([
  'reload',
  'recheck',
  'shutdown',
  'token_expired',
]);

/** An admitted WebSocket, and what runs on it. */
export class SocketConnection implements StreamConnection {
  readonly identity: Identity;
  readonly streams = new Set<SocketStream>();
  /** Why we ended it, if we did. */
  ending: EndReason | undefined;
  readonly #socket: WebSocket;
  /** Queries and mutations that have no answer yet, and whatever is being prepared. */
  readonly #running = new Set<string>();
  #endsWhenIdle: EndReason | undefined;
  #onIdle: (() => void) | undefined;
  #closed: Promise<void> | undefined;
  #answered = true;

  constructor(socket: WebSocket, identity: Identity) {
    this.#socket = socket;
    this.identity = identity;
    socket.on('pong', () => {
      this.#answered = true;
    });
  }

  /** As {@link sendText}. */
  send(text: string): Promise<void> {
    return sendText(this.#socket, text);
  }

  /** Whether nothing that is asked on it can be answered any more. */
  get isOver(): boolean {
    return this.#socket.readyState !== this.#socket.OPEN;
  }

  /**
   * Whether it is over, or will be as soon as what runs is answered. What is asked now does not run: its client asks
   * again when it has come back. So its end is put off no longer than by what ran already, all of which has a time limit.
   */
  get isLeaving(): boolean {
    return this.isOver || this.#endsWhenIdle !== undefined;
  }

  /** Resolves when it is closed. */
  closed(): Promise<void> {
    return (this.#closed ??= new Promise((resolve) => {
      if (this.#socket.readyState === this.#socket.CLOSED) resolve();
      else this.#socket.once('close', () => resolve());
    }));
  }

  /** An operation is heard. The connection is not ended with haste before it has its answer, or is a stream. */
  begin(id: string): void {
    this.#running.add(id);
  }

  /** The operation is over, and its last message is about to be sent; or it is a stream. */
  settle(id: string): void {
    if (!this.#running.delete(id) || this.#running.size > 0) return;
    setImmediate(() => {
      if (this.#running.size > 0) return;
      this.#onIdle?.();
      if (this.#endsWhenIdle) this.end(this.#endsWhenIdle);
    });
  }

  /** Resolves when no query or mutation runs. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      void this.closed().then(resolve);
    });
  }

  end(reason: EndReason): void {
    if (this.ending !== undefined) return;
    if (comeBack.has(reason) && this.#running.size > 0) {
      this.#endsWhenIdle = reason;
      // an answer may be late; what is told after the expiry of a token may not
      if (reason === 'token_expired') this.endStreams(reason);
      return;
    }
    this.ending = reason;
    if (reason === 'slow') this.#socket.terminate();
    else this.#socket.close(...closeFrame(reason));
    this.endStreams();
  }

  /**
   * Ends the streams at once: a client that does not answer our farewell must not keep them open.
   * @param reason if the farewell is yet to come
   */
  endStreams(reason?: EndReason): void {
    for (const stream of this.streams) stream.end(reason);
  }

  beat(): void {
    if (this.ending !== undefined) this.#socket.terminate();
    else if (!this.#answered) this.end('slow');
    else {
      this.#answered = false;
      this.#socket.ping();
    }
  }
}

export interface SocketStreamOptions {
  /** Of the `subscribe` message. */
  readonly id: string;
  readonly events: EventStream;
  readonly present: (result: ExecutionResult) => FormattedExecutionResult;
  /** Called once, whoever ends it. */
  readonly onEnd: (reason: EndReason, codes: readonly string[]) => void;
}

/**
 * A subscription on a WebSocket, as graphql-ws iterates it. Results that are text already are sent from here, since
 * graphql-ws would have to read them to write them again; it sees those with errors, and the end.
 */
export class SocketStream implements AsyncGenerator<ExecutionResult> {
  readonly #connection: SocketConnection;
  readonly #options: SocketStreamOptions;
  #codes: Set<string> | undefined;
  #over = false;
  /** Why we ended it before its connection. */
  #ending: EndReason | undefined;

  constructor(connection: SocketConnection, options: SocketStreamOptions) {
    this.#connection = connection;
    this.#options = options;
    connection.streams.add(this);
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const { id, events, present } = this.#options;
    for (;;) {
      const { done, value } = await events.next();
      if (done || this.#ending !== undefined) {
        this.#finish();
        // after a "complete" its client would not ask for it again
        if (this.#ending !== undefined) await this.#connection.closed();
        return { done: true, value: undefined };
      }
      if (isText(value)) await this.#connection.send(nextMessage(id, value.text));
      else {
        const presented = present(value);
        for (const code of codesOf(presented)) (this.#codes ??= new Set()).add(code);
        return { done: false, value: toResult(presented) };
      }
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    await this.#options.events.return();
    this.#finish();
    return { done: true, value: undefined };
  }

  /** @param reason why, if its connection goes on for a while: nothing is sent until the close tells its client of it */
  end(reason?: EndReason): void {
    this.#ending ??= reason;
    void this.return();
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.streams.delete(this);
    const reason = this.#ending ?? this.#connection.ending ?? this.#options.events.ended ?? 'client';
    this.#options.onEnd(reason, [...(this.#codes ?? [])]);
  }
}

/**
 * The answer of a query or mutation on a WebSocket, as graphql-ws iterates it: one that it may end. A `complete` of the
 * client, or the end of its socket, takes what runs for it along, and then nothing is sent any more.
 */
export class SocketAnswer implements AsyncGenerator<ExecutionResult> {
  readonly #left = new ClientLeft();
  #run: ((left: ClientLeft) => Promise<ExecutionResult | undefined>) | undefined;

  /** @param run makes the answer; undefined if there is nothing to send, or it was sent. Does not reject */
  constructor(run: (left: ClientLeft) => Promise<ExecutionResult | undefined>) {
    this.#run = run;
  }

  next(): Promise<IteratorResult<ExecutionResult>> {
    const run = this.#run;
    this.#run = undefined;
    if (!run || this.#left.aborted) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#left.addEventListener('abort', () => resolve({ done: true, value: undefined }));
      void run(this.#left).then((value) =>
        resolve(value ? { done: false, value } : { done: true, value: undefined }),
      );
    });
  }

  return(): Promise<IteratorResult<ExecutionResult>> {
    this.#left.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A `next` message around a result that is text already. */
export const nextMessage = (id: string, text: string): string =>
  `{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`;

/** graphql-ws takes error objects only, and turns them into JSON itself: these turn into what they were made of. */
export const toErrorObjects = (errors: readonly GraphQLFormattedError[]): GraphQLError[] =>
  errors.map((error) =>
    Object.assign(new GraphQLError(error.message, { extensions: error.extensions ?? null }), {
      toJSON: () => error,
    }),
  );

export const toResult = ({ errors, ...rest }: FormattedExecutionResult): ExecutionResult => ({
  ...(errors && { errors: toErrorObjects(errors) }),
  ...rest,
});
