import type { RequestListener, ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { startServer } from '../../testing/subgraphs.ts';
import { ClientLeft } from '../leave-signal.ts';
import { Exchange, type ExchangeOptions } from './exchange.ts';
import { SubgraphPool } from './pool.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A way to post to an origin. */
function postTo(pool: SubgraphPool) {
  return (changed: Partial<ExchangeOptions> = {}) => {
    const options: ExchangeOptions = {
      path: '/graphql?a=b',
      headers: ['content-type', 'application/json', 'x-test', 'yes'],
      body: '{"ü":1}',
      timeout: 2_000,
      maxBytes: 1_000_000,
      signal: new AbortController().signal,
      ...changed,
    };
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      class Told extends Exchange {
        protected override answered(status: number, text: string): void {
          resolve({ status, text });
        }
        protected override failed(reason: Error): void {
          reject(reason);
        }
      }
      new Told(pool, options, performance.now()).begin();
    });
  };
}

/** Starts a server and returns a way to post to it. */
async function serve(listener: RequestListener, connections = 4) {
  const server = await startServer(listener);
  const pool = new SubgraphPool(server.url, connections);
  stops.push(server.stop, () => pool.destroy());
  return Object.assign(postTo(pool), { pool });
}

test('a request and its answer arrive whole', async () => {
  const post = await serve((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      response.writeHead(401);
      const text = `${request.method} ${request.url} ${String(request.headers['x-test'])} ${body}`;
      // cut in the middle of a character
      const bytes = Buffer.from(text);
      response.write(bytes.subarray(0, bytes.length - 5));
      setImmediate(() => response.end(bytes.subarray(bytes.length - 5)));
    });
  });
  expect(await post()).toEqual({ status: 401, text: 'POST /graphql?a=b yes {"ü":1}' });
});

test('an answer that is too long, or never ends, is given up', async () => {
  let closed = 0;
  const post = await serve((request, response) => {
    request.resume();
    response.on('close', () => (closed += 1));
    response.writeHead(200).write('x'.repeat(2_000));
  });
  await expect(post({ maxBytes: 1_000 })).rejects.toThrow('longer than 1000 bytes');
  const start = performance.now();
  await expect(post({ timeout: 100 })).rejects.toThrow('no answer in 100 ms');
  expect(performance.now() - start).toBeLessThan(300);
  await expect.poll(() => closed).toBe(2);
});

test('an answer in the smallest of chunks takes little more memory than its length', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const chunks = `1;${'e'.repeat(500)}\r\nx\r\n`.repeat(2_000);
  let most = 0;
  const server = createServer((socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const send = (left: number): void => {
        if (left % 10 === 0) most = Math.max(most, used());
        if (left > 0) socket.write(chunks, () => send(left - 1));
        else socket.write('0\r\n\r\n');
      };
      send(50);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pool = new SubgraphPool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  stops.push(
    async () => void server.close(),
    () => pool.destroy(),
  );
  const before = used();
  expect(await postTo(pool)({ timeout: 20_000 })).toEqual({ status: 200, text: 'x'.repeat(100_000) });
  expect((most - before) / 1e6).toBeLessThan(15);
});

test('each of several requests is given up at its own time', async () => {
  const post = await serve((request) => void request.resume());
  const start = performance.now();
  const after = (timeout: number): Promise<void> =>
    post({ timeout }).then(
      () => expect.unreachable(),
      () => {
        expect(performance.now() - start).toBeGreaterThanOrEqual(timeout);
        expect(performance.now() - start).toBeLessThan(timeout + 150);
      },
    );
  await Promise.all([200, 100, 300, 100].map(after));
});

test('a client that leaves ends all its exchanges, those that wait for a connection too', async () => {
  let served = 0;
  const post = await serve((request) => {
    served += 1;
    request.resume();
  }, 1);
  const client = new AbortController();
  const both = [post({ signal: client.signal }), post({ signal: client.signal })];
  await expect.poll(() => served).toBe(1);
  client.abort();
  for (const one of both) await expect(one).rejects.toThrow('has left');
  await expect(post({ signal: client.signal })).rejects.toThrow('has left');
  expect(served).toBe(1);
});

test('what is over before it is sent leaves its connection to others', async () => {
  const connections = new Set<unknown>();
  const waiting: ServerResponse[] = [];
  const post = await serve((request, response) => {
    connections.add(request.socket);
    request.resume();
    waiting.push(response);
  }, 1);
  const first = post();
  await expect.poll(() => waiting.length).toBe(1);
  const client = new AbortController();
  const over = Array.from({ length: 5 }, () => post({ signal: client.signal }));
  const last = post();
  client.abort();
  for (const one of over) await expect(one).rejects.toThrow('has left');
  waiting[0]?.end('first');
  expect(await first).toEqual({ status: 200, text: 'first' });
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]?.end('last');
  expect(await last).toEqual({ status: 200, text: 'last' });
  expect(connections.size).toBe(1);
});

