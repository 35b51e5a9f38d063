import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { defaultOperationLimits } from '../operation/limits.ts';
import { createOperations } from '../operation/prepare.ts';
import { buildSupergraph } from '../supergraph/build.ts';
import { composed } from './compose.ts';

const CACHE_SIZE = 1_000;
const CACHE_BYTES = 2 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

/**
 * Prepares so many operations of which no two are alike, most of them for the first and last time, and holds the cache
 * to its number, to its bytes, and to what the process keeps of it. Some are large, some are refused, and one is asked
 * for all along and has to stay.
 */
export function expectBounded(count: number): void {
  const types = 'type Query { a: Int  b: Int  node: Node }  type Node { id: ID  node: Node }';
  const current = buildSupergraph(composed({ one: types }), { get: () => ({}) as never });
  const operations = createOperations({
    limits: defaultOperationLimits,
    introspection: true,
    cacheSize: CACHE_SIZE,
    cacheBytes: CACHE_BYTES,
  });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const large = 'node { id '.repeat(10) + '}'.repeat(10);
  const favourite = operations.prepare(current, { query: '{ a }' });
  const ask = (index: number): void => {
    if (index % 100 === 0) expect(operations.prepare(current, { query: '{ a }' })).toBe(favourite);
    if (index % 50 === 0) operations.prepare(current, { query: `query Q${index} { ${large} }` });
    else if (index % 51 === 0)
      expect(() => operations.prepare(current, { query: `{ unknown${index} }` })).toThrow();
    else operations.prepare(current, { query: `query Q${index} { __typename }` });
    if (operations.size > CACHE_SIZE || operations.bytes > CACHE_BYTES)
      throw new Error(`${operations.size} operations of ${operations.bytes} bytes are kept.`);
  };
  const warm = Math.ceil(count / 10);
  for (let index = 0; index < warm; index++) ask(index);
  const before = heap();
  for (let index = warm; index < count; index++) ask(index);
  expect(operations.size).toBeGreaterThan(10);
  expect(heap() - before).toBeLessThan(4 * MEGABYTE);
}
