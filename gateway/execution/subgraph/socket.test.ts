import dns from 'node:dns';
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import Client from 'undici/lib/dispatcher/client.js';
import { afterEach, expect, test, vi } from 'vitest';
import { createConnector } from './socket.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** Starts a server and returns connections to it. */
async function connect(
  server: Server,
  { connections = 1, protocol = 'http', host = '127.0.0.1' } = {},
): Promise<Client[]> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  stops.push(async () => server.close());
  const origin = `${protocol}://${host}:${(server.address() as AddressInfo).port}`;
  return Array.from({ length: connections }, () => {
    const client = new Client(origin, { connect: createConnector(2_000) });
    stops.push(() => client.destroy());
    return client;
  });
}

/** @param onChunk what is done with each piece of the answer; false has it wait until it is resumed */
function post(
  client: Client,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  onChunk: (resume: () => void) => boolean = () => true,
): Promise<string> {
  const chunks: Buffer[] = [];
  let resume: () => void;
  return new Promise((resolve, reject) => {
    const handler: Dispatcher.DispatchHandler = {
      onConnect: () => undefined,
      onHeaders: (_status, _headers, goOn) => {
        resume = goOn;
        return true;
      },
      onData: (chunk) => {
        chunks.push(chunk);
        return onChunk(resume);
      },
      onComplete: () => resolve(Buffer.concat(chunks).toString()),
      onError: reject,
    };
    client.dispatch({ path: '/', method: 'POST', headers, body }, handler);
  });
}

const head = (length: number): string =>
  `HTTP/1.1 200 OK\r\nx-filler: ${'f'.repeat(50)}\r\ncontent-length: ${length}\r\n\r\n`;

test.each([
  [1, 1],
  [200, 1],
  [8_192, 1],
  [8_193, 1],
  [300_000, 1],
  [200, 10_000],
  [9_000, 10_000],
])('a body of %d bytes arrives as it is, with %d bytes in a header', async (size, more) => {
  // every byte there is, most of which are no text
  const body = Uint8Array.from({ length: size }, (_, index) => (index * 7 + 3) % 256);
  let arrived = Buffer.alloc(0);
  const server = createServer((socket) =>
    socket.on('data', (chunk: Buffer) => {
      arrived = Buffer.concat([arrived, chunk]);
      const end = arrived.indexOf('\r\n\r\n');
      if (end >= 0 && arrived.length - end - 4 === size) socket.write(`${head(2)}ok`);
    }),
  );
  const [client] = await connect(server);
  const name = 'é'.repeat(more);
  expect(await post(client as Client, body, { 'x-name': name })).toBe('ok');
  const end = arrived.indexOf('\r\n\r\n') + 4;
  expect(arrived.toString('latin1', 0, end)).toContain(`\r\nx-name: ${name}\r\ncontent-length: ${size}\r\n`);
  expect(arrived.subarray(end).equals(body)).toBe(true);
});

test('a short request is written in one piece', async () => {
  const pieces: string[] = [];
  const server = createServer((socket) =>
    socket.on('data', (chunk: Buffer) => {
      pieces.push(chunk.toString());
      socket.write(`${head(2)}ok`);
    }),
  );
  const [client] = await connect(server);
  const written = vi.spyOn(Socket.prototype, '_write');
  stops.push(async () => written.mockRestore());
  expect(await post(client as Client, '{"query":"{ü}"}')).toBe('ok');
  expect(pieces).toEqual([expect.stringMatching(/^POST \/ HTTP[^]*\r\n\r\n{"query":"{ü}"}$/)]);
  expect(written.mock.calls.map(([piece]) => String(piece))).toEqual([
    Buffer.from(pieces[0] ?? '').toString('latin1'),
    `${head(2)}ok`,
  ]);
});

