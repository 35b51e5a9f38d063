import type { RequestListener, ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { startServer } from '../testing/subgraphs.ts';
import { exchange, type ExchangeOptions } from './subgraph-exchange.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Starts a server and returns a way to post to it. */
async function serve(listener: RequestListener, connections = 4) {
  const server = await startServer(listener);
  const pool = new Pool(server.url, { connections, pipelining: 1 });
  stops.push(server.stop, () => pool.destroy());
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
      exchange(pool, options, (status, text) => resolve({ status, text }), reject);
    });
  };
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

test('a connection that breaks off is an error, not a wait', async () => {
  const post = await serve((request) => request.socket.destroy());
  await expect(post()).rejects.toThrow();
});