test('an answer that is too long for a text is none', async () => {
  const answer = '{"data":{"is":"taken for longer than it is"}}';
  const post = await serve((_request, response) => response.end(answer));
  const { toString } = Buffer.prototype;
  const text = vi.spyOn(Buffer.prototype, 'toString').mockImplementation(function (this: Buffer, ...more) {
    if (this.length === answer.length) throw new Error('Cannot create so long a string.');
    return toString.apply(this, more);
  });
  await expect(post()).rejects.toThrow('so long a string');
  text.mockRestore();
});

test('many that wait, and are over, hold nobody up', async () => {
  const post = await serve((request) => void request.resume(), 1);
  const first = expect(post({ timeout: 300 })).rejects.toThrow('no answer in 300 ms');
  const waiting: Promise<unknown>[] = [];
  const leaving = new ClientLeft();
  for (let index = 0; index < 60_000; index++)
    waiting.push(post({ signal: leaving }).catch((error: unknown) => error));
  leaving.abort();
  await Promise.all(waiting);
  let last = performance.now();
  let longest = 0;
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await first;
  await expect(post({ timeout: 50 })).rejects.toThrow('no answer in 50 ms');
  clearInterval(watch);
  expect(longest).toBeLessThan(300);
});

test('a connection that breaks off is an error, not a wait', async () => {
  const post = await serve((request) => request.socket.destroy());
  await expect(post()).rejects.toThrow();
});

test('requests one after the other take turns on two connections, at the same time each has its own', async () => {
  const connections = new Set<unknown>();
  const waiting: ServerResponse[] = [];
  let together = 1;
  const post = await serve((request, response) => {
    connections.add(request.socket);
    request.resume();
    waiting.push(response);
    if (waiting.length === together) for (const one of waiting.splice(0)) one.end('yes');
  });
  // one is left alone for a turn of the event loop after its answer
  for (let index = 0; index < 10; index += 1) await post();
  expect(connections.size).toBe(2);
  together = 4;
  await Promise.all([post(), post(), post(), post()]);
  expect(connections.size).toBe(4);
  // more than there are connections: the rest waits
  const eight = Promise.all(Array.from({ length: 8 }, () => post()));
  expect(await eight).toHaveLength(8);
  expect(connections.size).toBe(4);
});

test('a request that cannot be sent, or is broken off, keeps no connection', async () => {
  let breaks = false;
  const post = await serve((request, response) => {
    request.resume();
    if (breaks) request.socket.destroy();
    else response.end('yes');
  }, 1);
  for (let index = 0; index < 3; index += 1) {
    await expect(post({ headers: ['x-test', 'two\nlines'] })).rejects.toThrow('header');
    breaks = true;
    await expect(post()).rejects.toThrow();
    breaks = false;
    expect(await post()).toEqual({ status: 200, text: 'yes' });
  }
});

test('when the connections are closed, nothing is left waiting', async () => {
  let served = 0;
  const post = await serve((request) => {
    served += 1;
    request.resume();
  }, 1);
  const three = [post(), post(), post()].map((one) => expect(one).rejects.toThrow());
  await expect.poll(() => served).toBe(1);
  await post.pool.destroy();
  await Promise.all(three);
  await expect(post()).rejects.toThrow('were closed');
  expect(served).toBe(1);
});

test('where nobody listens, each of many is told at once', async () => {
  const post = await serve(() => undefined, 2);
  for (const stop of stops.splice(0, 1)) await stop();
  const start = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => expect(post()).rejects.toThrow('ECONNREFUSED')));
  expect(performance.now() - start).toBeLessThan(1_000);
});

test('a subgraph may close each connection after its answer without saying so', async () => {
  let answered = 0;
  const server = createServer((socket) => {
    socket.on('data', () => {
      answered += 1;
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pool = new SubgraphPool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 4);
  const post = postTo(pool);
  const oneAfterTheOther = async (): Promise<void> => {
    for (let index = 0; index < 50; index += 1) expect(await post()).toEqual({ status: 200, text: 'yes' });
  };
  await Promise.all(Array.from({ length: 6 }, oneAfterTheOther));
  expect(answered).toBe(300);
  await pool.destroy();
  server.close();
});