test('answers that arrive piece by piece, in turns on many connections, stay apart', async () => {
  const sockets = new Map<string, Socket>();
  const server = createServer((socket) =>
    socket.once(
      'data',
      (chunk: Buffer) => void sockets.set(chunk.toString().split('\r\n\r\n')[1] ?? '', socket),
    ),
  );
  const names = Array.from({ length: 20 }, (_, index) => `name${index}`);
  const clients = await connect(server, { connections: names.length });
  const answers = Promise.all(clients.map((client, index) => post(client, names[index] ?? '')));
  await expect.poll(() => sockets.size).toBe(names.length);
  const expected = names.map((name) => `${name} `.repeat(3_000));
  const wholes = expected.map((text) => head(text.length) + text);
  // within the head, too
  for (const [from, to] of [
    [0, 1],
    [1, 30],
    [30, 100],
    [100, 130],
    [130, 9_000],
    [9_000, undefined],
  ]) {
    for (const [index, name] of names.entries())
      sockets.get(name)?.write(wholes[index]?.slice(from, to) ?? '');
    // by the second turn of the event loop all of it is read
    for (let turn = 0; turn < 2; turn++) await setImmediate();
  }
  expect(await answers).toEqual(expected);
});

test('what is not taken at once is not lost', async () => {
  const text = Array.from({ length: 200_000 }, (_, index) => index).join();
  const server = createServer((socket) =>
    socket.once('data', () => void socket.write(head(text.length) + text)),
  );
  const [client] = await connect(server);
  let waits = 0;
  const answer = await post(client as Client, 'x', {}, (resume) => {
    waits += 1;
    setTimeout(resume, 1);
    return false;
  });
  expect(answer === text).toBe(true);
  expect(waits).toBeGreaterThan(5);
});

test('an end without a length is the end of the answer, and one within it an error', async () => {
  const answers = ['HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it', `${head(50)}half`];
  const server = createServer((socket) => socket.once('data', () => void socket.end(answers.shift() ?? '')));
  const [client] = await connect(server);
  expect(await post(client as Client, 'x')).toBe('all of it');
  await expect(post(client as Client, 'x')).rejects.toThrow('other side closed');
});

test('an answer that nobody asked for closes its connection', async () => {
  const server = createServer((socket) =>
    socket.once('data', () => void socket.write(`${head(2)}ok${head(4)}more`)),
  );
  const [client] = await connect(server);
  const lost = once(client as Client, 'disconnect');
  expect(await post(client as Client, 'x')).toBe('ok');
  await lost;
});

test('a host of which the first address does not answer is asked at the next', async () => {
  const text = 'é'.repeat(100_000);
  const server = createServer((socket) =>
    socket.once('data', () => void socket.write(head(Buffer.byteLength(text)) + text)),
  );
  const [client] = await connect(server, { host: 'of-several.test' });
  const addresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  const lookup = (_host: string, _options: object, done: (error: null, found: typeof addresses) => void) =>
    process.nextTick(done, null, addresses);
  const looked = vi.spyOn(dns, 'lookup').mockImplementation(lookup as never);
  stops.push(async () => looked.mockRestore());
  expect((await post(client as Client, 'x')) === text).toBe(true);
  expect(looked).toHaveBeenCalledOnce();
});

test('with TLS it is the same', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const text = 'é'.repeat(100_000);
  const server = createHttpsServer({ key, cert }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.end(body + text));
  });
  const [client] = await connect(server, { protocol: 'https' });
  for (const body of ['one', 'ü'.repeat(20_000)])
    expect((await post(client as Client, body)) === body + text).toBe(true);
});

/** For tests alone, and nobody's secret. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKddaRGguI3ZYdBZV
s6IUPEmgHokn3GlDU/CQfoN42nihRANCAAQM7hc7M8ll5EGyHsk/huZ12yAW1QWk
MH21fEsWF1Y+ZB3uRo3YH5Oa716YGlgDTDS4XDZ9RoboWmX6awwOMHq7
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUNet6svmGOCMr8YJmbmZ5/924QccwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTIwMTE0MjAxNFoYDzIxMjYxMTA3
MTQyMDE0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQM7hc7M8ll5EGyHsk/huZ12yAW1QWkMH21fEsWF1Y+ZB3uRo3YH5Oa
716YGlgDTDS4XDZ9RoboWmX6awwOMHq7o1MwUTAdBgNVHQ4EFgQUi+O0uVVXy+Q+
bqLCoK0yFe4JkzQwHwYDVR0jBBgwFoAUi+O0uVVXy+Q+bqLCoK0yFe4JkzQwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBQdwlfL9S3PPba3hmcn+lU
QcL1ebspdmPrvnncYHgX6QIgWAJs34vejXe4gKLLXZe9Er7HJUf85KD3aSXKhqjG
SF0=
-----END CERTIFICATE-----`;
