import { expect, test } from 'vitest';
import { ClientLeft } from './leave-signal.ts';
import { createMergedCalls } from './merged-calls.ts';
import type { Asker, SubgraphAnswer } from './subgraph/client.ts';

const trace = { traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1' };
const visitor = (address: string, more: Partial<Asker> = {}): Asker => ({
  viewer: { scopes: [], address, region: 'US' },
  trace,
  signal: new ClientLeft(),
  mayRetry: true,
  ...more,
});

/** Calls that are answered when the test says so. */
function subgraph() {
  const calls: { asker: Asker; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const post = createMergedCalls(
    (_body, asker) =>
      new Promise<SubgraphAnswer>((resolve, reject) => {
        calls.push({
          asker,
          answer: (text) => resolve({ result: JSON.parse(text) as SubgraphAnswer['result'], text }),
          fail: reject,
        });
      }),
  );
  return { calls, post };
}

test('equal queries of one viewer are sent once while one is under way, and each gets a tree of its own', async () => {
  const { calls, post } = subgraph();
  const asked = [post('a', visitor('1.1.1.1')), post('a', visitor('1.1.1.1')), post('b', visitor('1.1.1.1'))];
  expect(calls).toHaveLength(2);
  calls[0]?.answer('{"data":{"x":1}}');
  calls[1]?.answer('{"data":{"x":2}}');
  const [first, second, other] = await Promise.all(asked);
  expect(first?.result).toEqual(second?.result);
  expect(first?.result).not.toBe(second?.result);
  expect(other?.text).toBe('{"data":{"x":2}}');
  void post('a', visitor('1.1.1.1'));
  expect(calls).toHaveLength(3);
});

test('what the subgraph knows of the viewer is part of the call', () => {
  const { calls, post } = subgraph();
  const user = { userId: 'u', scopes: ['catalog:read'], address: '1.1.1.1', region: 'US' };
  void post('a', visitor('1.1.1.1'));
  void post('a', visitor('2.2.2.2'));
  void post('a', visitor('1.1.1.1', { viewer: user }));
  void post('a', visitor('1.1.1.1', { viewer: { ...user, scopes: [] } }));
  expect(calls).toHaveLength(4);
});

test('mutations are always sent', () => {
  const { calls, post } = subgraph();
  void post('a', visitor('1.1.1.1', { mayRetry: false }));
  void post('a', visitor('1.1.1.1', { mayRetry: false }));
  expect(calls).toHaveLength(2);
});

test('a client that leaves ends the call only if nobody else waits for it', async () => {
  const { calls, post } = subgraph();
  const [one, other] = [new ClientLeft(), new ClientLeft()];
  const kept = post('a', visitor('1.1.1.1', { signal: one }));
  void post('a', visitor('1.1.1.1', { signal: other }));
  other.abort();
  expect(calls[0]?.asker.signal.aborted).toBe(false);
  one.abort();
  expect(calls[0]?.asker.signal.aborted).toBe(true);
  // one who comes now must not wait for what was called off
  void post('a', visitor('1.1.1.1'));
  expect(calls).toHaveLength(2);
  calls[0]?.answer('{"data":null}');
  await kept;
});

test('who has left already waits for nothing', async () => {
  const { calls, post } = subgraph();
  const left = new ClientLeft();
  left.abort();
  void post('a', visitor('1.1.1.1', { signal: left }));
  expect(calls[0]?.asker.signal.aborted).toBe(true);
  const other = new ClientLeft();
  void post('a', visitor('1.1.1.1', { signal: other }));
  void post('a', visitor('1.1.1.1', { signal: left }));
  expect(calls[1]?.asker.signal.aborted).toBe(false);
  other.abort();
  expect(calls.map(({ asker }) => asker.signal.aborted)).toEqual([true, true]);
});

test('a failure is everybody’s, and the next one asks anew', async () => {
  const { calls, post } = subgraph();
  const asked = [post('a', visitor('1.1.1.1')), post('a', visitor('1.1.1.1'))];
  calls[0]?.fail(new Error('away'));
  for (const one of asked) await expect(one).rejects.toThrow('away');
  void post('a', visitor('1.1.1.1'));
  expect(calls).toHaveLength(2);
});
