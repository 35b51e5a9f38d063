import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { PreparedOperation } from '../operation/operation.ts';
import type { Executor } from './executor.ts';
import { createPacedExecutor } from './paced-executor.ts';
import { requestWith } from './compiled/testing/world.ts';

const request = requestWith({});
const paced = (execute: Executor['execute']) =>
  createPacedExecutor({ execute, executeEvent: () => Promise.reject(new Error('no events here')) });
const named = (name: string) => ({ name }) as PreparedOperation;

test('few executions begin in one turn of the event loop, in the order in which they were asked for', async () => {
  const begun: (string | undefined)[] = [];
  const executor = paced(async (operation) => {
    begun.push(operation.name);
    return { data: { name: operation.name } };
  });
  const executed = ['a', 'b', 'c', 'd', 'e'].map((name) => executor.execute(named(name), request));
  expect(begun).toEqual(['a', 'b']);
  await setImmediate();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  expect(await Promise.all(executed)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => ({ data: { name } })));
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  await setImmediate();
  void executor.execute(named('f'), request);
  expect(begun.at(-1)).toBe('f');
});

test('one that never ends keeps no other waiting', async () => {
  const executor = paced((operation) =>
    operation.name === 'slow' ? new Promise(() => undefined) : Promise.resolve({ data: {} }),
  );
  for (let index = 0; index < 20; index += 1) void executor.execute(named('slow'), request);
  expect(await executor.execute(named('fast'), request)).toEqual({ data: {} });
});
