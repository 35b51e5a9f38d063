import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  Kind,
  parse,
  print,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createMemoryCache } from '../../platform/cache-memory.ts';
import { readCacheConfig } from './cache/config.ts';
import { createEntityCache, type EntityCache } from './cache/entity-cache.ts';
import { createCompiledExecutor } from './compiled-executor.ts';
import { composeEverything } from './compiled/testing/everything.ts';
import { generateFaults, noFaults, type Faults } from './compiled/testing/faults.ts';
import { generateOperation } from './compiled/testing/operations.ts';
import { createRandom, seedOf, type Random } from './compiled/testing/random.ts';
import {
  createSimulation,
  formFor,
  prepareOperation,
  requestWith,
  silent,
} from './compiled/testing/world.ts';
import { createScripted } from './compiled/testing/scripted.ts';
import { createDeferredExecutor, isInParts, type ExecutedInParts } from './deferred-executor.ts';
import { quickest } from '../testing/quickest.ts';
import { toResult } from './executor.ts';

const seed = seedOf(process.env);
/** Set it to run more. */
const cases = Number(process.env['DEFER_CASES'] ?? 600);

type Json = Record<string | number, unknown>;

/** Defers some of the fragments of an operation, and puts some of its fields into deferred fragments. */
function withDefers(
  document: DocumentNode,
  random: Random,
  variables: Record<string, unknown>,
): DocumentNode {
  let wanted = false;
  const defer = (): DirectiveNode => {
    const condition = random.chance(15) ? (random.chance(50) ? '(if: $defers)' : '(if: false)') : '';
    wanted ||= condition.includes('$');
    const [operation] = parse(`{ ... @defer${condition} { a } }`, { noLocation: true }).definitions;
    const [fragment] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
    const [directive] = fragment?.directives ?? [];
    if (!directive) throw new Error('There is a directive.');
    return directive;
  };
  const deferred = visit(document, {
    InlineFragment: (node) =>
      random.chance(40) ? { ...node, directives: [...(node.directives ?? []), defer()] } : undefined,
    FragmentSpread: (node) =>
      random.chance(40) ? { ...node, directives: [...(node.directives ?? []), defer()] } : undefined,
    SelectionSet: {
      leave: (node) => ({
        ...node,
        selections: node.selections.map((one) =>
          one.kind === Kind.FIELD && random.chance(25)
            ? {
                kind: Kind.INLINE_FRAGMENT,
                directives: [defer()],
                selectionSet: { kind: Kind.SELECTION_SET, selections: [one] },
              }
            : one,
        ),
      }),
    },
  });
  if (!wanted) return deferred;
  variables['defers'] = random.chance(50);
  return visit(deferred, {
    OperationDefinition(node) {
      const [operation] = parse('query ($defers: Boolean!) { a }', { noLocation: true }).definitions;
      const added = operation?.kind === Kind.OPERATION_DEFINITION ? operation.variableDefinitions : [];
      return { ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...(added ?? [])] };
    },
  });
}

interface Collected {
  readonly data: unknown;
  readonly errors: readonly GraphQLError[];
  readonly parts: number;
}

/** Puts the parts together as a client does. @throws if one has no place */
async function collected({ first, rest }: ExecutedInParts): Promise<Collected> {
  const data = structuredClone(first.data) as unknown;
  const errors = [...(first.errors ?? [])];
  let parts = 0;
  let last = false;
  for await (const { increments, hasNext } of rest) {
    expect(last).toBe(false);
    last = !hasNext;
    expect(last || increments.length > 0).toBe(true);
    for (const increment of increments) {
      parts += 1;
      errors.push(...increment.errors);
      const target = valueAt(data, increment.path);
      expect(target, `a place for ${increment.path.join('.')}`).toBeTypeOf('object');
      expect(target).not.toBeNull();
      if (increment.data) merge(target as Json, structuredClone(increment.data) as Json);
    }
  }
  expect(last).toBe(true);
  return { data, errors, parts };
}

type Path = readonly (string | number)[];

const isInside = (path: Path, outer: Path): boolean => outer.every((key, index) => path[index] === key);

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Json | null | undefined)?.[key], data);

function merge(target: Json, source: Json): void {
  for (const [key, value] of Object.entries(source)) {
    const before = Object.hasOwn(target, key) ? target[key] : undefined;
    if (typeof before === 'object' && before !== null && typeof value === 'object' && value !== null)
      merge(before as Json, value as Json);
    else target[key] = value;
  }
}

