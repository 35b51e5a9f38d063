import Client from 'undici/lib/dispatcher/client.js';
import type { Dispatcher } from 'undici';
import { Deadlines } from './deadlines.ts';
import { createConnector } from './socket.ts';

/** Connections to one origin, with keep-alive. More requests wait for a free one. */
const CONNECTIONS = 256;
const clientOptions: Client.Options = {
  /*
   * Each has one request at a time, which the pool sees to. Were undici told so, it would have a turn of the event loop
   * pass after each answer, which the pool does for all that came in one turn.
   */
  pipelining: 2,
  keepAliveTimeout: 30_000,
  // a pool has one timer for all of an exchange
  headersTimeout: 0,
  bodyTimeout: 0,
};
/** Milliseconds until a connection must be there. */
const CONNECT_TIMEOUT = 2_000;

/** What is sent over a connection, and told of what becomes of it. */
export interface Sendable extends Dispatcher.DispatchHandler {
  readonly options: Dispatcher.DispatchOptions;
  /** Whether nobody waits for it any more. */
  readonly over: boolean;
  /** The connection that it is sent over; it gives it back with `release` when undici has told of its end. */
  connection: Client | undefined;
  onError(error: Error): void;
}

/**
 * The connections to one origin. Which was free last is used first: a connection has parts in many places, and these are
 * still in the processor's caches; and those that are not needed may close. undici's own pool asks all of its
 * connections whether they are free, busy ones first, two times for each request, and does not get back the connection
 * of a request that it refuses.
 */
export class SubgraphPool {
  readonly deadlines = new Deadlines();
  readonly #origin: string;
  readonly #most: number;
  readonly #connect = createConnector(CONNECT_TIMEOUT);
  readonly #clients: Client[] = [];
  readonly #free: Client[] = [];
  readonly #waiting: Sendable[] = [];
  /** Free from the next turn of the event loop on. */
  #returned: Client[] = [];
  #destroyed = false;

  /** @param most connections */
  constructor(origin: string, most = CONNECTIONS) {
    this.#origin = origin;
    this.#most = most;
  }

  send(request: Sendable): void {
    if (this.#destroyed) return request.onError(closed());
    const client = this.#waiting.length === 0 ? this.#take() : undefined;
    if (client) dispatch(client, request);
    else this.#waiting.push(request);
  }

  /**
   * Gives a connection back. It is used again in the next turn of the event loop, not before: by then it is known whether
   * the subgraph closes it after its answer, as some do without saying so.
   */
  release(client: Client): void {
    if (this.#returned.push(client) === 1) setImmediate(() => this.#takeBack());
  }

  /** Ends all that is under way. */
  async destroy(): Promise<void> {
    this.#destroyed = true;
    for (const request of this.#waiting.splice(0)) request.onError(closed());
    await Promise.all(this.#clients.map((client) => client.destroy()));
    this.deadlines.close();
  }

  #take(): Client | undefined {
    const free = this.#free.pop();
    if (free || this.#clients.length === this.#most) return free;
    const client = new Client(this.#origin, { ...clientOptions, connect: this.#connect });
    this.#clients.push(client);
    return client;
  }

  #takeBack(): void {
    this.#free.push(...this.#returned);
    this.#returned = [];
    // taken out all at once: to take them one by one from a long list takes time that grows with its square
    let next = 0;
    for (; next < this.#waiting.length && this.#free.length > 0; next += 1) {
      const request = this.#waiting[next];
      const client = request?.over === false ? this.#free.pop() : undefined;
      if (request && client) dispatch(client, request);
    }
    this.#waiting.splice(0, next);
  }
}

const closed = (): Error => new Error('the connections were closed');

function dispatch(client: Client, request: Sendable): void {
  request.connection = client;
  client.dispatch(request.options, request);
}
