import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Limits } from '../../platform/limits.ts';
import { createMemoryLimits } from '../../platform/limits-memory.ts';
import { createLogger } from '../../platform/logger.ts';
import { REVOCATIONS } from '../../platform/revocations.ts';
import { createHttpService } from '../../platform/serve.ts';
import { startGate, type Gate } from '../testing/gate.ts';
import { startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startIssuer, type Issuer } from '../testing/issuer.ts';
import {
  startServer,
  startStudio,
  startSubgraph,
  type Studio,
  type TestSubgraph,
} from '../testing/subgraphs.ts';
import { afterAnswers } from './upgrades.ts';

let studio: Studio;
let issuer: Issuer;
let gateway: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  issuer = await startIssuer();
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    ...issuer.variables,
    ALLOWED_ORIGINS: 'https://app.example.com',
    ADMIN_PORT: '0',
  });
});
afterAll(async () => {
  await gateway.stop();
  await studio.stop();
  await issuer.stop();
});

const address = () => gateway.url.replace('http', 'ws');

/** Opens a socket by hand. @returns the status of a refusal, or the socket */
async function open(headers: Record<string, string>, path = ''): Promise<number | WebSocket> {
  const socket = new WebSocket(address() + path, 'graphql-transport-ws', { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', reject);
  });
}

interface Heard {
  readonly type: string;
  readonly id?: string;
  readonly payload?: object;
}

/** A socket that is spoken on by hand, and keeps what it hears. Admitted when this resolves. */
async function converse(url: string, payload?: object) {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  const heard: Heard[] = [];
  socket.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString()) as Heard));
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await once(socket, 'open');
  const say = (message: object): void => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload });
  await until(() => heard.length === 1);
  const ask = (id: string, query: string): void => say({ type: 'subscribe', id, payload: { query } });
  return { socket, heard, say, ask, closed };
}

/** Sends `connection_init`. @returns the close frame, or the acknowledgement */
async function init(payload: object, headers: Record<string, string> = {}): Promise<object> {
  const socket = (await open(headers)) as WebSocket;
  const closed = once(socket, 'close').then(([code, reason]) => ({
    code: Number(code),
    reason: String(reason),
  }));
  const acknowledged = once(socket, 'message').then(([data]) => JSON.parse(String(data)) as object);
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  const first = await Promise.race([closed, acknowledged]);
  socket.close();
  return first;
}

