import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Random {
  /** A whole number from 0 on, below a bound. */
  below(bound: number): number;
  bytes(length: number): Buffer;
}

/** The same numbers for the same seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
  const bytes = (length: number): Buffer => {
    const buffer = Buffer.allocUnsafe(length);
    for (let index = 0; index < length; index++) buffer[index] = below(256);
    return buffer;
  };
  return { below, bytes };
}

const pieces =
  `{ } "query" : "{ hidden }" [ ] , null "variables" "extensions" "operationName" \\u0000 1e999 -0 "\\ud800" true "" "documentId"`.split(
    ' ',
  );
const types = [
  'application/json',
  'application/graphql-response+json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/json; charset=',
];

/**
 * What a client might send that knows nothing, or means no good: bytes that are no HTTP, heads, bodies and queries of
 * random bytes, pieces of JSON in random order.
 */
export function randomRequest({ below, bytes }: Random): Buffer {
  const one = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const message = (
    method: string,
    target: string,
    headers: readonly (string | Buffer)[],
    body: Buffer = Buffer.alloc(0),
  ) =>
    Buffer.concat([
      Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n`),
      ...headers.flatMap((header) => [
        typeof header === 'string' ? Buffer.from(header) : header,
        Buffer.from('\r\n'),
      ]),
      Buffer.from('\r\n'),
      body,
    ]);
  const json = ['Content-Type: application/json'];
  switch (below(8)) {
    case 0:
    case 1:
      return message('POST', '/graphql', json, bytes(1 + below(300)));
    case 2: {
      const text = Array.from({ length: 1 + below(20) }, () => one(pieces)).join('');
      return message('POST', '/graphql', [`Content-Type: ${one(types)}`], Buffer.from(text));
    }
    case 3: {
      const query = bytes(1 + below(60)).toString('latin1');
      return message('POST', '/graphql', json, Buffer.from(JSON.stringify({ query })));
    }
    case 4: {
      const body = JSON.stringify({ query: '{ hidden }' });
      const at = below(body.length);
      const changed = Buffer.concat([Buffer.from(body.slice(0, at)), bytes(1), Buffer.from(body.slice(at))]);
      return message('POST', '/graphql', json, changed);
    }
    case 5: {
      const query = encodeURIComponent(bytes(1 + below(60)).toString('latin1'));
      const target = `/graphql?query=${query}&variables=${below(9)}`;
      return message('GET', target, ['Apollo-Require-Preflight: 1']);
    }
    case 6: {
      const header = Buffer.concat([
        Buffer.from(one(['Accept: ', 'Authorization: ', 'X-Api-Key: ', 'Traceparent: ', 'Origin: '])),
        bytes(1 + below(40)),
      ]);
      return message('POST', '/graphql', [...json, header], Buffer.from('{"query":"{ hidden }"}'));
    }
    default:
      return below(4) === 0
        ? bytes(1 + below(200))
        : message(one(['GET', 'POST', 'PUT', 'DELETE']), `/${bytes(1 + below(12)).toString('hex')}`, []);
  }
}

export interface Outcome {
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Requests whose connection was closed without an answer. */
  readonly closed: number;
}

/**
 * Sends requests byte by byte as they are made, over connections that are kept as long as the other end keeps them.
 * @param next makes the bytes of the next one
 */
export async function sendRaw(url: string, count: number, next: () => Buffer): Promise<Outcome> {
  const { hostname, port } = new URL(url);
  const statuses = new Map<number, number>();
  let left = count;
  let closed = 0;
  const client = async (): Promise<void> => {
    let connection: Connection | undefined;
    while (left-- > 0) {
      connection ??= await openConnection(Number(port), hostname);
      const { status, over } = await connection.send(next());
      if (status === undefined) closed += 1;
      else statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (over) connection = undefined;
    }
    connection?.close();
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return { statuses, closed };
}

interface Connection {
  /** @returns the status, and whether the connection is at its end */
  send(bytes: Buffer): Promise<{ status: number | undefined; over: boolean }>;
  close(): void;
}

/** How long the other end may take to see that a request will not become whole, in milliseconds. */
const PATIENCE = 1_000;

async function openConnection(port: number, hostname: string): Promise<Connection> {
  const socket: Socket = connect(port, hostname).setNoDelay(true);
  await once(socket, 'connect');
  let received = '';
  let answered: ((outcome: { status: number | undefined; over: boolean }) => void) | undefined;
  const finish = (status: number | undefined, over: boolean): void => {
    received = '';
    socket.setTimeout(0);
    if (over) socket.destroy();
    answered?.({ status, over });
    answered = undefined;
  };
  const statusOf = (): number | undefined => {
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1];
    return status === undefined ? undefined : Number(status);
  };
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = received.slice(0, end);
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    const whole = /^transfer-encoding: chunked/im.test(head)
      ? received.endsWith('\r\n0\r\n\r\n')
      : // an answer without a length ends with its connection
        length !== undefined && received.length >= end + 4 + Number(length);
    if (whole) finish(statusOf(), /^connection: close/im.test(head));
  });
  // a request that is not whole is answered by nobody until its sender gives up
  socket.on('timeout', () => socket.end());
  socket.on('error', () => {}); // its close comes right after
  socket.on('close', () => finish(statusOf(), true));
  return {
    send: (bytes) =>
      new Promise((resolve) => {
        answered = resolve;
        socket.setTimeout(PATIENCE);
        socket.write(bytes);
        if (socket.destroyed) finish(statusOf(), true);
      }),
    close: () => socket.destroy(),
  };
}
