import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { buildSchema, parse, type FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createLogger } from '../../platform/logger.ts';
import { traceFrom } from '../../platform/trace.ts';
import type { Outcome } from '../observability/request-log.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import { runBatch } from './batch.ts';
import { createHttpTransport } from './http.ts';
import type { OpenStreams } from './open-streams.ts';
import { createOrigins } from './origins.ts';
import type { Pipeline } from './pipeline.ts';
import { AT_ONCE, createTurns, type Turns } from './turns.ts';
import { createWebSocketTransport } from './websocket.ts';

const planOf = (node?: object): PreparedOperation =>
  ({ type: 'query', plan: { kind: 'QueryPlan', node } }) as unknown as PreparedOperation;
const several = planOf({ kind: 'Sequence', nodes: [] });

/** Work that is over when it is told so. */
function begin(turns: Turns) {
  const states: ('waiting' | 'running' | 'over')[] = [];
  const ends: (() => void)[] = [];
  return {
    states,
    add(): Promise<void> {
      const index = states.push('waiting') - 1;
      return turns.begin(several, async () => {
        states[index] = 'running';
        await new Promise<void>((resolve) => {
          ends[index] = resolve;
        });
        states[index] = 'over';
      });
    },
    end: (index: number) => ends[index]?.(),
    running: () => states.filter((state) => state === 'running').length,
  };
}

describe('turns of requests', () => {
  test('a few begin at once, without a turn of the event loop', () => {
    const work = begin(createTurns());
    for (let count = 0; count < AT_ONCE; count += 1) void work.add();
    expect(work.running()).toBe(AT_ONCE);
  });

  test('more wait as long as there is something to do for those that run', async () => {
    const turns = createTurns();
    const work = begin(turns);
    for (let count = 0; count < AT_ONCE + 6; count += 1) void work.add();
    for (let round = 0; round < 20; round += 1) {
      turns.progress();
      await setImmediate();
    }
    expect([work.running(), turns.waiting]).toEqual([AT_ONCE, 6]);
  });

  test('begin when those that run wait for others: nobody waits for the slow', async () => {
    const turns = createTurns();
    const work = begin(turns);
    for (let count = 0; count < AT_ONCE + 6; count += 1) void work.add();
    for (let round = 0; round < 10; round += 1) await setImmediate();
    expect([work.running(), turns.waiting]).toEqual([AT_ONCE + 6, 0]);
  });

  test('begin in the order in which they came, when others are over', async () => {
    const turns = createTurns();
    const work = begin(turns);
    const all = Array.from({ length: AT_ONCE + 2 }, () => work.add());
    work.end(2);
    turns.progress();
    await all[2];
    await setImmediate();
    expect(work.states.slice(0, 4)).toEqual(['running', 'running', 'over', 'running']);
    expect(work.states.slice(AT_ONCE)).toEqual(['running', 'waiting']);
  });

  test('begin beside those that run for long, however much there is to do for others', async () => {
    const turns = createTurns();
    const work = begin(turns);
    for (let count = 0; count <= AT_ONCE; count += 1) void work.add();
    const start = performance.now();
    while (work.running() <= AT_ONCE) {
      turns.progress();
      await setImmediate();
    }
    expect(performance.now() - start).toBeGreaterThan(40);
    expect(turns.waiting).toBe(0);
  });

  test.each([
    ['needs one call', planOf({ kind: 'Fetch' })],
    ['needs none', planOf()],
  ])('what %s begins at once, whatever waits', async (_what, operation) => {
    const turns = createTurns();
    const work = begin(turns);
    for (let count = 0; count < AT_ONCE + 6; count += 1) void work.add();
    let begun = false;
    const over = turns.begin(operation, () => {
      begun = true;
      return Promise.resolve('over');
    });
    expect([begun, turns.waiting]).toEqual([true, 6]);
    expect(await over).toBe('over');
  });

  test('what fails fails for who asked, and makes room like all else', async () => {
    const turns = createTurns();
    const fail = (): Promise<void> => turns.begin(several, () => Promise.reject(new Error('no')));
    const results = await Promise.allSettled(Array.from({ length: 12 }, fail));
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'rejected'));
    const work = begin(turns);
    for (let count = 0; count < AT_ONCE; count += 1) void work.add();
    expect([work.running(), turns.waiting]).toEqual([AT_ONCE, 0]);
  });
});

