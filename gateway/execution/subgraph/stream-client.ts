import { CloseCode, createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** How long the connection stays open without a stream, in milliseconds. */
const IDLE = 3_000;
/** Pings find a connection whose other end is gone without a word. Milliseconds. */
const PING_EVERY = 10_000;
const PONG_WITHIN = 5_000;
/** Milliseconds for each step until a connection carries streams: the WebSocket itself, and the subgraph's acknowledgement. */
const OPEN_WITHIN = 5_000;
/** Milliseconds that a subgraph may take for its part of the farewell. */
const CLOSE_WITHIN = 1_000;
/** Bytes of a message. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;

/** Closes a WebSocket that is not needed any more (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1), and one that goes away. */
const NORMAL = 1000;
const GOING_AWAY = 1001;

/** Codes of its own closes about which graphql-ws has told an error already; a subgraph may use them, too. */
const TOLD: readonly number[] = [CloseCode.BadResponse, CloseCode.InternalClientError];

class StreamSocket extends WebSocket {
  /** Whether this side has said farewell first. */
  #isDone = false;
  /** Whether the subgraph has said anything: that it acknowledges the connection comes first, and streams are asked for after it. */
  #isAcknowledged = false;

  constructor(address: string, protocols: string) {
    super(address, protocols, {
      handshakeTimeout: OPEN_WITHIN,
      maxPayload: LONGEST_MESSAGE,
      // graphql-ws forgets a stream in a microtask after its last message: where another for it comes at once, it would
      // count the end of one stream as the end of two, and close the connection under others
      allowSynchronousEvents: false,
    });
  }

  /** A connection that failed does not wait for the farewell, whose news would be taken for the end of the next one. */
  override close(code?: number, data?: string | Buffer): void {
    // `ws` itself answers a farewell, with the bytes that came
    const isOurs = typeof data === 'string';
    this.#isDone ||= isOurs;
    super.close(code, data);
    if (code === undefined || code === NORMAL) {
      setTimeout(() => this.terminate(), CLOSE_WITHIN).unref();
      return;
    }
    if (isOurs && TOLD.includes(code)) this.onclose = null;
    this.terminate();
  }

  /**
   * A subgraph that closes a connection normally leaves its streams without one like any other. graphql-ws would ask for
   * them again on the spot, as often as that happens, and with the signature of the first time. One that closes it before it
   * has acknowledged it, be that with a code for what was said (4500, where its `onConnect` throws), has heard of no stream,
   * and none is to blame.
   */
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    // of this end graphql-ws is to hear once: it would take the second time for the end of the next connection
    if (event === 'error') this.onclose = null;
    if (event === 'message') this.#isAcknowledged = true;
    const [code, ...more] = values;
    return event === 'close' && (code === NORMAL || !this.#isAcknowledged) && !this.#isDone
      ? super.emit(event, GOING_AWAY, ...more)
      : super.emit(event, ...values);
  }
}

/** Address of the WebSocket; undefined if the URL is that of no server, on which `ws` would throw where nobody catches. */
function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const address = new URL(url);
  address.protocol = address.protocol.replace('http', 'ws');
  address.hash = '';
  return ['ws:', 'wss:'].includes(address.protocol) ? address.href : undefined;
}

/** In place of a client for streams that have nowhere to go. */
const nowhere: Pick<Client, 'subscribe'> = {
  subscribe(_payload, sink) {
    const cause = Object.assign(new Error('The routing URL is not a URL.'), { code: 'ERR_INVALID_URL' });
    queueMicrotask(() => sink.error(cause));
    return () => undefined;
  },
};

/**
 * The connection that carries all streams of a subgraph; opened by the first, closed after the last. It does not retry by
 * itself: a retry needs a fresh signature, so it is the subscription's to make.
 */
export function createStreamClient(url: string): Client {
  let pong: NodeJS.Timeout | undefined;
  const address = addressOf(url);
  const client = createClient({
    url: address ?? '',
    webSocketImpl: StreamSocket,
    retryAttempts: 0,
    lazyCloseTimeout: IDLE,
    keepAlive: PING_EVERY,
    connectionAckWaitTimeout: OPEN_WITHIN,
    onNonLazyError: () => {}, // the client is lazy: each stream gets the error itself
    on: {
      ping(received) {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_WITHIN);
      },
      pong(received) {
        if (received) clearTimeout(pong);
      },
      closed: () => clearTimeout(pong),
      error: () => clearTimeout(pong),
    },
  });
  return address === undefined ? { ...client, ...nowhere } : client;
}