describe('the origin of a page (C40)', () => {
  test.each(['https://evil.example', 'http://127.0.0.1:1', 'null'])('%s is refused', async (origin) => {
    expect(await open({ origin })).toBe(403);
  });

  test('is let in when it is our own, allowed, or not a page', async () => {
    for (const headers of [
      { origin: new URL(gateway.url).origin },
      { origin: 'https://app.example.com' },
      { origin: 'https://studio.apollographql.com' },
      {},
    ]) {
      const socket = await open(headers as Record<string, string>);
      expect(socket).toBeInstanceOf(WebSocket);
      (socket as WebSocket).terminate();
    }
  });

  test.each(['GET /graphql/', 'GET /graphql?x=/', 'GET http://elsewhere.example/graphql'])(
    '%s has a WebSocket, as it has answers',
    async (target) => {
      const { hostname, port } = new URL(gateway.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          'Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 101 /);
      socket.destroy();
    },
  );

  test('other paths have no WebSocket', async () => expect(await open({}, '/elsewhere')).toBe(404));

  test('a refusal leaves no connection behind, whatever its client does', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const gone = once(socket, 'error');
    socket.write(
      'GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 404 /);
    const writing = setInterval(() => socket.write('x'), 20);
    const [error] = (await gone) as [NodeJS.ErrnoException];
    clearInterval(writing);
    expect(error.code).toMatch(/ECONNRESET|EPIPE/);
  });

  test('nor have paths that are none', async () => {
    const { hostname, port } = new URL(gateway.url);
    for (const target of ['//', 'http://[', '*']) {
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      const [data] = await once(socket, 'data');
      expect(String(data)).toMatch(/^HTTP\/1.1 40[04]/);
      socket.destroy();
    }
    expect((await gateway.ask('{ must }')).status).toBe(200);
  });
});

describe('operations over a WebSocket', () => {
  const first = async (query: string, connectionParams: Record<string, unknown> = {}) => {
    for await (const result of gateway.socket({ connectionParams }).iterate({ query })) return result;
    throw new Error('no result');
  };

  test('queries and mutations are answered', async () => {
    expect(await first('{ titles { name } }')).toEqual({
      data: { titles: [{ name: 'Title t1' }, { name: 'Title t2' }] },
    });
    expect(await first('mutation { rename(id: "1", name: "x") { id } }')).toEqual({
      data: { rename: { id: '1' } },
    });
  });

  test('what is not valid is refused with a code, and counted', async () => {
    await expect(first('{ nowhere }')).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    await expect(
      first('subscription { progress(jobId: "1") { id } forbidden { id } }'),
    ).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(await gateway.gateway.metrics.metrics()).toContain(
      'gateway_requests_total{transport="websocket",type="none",code="GRAPHQL_VALIDATION_FAILED"} 2',
    );
  });

  test.each(['Authorization', 'authorization', 'token'])(
    'the token comes as "%s" of connection_init',
    async (name) => {
      const token = await issuer.sign({ sub: 'usr_9' });
      const value = name === 'token' ? token : `Bearer ${token}`;
      expect(await first('{ whoAmI { userId } }', { [name]: value })).toEqual({
        data: { whoAmI: { userId: 'usr_9' } },
      });
      expect(await first('{ whoAmI { userId } }', { headers: { [name]: value } })).toEqual({
        data: { whoAmI: { userId: 'usr_9' } },
      });
    },
  );
});

describe('what a client has completed', () => {
  test('is not answered any more, nor is what has its id now answered with it', async () => {
    const releases = new Map<string, () => void>();
    const held = await startSubgraph('held', 'type Query { held(name: String!): String }', {
      Query: {
        held: (_: unknown, { name }: { name: string }) =>
          new Promise((resolve) => releases.set(name, () => resolve(name))),
      },
    });
    const own = await startGateway([held]);
    const { socket, heard, say, ask } = await converse(own.url);
    const hold = (name: string) => ask('1', `{ ${name}: held(name: "${name}") }`);
    hold('first');
    await until(() => releases.has('first'));
    say({ type: 'complete', id: '1' });
    hold('second');
    await until(() => releases.has('second'));
    releases.get('first')?.();
    releases.get('second')?.();
    await until(() => heard.some(({ type }) => type === 'next'));
    say({ type: 'ping' });
    await until(() => heard.some(({ type }) => type === 'pong'));
    expect(heard.filter(({ type }) => type === 'next')).toEqual([
      { type: 'next', id: '1', payload: { data: { second: 'second' } } },
    ]);
    socket.terminate();
    await own.stop();
    await held.stop();
  });
});

test('an id that is used again at once is the new operation’s', async () => {
  const slowly = await startSubgraph('slowly', 'type Query { odd: String  even: String }', {
    Query: {
      odd: () => new Promise((resolve) => setTimeout(() => resolve('odd'), 20)),
      even: () => new Promise((resolve) => setTimeout(() => resolve('even'), 100)),
    },
  });
  const own = await startGateway([slowly]);
  const { socket, heard } = await converse(own.url);
  const { _socket: raw } = socket as unknown as { _socket: { cork(): void; uncork(): void } };
  const say = (...messages: readonly object[]): void => {
    raw.cork();
    for (const message of messages) socket.send(JSON.stringify(message));
    raw.uncork();
  };
  const ask = (id: string, field: string) => ({ type: 'subscribe', id, payload: { query: `{ ${field} }` } });
  const complete = (id: string) => ({ type: 'complete', id });
  say(ask('1', 'odd'), complete('1'), ask('1', 'even'));
  say(ask('2', 'odd'), complete('2'), ask('2', 'odd'), complete('2'), ask('2', 'even'));
  say(ask('3', 'odd'), complete('3'), ask('3', 'odd'), complete('3'));
  await until(() => heard.filter(({ type }) => type === 'complete').length === 2);
  say({ type: 'ping' });
  await until(() => heard.some(({ type }) => type === 'pong'));
  const next = (id: string) => ({ type: 'next', id, payload: { data: { even: 'even' } } });
  for (const id of ['1', '2']) expect(heard.filter((one) => one.id === id)).toEqual([next(id), complete(id)]);
  expect(heard.filter((one) => one.id === '3')).toEqual([]);
  const closed = once(socket, 'close');
  say(ask('4', 'even'), ask('4', 'even'));
  expect((await closed)[0]).toBe(4409);
  await own.stop();
  await slowly.stop();
});

describe('an end from our side', () => {
  let payments: TestSubgraph;
  let gate: Gate;
  let own: TestGateway;
  let paid: number;
  /** Counts at once, but while a test has it wait. */
  let counting: Promise<void> | undefined;
  const limits = createMemoryLimits();
  const waiting: Limits = {
    ...limits,
    consume: (...use) => (counting ? counting.then(() => limits.consume(...use)) : limits.consume(...use)),
  };

  beforeEach(async () => {
    paid = 0;
    counting = undefined;
    payments = await startSubgraph(
      'payments',
      'type Query { held: Int  free: Int } type Mutation { pay: Int }',
      {
        Query: { held: () => 1, free: () => 2 },
        Mutation: { pay: () => (paid += 1) },
      },
    );
    gate = await startGate(payments);
    const variables = { ...issuer.variables, ADMIN_PORT: '0', SUBGRAPH_TIMEOUT_MS: '20000' };
    own = await startGateway([gate, studio.jobs, studio.catalog, studio.genres], variables, {
      limits: waiting,
    });
  });
  afterEach(async () => {
    await own.stop();
    await gate.stop();
  });

  test('does not run what crosses it, nor what is still prepared when a sign-in ends', async () => {
    const token = await issuer.sign({ sid: 'ses_9' });
    const [socket, other] = [await converse(own.url, { token }), await converse(own.url, { token })];
    let count = (): void => undefined;
    counting = new Promise((resolve) => (count = resolve));
    socket.ask('1', 'mutation { pay }');
    other.say({ type: 'ping' });
    await until(() => other.heard.some(({ type }) => type === 'pong'));
    // it does not answer the close frame
    socket.socket.pause();
    await own.pubsub.publish(REVOCATIONS, { userId: 'usr_1', sessionId: 'ses_9' });
    expect(await other.closed).toBe(4401);
    counting = undefined;
    count();
    socket.ask('2', 'mutation { pay }');
    for (let times = 0; times < 5; times++) await own.ask('{ free }');
    expect(paid).toBe(0);
    socket.socket.resume();
    expect(await socket.closed).toBe(4401);
  });

  test('waits for what is still prepared, which its client would repeat', async () => {
    const [socket, other] = [await converse(own.url), await converse(own.url)];
    let count = (): void => undefined;
    counting = new Promise((resolve) => (count = resolve));
    socket.ask('1', 'mutation { pay }');
    socket.say({ type: 'ping' });
    await until(() => socket.heard.some(({ type }) => type === 'pong'));
    const stopped = own.gateway.close();
    expect(await other.closed).toBe(1012);
    count();
    expect(await socket.closed).toBe(1012);
    expect(socket.heard).toContainEqual({ type: 'next', id: '1', payload: { data: { pay: 1 } } });
    await stopped;
  });

  test('waits for no more than what runs: nothing new is heard, but pings are', async () => {
    const [socket, other] = [await converse(own.url), await converse(own.url)];
    const [release, never] = [gate.hold('held'), gate.hold('pay')];
    socket.ask('1', '{ held }');
    await until(() => gate.calls.length === 1);
    const stopped = own.gateway.close();
    expect(await other.closed).toBe(1012);
    socket.ask('2', 'mutation { pay }');
    socket.say({ type: 'ping' });
    await until(() => socket.heard.some(({ type }) => type === 'pong'));
    release();
    expect(await socket.closed).toBe(1012);
    expect(socket.heard.filter(({ id }) => id !== undefined)).toEqual([
      { type: 'next', id: '1', payload: { data: { held: 1 } } },
      { type: 'complete', id: '1' },
    ]);
    expect(gate.calls).toHaveLength(1);
    never();
    await stopped;
  });

  test('by a stop lets what runs have as long as requests have, and opens nothing new meanwhile', async () => {
    const [socket, other] = [await converse(own.url), await converse(own.url)];
    const release = gate.hold('held');
    socket.ask('1', '{ held }');
    await until(() => gate.calls.length === 1);
    const { hostname, port } = new URL(own.url);
    // their requests are on their way when the stop begins
    const begin = async (head: string): Promise<Socket> => {
      const late = connect(Number(port), hostname);
      await once(late, 'connect');
      await new Promise((resolve) => late.write(`${head}\r\nHost: x\r\n`, resolve));
      return late;
    };
    const ready = await begin('GET /health/ready HTTP/1.1');
    const upgrade = await begin(
      'GET /graphql HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    );
    await own.ask('{ free }');
    const since = performance.now();
    const stopped = own.gateway.close();
    expect(await other.closed).toBe(1012);
    ready.write('\r\n');
    upgrade.write('\r\n');
    expect(await text(ready)).toMatch(/^HTTP\/1\.1 503 [^]*\r\nConnection: close\r\n/);
    expect(await text(upgrade)).toMatch(/^HTTP\/1\.1 503 /);
    await until(() => performance.now() - since > 5_500);
    release();
    expect(await socket.closed).toBe(1012);
    expect(socket.heard).toContainEqual({ type: 'next', id: '1', payload: { data: { held: 1 } } });
    await stopped;
  });

  test('by the expiry of a token ends streams in time, and answers a mutation before it closes', async () => {
    const expiresAt = Math.floor(Date.now() / 1000) + 2;
    const { heard, ask, closed } = await converse(own.url, { token: await issuer.sign({ exp: expiresAt }) });
    const before = studio.openStreams();
    ask('1', 'subscription { progress(jobId: "1") { percent } }');
    await until(() => studio.openStreams() === before + 1);
    const release = gate.hold('pay');
    ask('2', 'mutation { pay }');
    await until(() => gate.calls.length === 1);
    await until(() => studio.openStreams() === before, 7_000);
    expect(Date.now() / 1000).toBeGreaterThan(expiresAt - 0.1);
    expect(await own.metric('gateway_subscriptions_ended_total{reason="token_expired"}')).toBe(1);
    ask('3', 'mutation { pay }');
    // one that begins after the expiry would outlive it, too
    ask('4', 'subscription { progress(jobId: "1") { percent } }');
    release();
    expect(await closed).toBe(4403);
    // nothing says that the stream is complete: its client asks for it again
    expect(heard.slice(1)).toEqual([
      { type: 'next', id: '2', payload: { data: { pay: 1 } } },
      { type: 'complete', id: '2' },
    ]);
    expect([paid, studio.openStreams()]).toEqual([1, before]);
  });
});

test.each([{ toString: 'x' }, ['x'], 5, 'x'])(
  'the traceparent %j is none, and the operation runs',
  async (traceparent) => {
    const socket = (await open({})) as WebSocket;
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const payload = { query: '{ must }', extensions: { traceparent } };
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(answer.toString())).toMatchObject({
      type: 'next',
      payload: { data: { must: 'is there' } },
    });
    socket.terminate();
  },
);

test('another protocol that is offered is declined: the request is served as it is', async () => {
  const { status, body } = await new Promise<{ status: number | undefined; body: string }>(
    (resolve, reject) => {
      const headers = {
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA',
        'content-type': 'application/json',
      };
      const sent = request(gateway.url, { method: 'POST', headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode, body: text }));
      });
      sent.on('error', reject);
      sent.end('{"query":"{ must }"}');
    },
  );
  expect([status, JSON.parse(body)]).toEqual([200, { data: { must: 'is there' } }]);
});