const transportWith = (
  pipeline: Partial<Pipeline>,
  turns: Pick<Turns, 'begin'>,
  logger = createLogger('gateway', 'silent'),
) =>
  createHttpTransport({
    pipeline: pipeline as Pipeline,
    origins: createOrigins([]),
    originOf: () => ({ address: '127.0.0.1', region: 'CH', userAgent: undefined }),
    maxBodyBytes: 1_000,
    maxBatch: 0,
    logger,
    streams: {} as OpenStreams,
    turns,
  });

test('who leaves while waiting is not asked for, and is no error', async () => {
  let log = '';
  const outcomes: Outcome[] = [];
  const executed: unknown[] = [];
  const operation = { type: 'query', plan: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: [] } } };
  const pipeline: Partial<Pipeline> = {
    admit: () => ({ viewer: { scopes: [], region: 'CH' }, expiresAt: undefined }),
    prepare: () => operation as unknown as PreparedOperation,
    execute(...asked) {
      executed.push(asked);
      return Promise.resolve({ text: '{}' });
    },
    present: (result) => result as FormattedExecutionResult,
    observe: (outcome) => void outcomes.push(outcome),
  };
  let waits: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    waits = resolve;
  });
  let takeTurn: () => void = () => undefined;
  const turn = new Promise<void>((resolve) => {
    takeTurn = resolve;
  });
  const handler = transportWith(
    pipeline,
    {
      begin(_operation, work) {
        waits();
        return turn.then(work);
      },
    },
    createLogger('gateway', 'debug', { write: (line) => void (log += line) }),
  );
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET /graphql?query={here} HTTP/1.1\r\nHost: x\r\nApollo-Require-Preflight: 1\r\n\r\n');
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const answered = handler(request, response, {});
  await waiting;
  client.destroy();
  await once(response, 'close');
  takeTurn();
  await answered;
  expect(outcomes).toMatchObject([{ canceled: true }]);
  expect([executed, log]).toEqual([[], '']);
  server.close();
});

