import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { buildSupergraph, type Supergraph } from '../supergraph/build.ts';
import { composed } from '../testing/compose.ts';
import { defaultOperationLimits } from './limits.ts';
import { expectBounded } from '../testing/distinct-operations.ts';
import { createOperations } from './prepare.ts';

const supergraphOf = (types: string): Supergraph =>
  buildSupergraph(composed({ one: types }), { get: () => ({}) as never });
const types = 'type Query { a: Int  b: Int  node: Node }  type Node { id: ID  node: Node }';
const make = (cacheSize: number, cacheBytes?: number) =>
  createOperations({
    limits: defaultOperationLimits,
    introspection: true,
    cacheSize,
    ...(cacheBytes !== undefined && { cacheBytes }),
  });

describe('the cache of operations', () => {
  test('C72 keeps to its number and its bytes over 5,000 distinct operations', { timeout: 120_000 }, () =>
    expectBounded(5_000),
  );

  test('estimates no less than operations take', async () => {
    const current = supergraphOf(types);
    const operations = make(1_000);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const text = (index: number) =>
      `query Q${index} { node { id ${'node { id '.repeat(8)}${'}'.repeat(9)} a b }`;
    for (let index = 0; index < 50; index++) operations.prepare(current, { query: text(index) });
    collect();
    const [heap, bytes] = [process.memoryUsage().heapUsed, operations.bytes];
    for (let index = 50; index < 350; index++) operations.prepare(current, { query: text(index) });
    collect();
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan((operations.bytes - bytes) * 1.2);
  });

  test('drops nothing for an operation that takes more than an eighth of it, which runs and is not kept', () => {
    const current = supergraphOf(types);
    const operations = make(1_000, 1024 * 1024);
    const small = Array.from({ length: 20 }, (_, index) => ({ query: `query Q${index} { a }` }));
    const prepared = small.map((request) => operations.prepare(current, request));
    const large = { query: `{ ${'a b node { id } '.repeat(99)}}` };
    const whole = operations.prepare(current, large);
    expect(whole.plan.node).toBeDefined();
    // by `===`: where two are not the same, `toBe` compares all that is in them
    expect(operations.prepare(current, large) === whole).toBe(false);
    for (const [index, request] of small.entries())
      expect(operations.prepare(current, request)).toBe(prepared[index]);
    expect(operations.size).toBe(20);
  });

  test('counts a comment or a string as little more than its text', () => {
    const current = supergraphOf('type Query { a(text: String): Int }');
    const operations = make(1_000);
    const bytes = (query: string): number => {
      const before = operations.bytes;
      const prepared = operations.prepare(current, { query });
      expect(operations.prepare(current, { query })).toBe(prepared);
      return operations.bytes - before;
    };
    const filler = 'x'.repeat(90_000);
    const plain = bytes('{ a(text: "x") }');
    for (const query of [
      `{ a(text: "x") } # ${filler}`,
      `{ a(text: "${filler}") }`,
      `{ ${' '.repeat(90_000)}a }`,
    ])
      expect(bytes(query) - plain).toBeLessThan(2_000_000);
  });

  test('is warmed by what is used most, and lets others be served meanwhile', async () => {
    const old = supergraphOf(types);
    const operations = make(1_000);
    for (let index = 0; index < 20; index++)
      for (let uses = 0; uses <= index; uses++)
        operations.prepare(old, { query: `query Q${index} { a ${index === 19 ? 'b' : ''} }` });
    const next = supergraphOf(types.replace('b: Int', ''));
    let turns = 0;
    const count = setInterval(() => (turns += 1), 0);
    const ready: unknown[] = [];
    await operations.warm(next, 5, (operation) => ready.push(operation.name));
    clearInterval(count);
    // four of the five: the one used most asks for what is gone
    expect(operations.size).toBe(24);
    expect(ready).toEqual(['Q18', 'Q17', 'Q16', 'Q15']);
    expect(turns).toBeGreaterThan(0);
    operations.keepOnly(new Set([next.id]));
    expect(operations.size).toBe(4);
    operations.prepare(next, { query: 'query Q18 { a  }' });
    expect(operations.size).toBe(4);
  });

  test('knows one text apart under two schemas', async () => {
    const one = supergraphOf(types);
    const operations = make(10);
    const whole = operations.prepare(one, { query: '{ a }' });
    const other = operations.prepare({ ...one, variant: 'partner' }, { query: '{ a }' });
    expect(other).not.toBe(whole);
    expect(operations.prepare(one, { query: '{ a }' })).toBe(whole);
  });
});

/** Milliseconds that the processor worked for it: a busy machine must not make a bound fail. */
function workOf(job: () => void): number {
  const start = process.cpuUsage();
  job();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

test('C10 a bomb of 2^30 fields holds the event loop no longer than 100 ms', async () => {
  const current = supergraphOf(types);
  const operations = make(10);
  const spreads = Array.from(
    { length: 30 },
    (_, index) => `fragment F${index} on Node { ...F${index + 1} ...F${index + 1} }`,
  );
  const query = `{ node { ...F0 } } ${spreads.join(' ')} fragment F30 on Node { id }`;
  const work = workOf(() =>
    expect(() => operations.prepare(current, { query })).toThrow('more fields than can be answered'),
  );
  expect(work).toBeLessThan(100);
});

test('C5 500 times the same field is prepared within 100 ms at the 99th percentile', async () => {
  const current = supergraphOf(types);
  const operations = make(1_000);
  const fields = 'a '.repeat(500);
  const prepare = (name: string) => operations.prepare(current, { query: `query ${name} { ${fields} }` });
  prepare('First');
  const times = Array.from({ length: 100 }, (_, index) => workOf(() => prepare(`Q${index}`)));
  times.sort((one, other) => one - other);
  expect(times[98]).toBeLessThan(100);
});

describe('names that are close to ones of the schema', () => {
  const misspelled = Array.from({ length: 100 }, (_, index) => `nod${index}`).join(' ');
  const messagesOf = (introspection: boolean, query: string, schema: Supergraph): string => {
    const operations = createOperations({ limits: defaultOperationLimits, introspection, cacheSize: 10 });
    try {
      operations.prepare(schema, { query });
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('It was not refused.');
  };

  test('C9 are not suggested where introspection is off, for 100 fields, arguments or types', async () => {
    const current = supergraphOf(types);
    for (const query of [
      `{ node { ${misspelled} } }`,
      '{ node { ... on Nodee { id } } }',
      'query ($x: Strin) { a }',
      '{ a @skp(if: true) }',
      '{ node(ide: 1) { id } }',
    ]) {
      expect(messagesOf(false, query, current)).not.toMatch(/did you mean/i);
      expect(messagesOf(false, query, current).length).toBeGreaterThan(10);
    }
    expect(messagesOf(true, `{ node { ${misspelled} } }`, current)).toContain('Did you mean "node"');
  });
});
