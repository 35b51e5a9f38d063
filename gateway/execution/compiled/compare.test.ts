import { GraphQLError, type ExecutionResult } from 'graphql';
import { describe, expect, test } from 'vitest';
import { isObject } from './json.ts';
import { compare } from './testing/compare.ts';
import { generateComparisons, type Generated } from './testing/differential.ts';
import { composeEverything } from './testing/everything.ts';
import { generateFaults, type Faults } from './testing/faults.ts';
import { createRandom, type Random } from './testing/random.ts';
import type { ReferenceRun } from './testing/reference.ts';
import { createScripted } from './testing/scripted.ts';
import { compose, generateSubgraphs } from './testing/supergraphs.ts';
import { reasons, type Comparison, type Reason } from './testing/verdict.ts';
import { createSimulation } from './testing/world.ts';

type Path = readonly (string | number)[];

/** Every leaf, null and empty list of some data. */
function* leavesOf(value: unknown, path: Path): Generator<{ path: Path; value: unknown }> {
  if (Array.isArray(value) && value.length > 0)
    for (const [index, one] of value.entries()) yield* leavesOf(one, [...path, index]);
  else if (isObject(value))
    for (const [key, one] of Object.entries(value)) yield* leavesOf(one, [...path, key]);
  else yield { path, value };
}

function withValue(data: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(data))
    return data.map((one, index) => (index === first ? withValue(one, rest, value) : one));
  return {
    ...(data as object),
    [first]: withValue((data as Record<string, unknown>)[String(first)], rest, value),
  };
}

const isOfSubgraph = ({ extensions }: GraphQLError): boolean =>
  'serviceName' in extensions || extensions['code'] === 'SUBGRAPH_UNAVAILABLE';
const at = (error: GraphQLError, path: Path | undefined): GraphQLError =>
  new GraphQLError(error.message, { path, extensions: error.extensions });

const isWithin = (path: Path, outer: Path): boolean => outer.every((key, index) => path[index] === key);