test('what is sent in parts has no turn any more while it is sent', async () => {
  const operation = {
    type: 'query',
    plan: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: [] } },
    deferral: {},
  };
  let end: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const pipeline: Partial<Pipeline> = {
    admit: () => ({ viewer: { scopes: [], region: 'CH' }, expiresAt: undefined }),
    prepare: () => operation as unknown as PreparedOperation,
    executeInParts: () =>
      Promise.resolve({
        first: { data: {} },
        rest: (async function* () {
          await held;
          yield { increments: [], hasNext: false };
        })(),
      }),
    present: (result) => result as FormattedExecutionResult,
    observe: () => undefined,
  };
  let turnOver: () => void = () => undefined;
  const turn = new Promise<void>((resolve) => {
    turnOver = resolve;
  });
  const handler = transportWith(pipeline, {
    async begin(_operation, work) {
      const result = await work();
      turnOver();
      return result;
    },
  });
  const server = createServer((request, response) => void handler(request, response, {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql?query={here}`;
  const headers = { accept: 'multipart/mixed;deferSpec=20220824', 'apollo-require-preflight': '1' };
  const answered = fetch(url, { headers });
  await turn;
  end();
  expect((await answered).status).toBe(200);
  await (await answered).text();
  server.close();
});

test('each operation of a batch takes a turn, and is not run for who left meanwhile', async () => {
  const outcomes: Outcome[] = [];
  const left = new AbortController();
  let log = '';
  const executed: unknown[] = [];
  const turns: (() => void)[] = [];
  const operation = { type: 'query', plan: { kind: 'QueryPlan' } };
  const identity = { viewer: { scopes: [], region: 'CH' }, expiresAt: undefined };
  const pipeline: Partial<Pipeline> = {
    count: () => Promise.resolve(),
    prepare: () => operation as unknown as PreparedOperation,
    execute(_operation, asked) {
      executed.push(asked.query);
      return Promise.resolve({ text: JSON.stringify(asked.query) });
    },
    present: () => ({ errors: [] }),
    observe: (outcome) => void outcomes.push(outcome),
  };
  const answers = runBatch(
    {
      requests: [{ query: '{ a }' }, { query: '{ b }' }, { query: '{ c }' }],
      identity,
      client: { name: undefined, version: undefined },
      trace: traceFrom(undefined),
      signal: left.signal,
    },
    pipeline as Pipeline,
    {
      async begin(_operation, work) {
        await new Promise<void>((resolve) => turns.push(resolve));
        return work();
      },
    },
    createLogger('gateway', 'error', { write: (line) => void (log += line) }),
  );
  await setImmediate();
  expect([turns.length, executed]).toEqual([3, []]);
  turns[1]?.();
  await setImmediate();
  expect(executed).toEqual(['{ b }']);
  turns[0]?.();
  await setImmediate();
  left.abort();
  turns[2]?.();
  expect(await answers).toEqual(['"{ a }"', '"{ b }"', '{"errors":[]}']);
  expect([executed, log]).toEqual([['{ b }', '{ a }'], '']);
  expect(outcomes).toMatchObject([{ canceled: false }, { canceled: false }, { canceled: true }]);
});

test('each operation of a socket takes a turn, and is not run for who left meanwhile', async () => {
  const outcomes: Outcome[] = [];
  const executed: unknown[] = [];
  const turns: (() => void)[] = [];
  const operation = {
    type: 'query',
    document: parse('{ a }'),
    plan: { kind: 'QueryPlan' },
    supergraph: { id: 'one', apiSchema: buildSchema('type Query { a: Int }') },
  };
  const pipeline: Partial<Pipeline> = {
    admit: () => ({ viewer: { scopes: [], region: 'CH' }, expiresAt: undefined }),
    count: () => Promise.resolve(),
    prepare: () => operation as unknown as PreparedOperation,
    execute(_operation, asked) {
      executed.push(asked.query);
      return Promise.resolve({ text: '{"data":{"a":1}}' });
    },
    observe: (outcome) => void outcomes.push(outcome),
  };
  let disconnected: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    disconnected = resolve;
  });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = createWebSocketTransport({
    server,
    path: '/graphql',
    pipeline: pipeline as Pipeline,
    contracts: new Map(),
    origins: createOrigins([]),
    originOf: () => ({ address: '127.0.0.1', region: 'CH', userAgent: undefined }),
    maxMessageBytes: 1_000,
    logger: createLogger('gateway', 'silent'),
    streams: { connect: () => undefined, disconnect: disconnected } as unknown as OpenStreams,
    limits: { streams: 10, perViewer: 10, perAddress: 10 },
    turns: {
      async begin(_operation, work) {
        await new Promise<void>((resolve) => turns.push(resolve));
        return work();
      },
    },
    sample: undefined,
  });
  const { port } = server.address() as AddressInfo;
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const answers = ['{ a }', '{ b: a }'].map((query) => client.iterate({ query }).next());
  await vi.waitFor(() => expect(turns).toHaveLength(2));
  expect(executed).toEqual([]);
  turns[1]?.();
  expect(await answers[1]).toMatchObject({ value: { data: { a: 1 } } });
  expect(executed).toEqual(['{ b: a }']);
  client.terminate();
  await expect(answers[0]).rejects.toBeDefined();
  await left;
  turns[0]?.();
  await vi.waitFor(() => expect(outcomes).toHaveLength(2));
  expect(outcomes).toMatchObject([{ canceled: false }, { canceled: true }]);
  expect(executed).toEqual(['{ b: a }']);
  await transport.close();
  server.close();
});