test('another protocol that is offered while other requests wait for their answers is declined after these', async () => {
  // others need what it stands before
  const gate = await startGate({ ...studio.jobs, stop: async () => undefined });
  const own = await startGateway([{ ...studio.jobs, url: gate.url }, studio.catalog, studio.genres]);
  const release = gate.hold('must');
  const { hostname, port } = new URL(own.url);
  const socket = connect(Number(port), hostname);
  let answers = '';
  socket.on('data', (data: Buffer) => (answers += data.toString()));
  const ask = (query: string, headers = ''): string => {
    const body = JSON.stringify({ query });
    return `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  const offer = 'Connection: Upgrade\r\nUpgrade: h2c\r\n';
  socket.write(ask('{ must }') + ask('{ titles { id } }') + ask('{ genres { id } }', offer));
  await until(() => gate.calls.length === 1);
  release();
  await until(() => answers.split('HTTP/1.1 200').length === 4);
  expect(answers.match(/\{"data":\{"\w+"/g)).toEqual([
    '{"data":{"must"',
    '{"data":{"titles"',
    '{"data":{"genres"',
  ]);
  socket.destroy();
  await own.stop();
  await gate.stop();
});

test('a WebSocket that is asked for behind another request begins after its answer', async () => {
  const gate = await startGate({ ...studio.jobs, stop: async () => undefined });
  const own = await startGateway([{ ...studio.jobs, url: gate.url }, studio.catalog, studio.genres]);
  const release = gate.hold('must');
  const { hostname, port } = new URL(own.url);
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString('latin1')));
  const body = JSON.stringify({ query: '{ must }' });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
      'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await until(() => gate.calls.length === 1);
  release();
  await until(() => heard.includes('HTTP/1.1 101'));
  expect(heard.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 101']);
  // its messages are heard, under a mask of zeros
  const init = Buffer.from('{"type":"connection_init"}');
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | init.length, 0, 0, 0, 0]), init]));
  await until(() => heard.includes('connection_ack'));
  socket.destroy();
  await own.stop();
  await gate.stop();
});

test('who asks for a WebSocket behind an answer and does not read that is let go', async () => {
  const service = createHttpService({
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test', 'silent'),
    ready: async () => undefined,
    stillMilliseconds: 200,
    routes: [
      {
        method: 'GET',
        path: '/',
        handler: (_request, response) => void response.end(Buffer.alloc(32 * 1024 * 1024)),
      },
    ],
  });
  await service.listen();
  const offered = once(service.server, 'upgrade') as Promise<[IncomingMessage, Socket]>;
  const client = connect(Number(new URL(service.url).port), '127.0.0.1').pause();
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [, socket] = await offered;
  let proceeded = false;
  afterAnswers(socket, () => (proceeded = true));
  await once(socket, 'close');
  expect(proceeded).toBe(false);
  client.destroy();
  await service.close();
});

test('who leaves with a reset while another protocol waits to be declined ends nothing but its own connection', async () => {
  const failures: Error[] = [];
  const fail = (error: Error): void => void failures.push(error);
  process.on('uncaughtExceptionMonitor', fail);
  const gate = await startGate({ ...studio.jobs, stop: async () => undefined });
  const own = await startGateway([{ ...studio.jobs, url: gate.url }, studio.catalog, studio.genres]);
  const release = gate.hold('must');
  const { hostname, port } = new URL(own.url);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify({ query: '{ must }' });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
      'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
  );
  await until(() => gate.calls.length === 1);
  socket.resetAndDestroy();
  expect((await own.ask('{ genres { id } }')).status).toBe(200);
  release();
  await own.stop();
  await gate.stop();
  process.off('uncaughtExceptionMonitor', fail);
  expect(failures).toEqual([]);
});

test('who leaves before offers of another protocol are declined one after the other ends nothing else', async () => {
  const failures: Error[] = [];
  const fail = (error: Error): void => void failures.push(error);
  process.on('uncaughtExceptionMonitor', fail);
  const { hostname, port } = new URL(gateway.url);
  const offer = 'GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
  for (let round = 0; round < 50; round++) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(offer + offer);
    await delay(round % 3);
    if (round % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
  }
  expect((await gateway.ask('{ must }')).status).toBe(200);
  process.off('uncaughtExceptionMonitor', fail);
  expect(failures).toEqual([]);
});

test('sockets that are closed while they are admitted are not counted', async () => {
  const held: ServerResponse[] = [];
  let holds = true;
  const answer = (response: ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"active":true,"client_id":"key_1","scope":""}');
  const keys = await startServer((_request, response) =>
    holds ? void held.push(response) : void answer(response),
  );
  const own = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    API_KEY_INTROSPECTION_URL: keys.url,
    MAX_SOCKETS_PER_VIEWER: '1',
  });
  const begin = async (): Promise<WebSocket> => {
    const socket = new WebSocket(own.url.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { 'x-api-key': 'a key' } }));
    return socket;
  };
  const left = await begin();
  await until(() => held.length === 1);
  left.terminate();
  await once(left, 'close');
  const stays = await begin();
  holds = false;
  held.forEach(answer);
  const [first, reason] = (await Promise.race([once(stays, 'message'), once(stays, 'close')])) as unknown[];
  expect([String(first), String(reason)]).toEqual(['{"type":"connection_ack"}', 'false']);
  stays.terminate();
  await own.stop();
  await keys.stop();
});

describe('the identity of a connection', () => {
  test('may come with the upgrade', async () => {
    const headers = { authorization: `Bearer ${await issuer.sign()}` };
    expect(await init({}, headers)).toEqual({ type: 'connection_ack' });
    expect(await init({}, { authorization: 'Bearer nonsense' })).toEqual({
      code: 4401,
      reason: 'UNAUTHENTICATED',
    });
  });

  test('is refused with a close code when it is not valid', async () => {
    expect(await init({ token: 'nonsense' })).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    const expired = await issuer.sign({ exp: Math.floor(Date.now() / 1000) - 60 });
    expect(await init({ token: expired })).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
  });

  test('ends the connection and its streams when the token expires (C40)', async () => {
    const expiresAt = Math.floor(Date.now() / 1000) + 2;
    let closed: { code: number; reason: string } | undefined;
    const client = gateway.socket({
      connectionParams: { token: await issuer.sign({ exp: expiresAt }) },
      on: { closed: (event) => (closed = event as { code: number; reason: string }) },
    });
    const open = studio.openStreams();
    const stream = client.iterate({ query: 'subscription { progress(jobId: "1") { percent } }' });
    const next = stream.next();
    next.catch(() => undefined);
    await until(() => studio.openStreams() === open + 1);
    await expect(next).rejects.toMatchObject({ code: 4403, reason: 'TOKEN_EXPIRED' });
    expect(closed).toMatchObject({ code: 4403, reason: 'TOKEN_EXPIRED' });
    const late = Date.now() / 1000 - expiresAt;
    expect(late).toBeGreaterThan(-0.1);
    expect(late).toBeLessThan(5);
    await until(() => studio.openStreams() === open);
  });
});

describe('a socket that misbehaves', () => {
  const closeCode = async (message: string | Buffer): Promise<number> => {
    const socket = (await open({})) as WebSocket;
    const closed = once(socket, 'close');
    socket.send(message);
    return Number((await closed)[0]);
  };

  test('by a message of 2 MiB and a byte is closed, and others are served on', async () => {
    expect(await closeCode('x'.repeat(2 * 1024 * 1024 + 1))).toBe(1009);
    expect((await gateway.ask('{ must }')).status).toBe(200);
  });

  test('by not reading its answers is not heard until it does', async () => {
    const socket = (await open({})) as WebSocket;
    let pongs = 0;
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.on('message', () => (pongs += 1));
    socket.pause();
    const most = 60;
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(1_000_000) } });
    for (let index = 0; index < most; index++) socket.send(ping);
    // what is not heard piles up on the client's side
    let before = 0;
    let still = 0;
    await until(() => {
      still = socket.bufferedAmount === before ? still + 1 : 0;
      before = socket.bufferedAmount;
      return still === 30;
    });
    expect(socket.bufferedAmount).toBeGreaterThan((most / 2) * ping.length);
    socket.resume();
    await until(() => pongs === most);
    socket.terminate();
  });

  test('by speaking another protocol is closed', async () => {
    expect(await closeCode('nonsense')).toBe(4400);
    expect(await closeCode(JSON.stringify({ type: 'connection_ack' }))).toBe(4400);
    expect(
      await closeCode(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ must }' } })),
    ).toBe(4401);
  });
});

test('a stop tells clients to come back', async () => {
  const other = await startGateway([studio.jobs, studio.catalog, studio.genres]);
  const socket = new WebSocket(other.url.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await other.stop();
  expect((await closed)[0]).toBe(1012);
});