/** The place of the null that is on the way to another, or of that. */
function nullOf(data: unknown, path: Path): Path {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

/** Answers that differ from a right one by one fault, with what it is. */
function* faultsIn({ data, errors = [] }: ExecutionResult): Generator<[string, ExecutionResult]> {
  const result = (changed: unknown, others: readonly GraphQLError[]): ExecutionResult => ({
    data: changed as Record<string, unknown> | null,
    errors: others,
  });
  for (const { path, value } of leavesOf(data, [])) {
    if (path.length === 0) continue;
    yield [`another value at ${path.join('.')}`, result(withValue(data, path, 'other'), errors)];
    if (value === null) continue;
    yield [`null at ${path.join('.')}`, result(withValue(data, path, null), errors)];
    const more = new GraphQLError('Wrong.', { path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    yield [`an error at ${path.join('.')}`, result(data, [...errors, more])];
  }
  yield ['no data', data === null ? result({}, errors) : result(null, errors)];
  for (const error of errors) {
    const others = errors.filter(
      (one) => one.message !== error.message || one.extensions['code'] !== error.extensions['code'],
    );
    if (isOfSubgraph(error)) {
      yield [`no "${error.message}"`, result(data, others)];
      yield [`"${error.message}" twice as often`, result(data, [...errors, ...errors])];
      const place = error.path ?? [];
      // one that leads nowhere need not be told
      if (error.path && error.extensions['stray'] !== true)
        yield [`no place for "${error.message}"`, result(data, [...others, at(error, undefined)])];
      yield [
        `"${error.message}" at another place`,
        result(data, [...others, at(error, [...place, 'further'])]),
      ];
      const moved = place.map((one) => (typeof one === 'number' ? one + 1 : one));
      if (place.some((one) => typeof one === 'number'))
        yield [`"${error.message}" at another index`, result(data, [...others, at(error, moved)])];
      yield [
        `"${error.message}" as another`,
        result(data, [
          ...others,
          at(new GraphQLError('Other.', { extensions: error.extensions }), error.path),
        ]),
      ];
    }
  }
  for (const error of errors) {
    const others = errors.filter((one) => one !== error);
    const place = nullOf(data, error.path ?? []);
    if (isOfSubgraph(error)) continue;
    yield [`"${error.message}" twice at ${error.path?.join('.')}`, result(data, [...errors, error])];
    if (!others.some(({ path = [] }) => isWithin(path, place) || isWithin(place, path)))
      yield [`no "${error.message}" at ${error.path?.join('.')}`, result(data, others)];
  }
  const untold = errors.filter(isOfSubgraph);
  const isExplained = (path: Path): boolean => {
    const place = nullOf(data, path);
    return untold.some(({ path: by = [] }) => isWithin(by, place) || isWithin(place, by));
  };
  if (errors.some((error) => !isOfSubgraph(error) && !isExplained(error.path ?? [])))
    yield ['no word of values that do not fit', result(data, untold)];
}

/** Over one supergraph after the other: few of them have what it takes for all of the reasons. */
async function* faultyRuns(): AsyncGenerator<Generated> {
  const faultsOf = (random: Random): Faults => {
    const faults = generateFaults(random);
    return random.chance(50) ? { ...faults, error: 150, lostEntity: 200 } : { ...faults, wrongLeaf: 150 };
  };
  yield* generateComparisons(await createSimulation(composeEverything()), 5_000, 900, faultsOf);
  for (const subgraphs of [priced, generateSubgraphs(createRandom(1))]) {
    const composed = compose(subgraphs);
    if ('errors' in composed) throw new Error(composed.errors.join('\n'));
    yield* generateComparisons(await createSimulation(composed.sdl), 1, 150, faultsOf);
  }
}

/** What is required is often null, and asked for under another key; lists in lists come in two parts. */
const priced = {
  shop: `
    type Query { items(first: Int): [Item!]  goods: [[Item!]]  wares: [Item]  best(id: ID!): Item  worst: Item }
    type Item @key(fields: "id") { id: ID!  price(currency: String, least: Int): Float  sizes: [[Size]] @shareable }
    type Size { width: Int }`,
  tax: `
    type Item @key(fields: "id") {
      id: ID!
      price(currency: String, least: Int): Float @external
      tax(rate: Int): String @requires(fields: "price(currency: \\"USD\\")")
      sizes: [[Size]] @shareable
    }
    type Size { height: Int }`,
};

/** How often a reason is tried. */
const EACH = 8;

/**
 * The same operations each run, so that every reason occurs. Whatever may differ from the reference, it is only what
 * the reason is about: the same answer with one more fault is found out.
 */
test('no reason for which an answer may differ lets a wrong answer pass', async () => {
  const seen = new Map<Reason, number>();
  const passed: string[] = [];
  const isEnough = (reason: Reason): boolean => (seen.get(reason) ?? 0) >= EACH;
  for await (const run of faultyRuns()) {
    const verdict = await compare(run);
    if ('difference' in verdict) expect.fail(`${verdict.difference}\n${run.describe()}`);
    if (verdict.allowed.every(isEnough)) continue;
    for (const reason of verdict.allowed) seen.set(reason, (seen.get(reason) ?? 0) + 1);
    let again: Promise<ReferenceRun> | undefined;
    const helped = () => (again ??= run.helped());
    for (const [fault, ours] of faultsIn(run.ours)) {
      const other: Comparison = { ...run, ours, helped };
      if ('allowed' in (await compare(other)))
        passed.push(`${verdict.allowed.join(', ')}: ${fault}\n${run.describe()}`);
    }
    if (Object.keys(reasons).every((reason) => isEnough(reason as Reason))) break;
  }
  expect(passed.slice(0, 3)).toEqual([]);
  expect([...seen.keys()].sort()).toEqual(Object.keys(reasons).sort());
}, 480_000);

/** Errors of values and of subgraphs, for one tree that both executors fetched. */
describe('what tells of a null', async () => {
  const types =
    'type Query { thing: Thing  must: Int!  other: Int!  may: Int } type Thing { must: Int!  other: Int!  may: Int  things: [Thing!]  thing: Thing }';
  const { prepare } = await createScripted({ a: types }, () => undefined);
  const sent = (...path: Path): GraphQLError =>
    new GraphQLError('Sent.', {
      ...(path.length > 0 && { path }),
      extensions: { code: 'NOT_FOUND', serviceName: 'a' },
    });
  const found = (...path: Path): GraphQLError =>
    new GraphQLError('Found.', { path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  const isRight = async (
    query: string,
    tree: Record<string, unknown>,
    data: Record<string, unknown> | null,
    errors: GraphQLError[],
  ): Promise<boolean> => {
    const result = { data, errors: errors.filter(isOfSubgraph) };
    const calls = new Set<string>();
    const reference: ReferenceRun = { result, thrown: undefined, gaveUp: undefined, tree, calls };
    const operation = prepare(query);
    const helped = () => Promise.resolve(reference);
    return (
      'allowed' in (await compare({ operation, variables: {}, ours: { data, errors }, reference, helped }))
    );
  };

  test.each<
    [string, boolean, string, Record<string, unknown>, Record<string, unknown> | null, GraphQLError[]]
  >([
    [
      "the value's own error",
      true,
      '{ thing { must } }',
      { thing: {} },
      { thing: null },
      [found('thing', 'must')],
    ],
    ['no error', false, '{ thing { must may } }', { thing: { may: 1 } }, { thing: null }, []],
    [
      "the value's own error, twice",
      false,
      '{ thing { must } }',
      { thing: {} },
      { thing: null },
      [found('thing', 'must'), found('thing', 'must')],
    ],
    [
      'the error of another value that may not be null',
      true,
      '{ thing { must other } }',
      { thing: {} },
      { thing: null },
      [found('thing', 'other')],
    ],
    [
      'an error where nothing is wrong',
      false,
      '{ thing { must may } }',
      { thing: { may: 1 } },
      { thing: null },
      [found('thing', 'must'), found('thing', 'may')],
    ],
    [
      'the error of a value that may be null',
      false,
      '{ thing { must may } }',
      { thing: { may: 'text' } },
      { thing: null },
      [found('thing', 'may')],
    ],
    [
      "a subgraph's error at the place",
      true,
      '{ thing { must } }',
      { thing: { must: null } },
      { thing: null },
      [sent('thing', 'must')],
    ],
    [
      "a subgraph's error at the place, and one of ours",
      false,
      '{ thing { must } }',
      { thing: { must: null } },
      { thing: null },
      [sent('thing', 'must'), found('thing', 'must')],
    ],
    [
      "a subgraph's error further in",
      true,
      '{ thing { things { must } may } must }',
      { thing: { things: [null], may: 1 }, must: 1 },
      { thing: { things: null, may: 1 }, must: 1 },
      [sent('thing', 'things', 0, 'must')],
    ],
    [
      "a subgraph's error in another element",
      false,
      '{ thing { things { thing { must } } } }',
      { thing: { things: [{ thing: null }, { thing: {} }] } },
      { thing: { things: [{ thing: null }, { thing: null }] } },
      [sent('thing', 'things', 0, 'thing')],
    ],
    [
      "a subgraph's error at another value that may not be null",
      true,
      '{ thing { must other } }',
      { thing: { other: null } },
      { thing: null },
      [sent('thing', 'other')],
    ],
    [
      "a subgraph's error at another value that may be null",
      false,
      '{ thing { must may } }',
      { thing: { may: null } },
      { thing: null },
      [sent('thing', 'may')],
    ],
    [
      "a subgraph's error of the object, where the value is missing",
      true,
      '{ thing { must may } }',
      { thing: { may: 1 } },
      { thing: null },
      [sent('thing')],
    ],
    [
      "a subgraph's error of the object, where the value is null",
      false,
      '{ thing { must may } }',
      { thing: { must: null, may: 1 } },
      { thing: null },
      [sent('thing')],
    ],
    ["a subgraph's error without a place, where nothing came", true, '{ must may }', {}, null, [sent()]],
    [
      "a subgraph's error without a place, where something came",
      false,
      '{ must may }',
      { may: 1 },
      null,
      [sent()],
    ],
    [
      "a subgraph's error without a place, where null came",
      false,
      '{ must }',
      { must: null },
      null,
      [sent()],
    ],
    [
      "a subgraph's error without a place, further in",
      false,
      '{ thing { must } }',
      { thing: {} },
      { thing: null },
      [sent()],
    ],
  ])('%s: %s', async (_what, expected, ...answer) => {
    expect(await isRight(...answer)).toBe(expected);
  });
});