/**
 * Compares with the whole answer: values, and errors by place and message. What differs by what `@defer` is: a null that
 * may not be voids what is around it only up to its own part, or its own call where one call became two; what voids the
 * object that a part is of takes the part along; and of two calls for one object each tells that it failed. No value of
 * the whole may be missing or another.
 * @returns what differs otherwise
 */
function difference(parts: Omit<Collected, 'parts'>, whole: ExecutionResult): string | undefined {
  const isVoided = (path: Path): boolean =>
    (whole.errors ?? []).some((error) => isInside(error.path ?? [], path.slice(0, -1)));
  const compareValues = (mine: unknown, theirs: unknown, path: Path): string | undefined => {
    if (Object.is(mine, theirs)) return undefined;
    if ((theirs ?? null) === null && mine !== undefined && isVoided(path)) return undefined;
    if (typeof mine !== 'object' || typeof theirs !== 'object' || mine === null || theirs === null)
      return `${path.join('.')}: ${JSON.stringify(mine)} where the whole has ${JSON.stringify(theirs)}`;
    const keys = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
    for (const key of keys) {
      const index = Array.isArray(theirs) ? Number(key) : key;
      const found = compareValues((mine as Json)[key], (theirs as Json)[key], [...path, index]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const values = compareValues(parts.data, whole.data, []);
  if (values !== undefined) return values;

  const isLost = (data: unknown, path: Path): boolean =>
    path.some((_key, index) => (valueAt(data, path.slice(0, index)) ?? null) === null);
  const hasPlace = ({ path = [] }: GraphQLError): boolean =>
    path.length === 0 || valueAt(whole.data, path) !== undefined;
  const same = (one: GraphQLError, other: GraphQLError): boolean =>
    one.message === other.message && isDeepStrictEqual(one.path, other.path);
  // where nobody could tell an object's type, fields of its fragments have no place: what else failed of it is told
  const concerns = (path: Path, field: Path): boolean =>
    isInside(field, path) || isInside(path, field.slice(0, -1));
  const instead = (one: GraphQLError, other: GraphQLError): boolean =>
    !hasPlace(other) && one.message === other.message && concerns(one.path ?? [], other.path ?? []);
  const wanted = whole.errors ?? [];
  // what voids the whole's object may be of another part, or void the part that the error would have been of
  const isElsewhere = ({ path = [] }: GraphQLError): boolean =>
    isLost(whole.data, path) && valueAt(parts.data, path) !== null;
  for (const error of wanted)
    if (
      !isLost(parts.data, error.path ?? []) &&
      !isElsewhere(error) &&
      !parts.errors.some((one) => same(one, error) || instead(one, error))
    )
      return `no error: ${error.message} ${JSON.stringify(error.path)}`;
  for (const error of parts.errors)
    if (
      !isLost(whole.data, error.path ?? []) &&
      !wanted.some((one) => one.message === error.message && concerns(error.path ?? [], one.path ?? []))
    )
      return `an error that the whole has not: ${error.message} ${JSON.stringify(error.path)}`;
  return undefined;
}

/** What fails is the same however often, and with whatever else, it is asked for. */
function steadyFaults(random: Random, subgraphs: readonly string[]): Faults {
  const often = (): number => (random.chance(50) ? 0 : random.below(120));
  return {
    ...noFaults,
    seed: random.below(1e6),
    error: often(),
    silentNull: often(),
    missing: often(),
    wrongLeaf: often(),
    keysHold: true,
    down: random.chance(25) ? random.pick(subgraphs) : undefined,
  };
}

async function run(sdl: string, count: number, cache?: EntityCache): Promise<void> {
  const { supergraph, world } = await createSimulation(sdl);
  const compiled = createCompiledExecutor(silent);
  const executeInParts = createDeferredExecutor(compiled, silent, cache);
  let done = 0;
  let increments = 0;
  for (let operationSeed = seed; done < count; operationSeed++) {
    const random = createRandom(operationSeed);
    const { query, variables } = generateOperation(supergraph.apiSchema, random, {
      kind: 'query',
      size: 23,
      depth: 5,
    });
    if (!prepareOperation(supergraph, query)) continue;
    const text = print(withDefers(parse(query), random, variables));
    const prepared = prepareOperation(supergraph, text);
    if (!prepared) continue;
    const operation = formFor(prepared, variables);
    const steady = steadyFaults(random, [...supergraph.subgraphs.keys()]);
    // the last also lose calls and entities one by one, which two plans do not lose alike
    // what is kept fails no more: with a cache it is the same twice
    for (const faults of cache ? [noFaults, noFaults] : [noFaults, steady, generateFaults(random)]) {
      world.faults = faults;
      const whole = toResult(await compiled.execute(operation, requestWith(variables)));
      const answer = await executeInParts(operation, requestWith(variables));
      done += 1;
      try {
        const { parts, ...together } = isInParts(answer)
          ? await collected(answer)
          : { data: toResult(answer).data, errors: toResult(answer).errors ?? [], parts: 0 };
        increments += parts;
        // with faults of any kind each part must have its place, and there must be an end
        const found = faults === noFaults || faults === steady ? difference(together, whole) : undefined;
        if (found !== undefined) throw new Error(found);
      } catch (error) {
        expect.fail(
          `${(error as Error).message}\nseed ${operationSeed}\n${text}\n${JSON.stringify(variables)}\n${JSON.stringify(faults)}`,
        );
      }
    }
  }
  process.stdout.write(`seed ${seed}: ${done} answers in ${increments} deferred parts compared\n`);
  // one for each operation, which is answered three times at most
  expect(increments).toBeGreaterThan(count / 3);
}

describe('an answer in parts, put together, is the whole answer', () => {
  test('over a supergraph that has everything', () => run(composeEverything(), cases * 0.7), 240_000);
  test(
    'over the supergraph of this platform',
    () => run(readFileSync('supergraph.graphql', 'utf8'), cases * 0.3),
    240_000,
  );
  test('with a cache that keeps all that it may', async () => {
    const config = { ...(await readCacheConfig(undefined)), maxAge: 60 };
    await run(
      composeEverything(),
      cases * 0.3,
      createEntityCache({ cache: createMemoryCache(), config, logger: silent }),
    );
  }, 240_000);
});

test('an error makes many parts no more than some times as dear', { timeout: 120_000 }, async () => {
  const items = Array.from({ length: 1_000 }, (_, index) => ({ x: index }));
  const partsOf = async (errors: object[]): Promise<() => Promise<number>> => {
    const { prepare } = await createScripted(
      { a: 'type Query { list: [Item]  bad: Int } type Item { x: Int }' },
      () => ({ data: { list: items, bad: null }, ...(errors.length > 0 && { errors: errors as never }) }),
    );
    const operation = prepare(`{ bad list { ${'... @defer { x } '.repeat(20)} } }`);
    const execute = createDeferredExecutor(createCompiledExecutor(silent), silent);
    return async () => {
      const start = performance.now();
      const executed = await execute(operation, requestWith({}));
      if (!isInParts(executed)) throw new Error('It came whole.');
      let parts = 0;
      for await (const { increments } of executed.rest) parts += increments.length;
      expect(parts).toBe(20_000);
      return performance.now() - start;
    };
  };
  const well = await quickest(await partsOf([]), 0);
  const bound = 8 * well;
  expect(await quickest(await partsOf([{ message: 'No.', path: ['bad'] }]), bound)).toBeLessThan(bound);
});

test('no part tells of an error within an object of a type that clients do not see', async () => {
  const { prepare } = await createScripted(
    {
      a: `
        type Query { things: [Thing]  one: Int }
        interface Thing { name: String }
        type Cup implements Thing { name: String }
        type Safe implements Thing @inaccessible { name: String }`,
    },
    ({ query }) =>
      query.includes('things')
        ? {
            data: { one: 1, things: [{ __typename: 'Safe', name: null }] },
            errors: [{ message: 'No.', path: ['things', 0, 'name'] }] as never,
          }
        : { data: { one: 1 } },
  );
  const execute = createDeferredExecutor(createCompiledExecutor(silent), silent);
  for (const text of ['{ one ... @defer { things { name } } }', '{ one things { ... @defer { name } } }']) {
    const executed = await execute(prepare(text), requestWith({}));
    const all = isInParts(executed) ? await collected(executed) : toResult(executed);
    expect({ data: all.data, errors: all.errors ?? [] }).toEqual({
      data: { one: 1, things: [null] },
      errors: [],
    });
  }
});
