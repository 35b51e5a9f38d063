import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { PreparedOperation } from '../operation/operation.ts';
import { startGateway, until } from '../testing/gateway.ts';
import { startServer } from '../testing/subgraphs.ts';
import type { Executed, ExecutionRequest } from './executor.ts';
import { ClientLeft } from './leave-signal.ts';
import { createMergedOperations } from './merged-operations.ts';

const trace = { traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1' };
const visitor = (address: string, more: Partial<ExecutionRequest> = {}): ExecutionRequest => ({
  viewer: { scopes: [], address, region: 'US' },
  trace,
  signal: new ClientLeft(),
  mayRetry: true,
  variables: {},
  ...more,
});
const operation = (): PreparedOperation => ({}) as PreparedOperation;

/** Executions that come to something when the test says so. */
function executions() {
  const begun: { request: ExecutionRequest; answer: (text: string) => void; fail: (error: Error) => void }[] =
    [];
  const execute = createMergedOperations(
    (_operation, request) =>
      new Promise<Executed>((resolve, reject) => {
        begun.push({ request, answer: (text) => resolve({ text }), fail: reject });
      }),
  );
  return { begun, execute };
}

test('equal queries are executed once while no subgraph has answered, and all get what comes of it', async () => {
  const { begun, execute } = executions();
  const query = operation();
  const asked = [execute(query, visitor('1.1.1.1')), execute(query, visitor('1.1.1.1'))];
  expect(begun).toHaveLength(1);
  begun[0]?.request.onAnswer?.();
  asked.push(execute(query, visitor('1.1.1.1')), execute(query, visitor('1.1.1.1')));
  expect(begun).toHaveLength(2);
  // the first has nothing to say any more about who may join the second
  begun[0]?.request.onAnswer?.();
  begun[0]?.answer('first');
  expect(await asked[0]).toEqual({ text: 'first' });
  asked.push(execute(query, visitor('1.1.1.1')));
  expect(begun).toHaveLength(2);
  begun[1]?.answer('second');
  const texts = (await Promise.all(asked)).map((one) => 'text' in one && one.text);
  expect(texts).toEqual(['first', 'first', 'second', 'second', 'second']);
  void execute(query, visitor('1.1.1.1'));
  expect(begun).toHaveLength(3);
});

test.each<[string, Partial<ExecutionRequest>]>([
  ['the address', { viewer: { scopes: [], address: '2.2.2.2', region: 'US' } }],
  ['the user', { viewer: { userId: 'u', scopes: [], address: '1.1.1.1', region: 'US' } }],
  ['the scopes', { viewer: { scopes: ['catalog:read'], address: '1.1.1.1', region: 'US' } }],
  ['variables', { variables: { first: 1 } }],
])('queries are not equal if they differ by %s', (_what, more) => {
  const { begun, execute } = executions();
  const query = operation();
  void execute(query, visitor('1.1.1.1'));
  void execute(query, visitor('1.1.1.1', more));
  expect(begun).toHaveLength(2);
});

test('another operation, and what has very long variables are executed in any case', () => {
  const { begun, execute } = executions();
  void execute(operation(), visitor('1.1.1.1'));
  void execute(operation(), visitor('1.1.1.1'));
  const one = operation();
  for (let count = 0; count < 2; count += 1)
    void execute(one, visitor('1.1.1.1', { variables: { text: 'x'.repeat(10_000) } }));
  expect(begun).toHaveLength(4);
});

test('a client that leaves ends the execution only if nobody else waits for it', async () => {
  const { begun, execute } = executions();
  const query = operation();
  const [one, other] = [new ClientLeft(), new ClientLeft()];
  const kept = execute(query, visitor('1.1.1.1', { signal: one }));
  void execute(query, visitor('1.1.1.1', { signal: other }));
  one.abort();
  expect(begun[0]?.request.signal.aborted).toBe(false);
  other.abort();
  expect(begun[0]?.request.signal.aborted).toBe(true);
  // one who comes now must not wait for what was called off
  void execute(query, visitor('1.1.1.1'));
  expect(begun).toHaveLength(2);
  begun[0]?.answer('late');
  expect(await kept).toEqual({ text: 'late' });
});

test('what fails fails for all who wait, and the next one is executed anew', async () => {
  const { begun, execute } = executions();
  const query = operation();
  const asked = [execute(query, visitor('1.1.1.1')), execute(query, visitor('1.1.1.1'))];
  begun[0]?.fail(new Error('no'));
  const results = await Promise.allSettled(asked);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  void execute(query, visitor('1.1.1.1'));
  expect(begun).toHaveLength(2);
});

test('served: who asks before a subgraph has answered shares the answer, who asks later does not', async () => {
  const held: { readonly first: ServerResponse[]; readonly second: ServerResponse[] } = {
    first: [],
    second: [],
  };
  const first = await startServer((_request, response) => void held.first.push(response));
  const second = await startServer((_request, response) => void held.second.push(response));
  const gateway = await startGateway(
    [
      { name: 'first', sdl: 'type Query { a: String } type Mutation { a: String }', url: first.url },
      { name: 'second', sdl: 'type Query { b: String }', url: second.url },
    ],
    { MERGE_ACROSS_CLIENTS: 'true', ADMIN_PORT: '0' },
  );
  try {
    const asked = [gateway.ask('{ a b }'), gateway.ask('{ a b }')];
    await until(async () => held.first.length === 1 && held.second.length === 1);
    held.first[0]?.end('{"data":{"a":"early"}}');
    const counted = 'gateway_subgraph_request_duration_seconds_count{subgraph="first",outcome="ok"}';
    await until(async () => (await gateway.metric(counted)) === 1);
    asked.push(gateway.ask('{ a b }'));
    await until(async () => held.first.length === 2);
    // its second call is equal to one that is under way
    held.second[0]?.end('{"data":{"b":"both"}}');
    held.first[1]?.end('{"data":{"a":"late"}}');
    const answers = (await Promise.all(asked)).map(({ body }) => body);
    expect(answers).toEqual([
      { data: { a: 'early', b: 'both' } },
      { data: { a: 'early', b: 'both' } },
      { data: { a: 'late', b: 'both' } },
    ]);
    expect([held.first.length, held.second.length]).toEqual([2, 1]);
    const merged = ['query', 'call'].map((what) => gateway.metric(`gateway_merged_total{what="${what}"}`));
    expect(await Promise.all(merged)).toEqual([1, 1]);
    // mutations have effects: each is executed
    const changed = [gateway.ask('mutation { a }'), gateway.ask('mutation { a }')];
    await until(async () => held.first.length === 4);
    for (const response of held.first.slice(2)) response.end('{"data":{"a":"changed"}}');
    expect(await Promise.all(changed)).toMatchObject([{ status: 200 }, { status: 200 }]);
  } finally {
    await gateway.stop();
    await first.stop();
    await second.stop();
  }
});
