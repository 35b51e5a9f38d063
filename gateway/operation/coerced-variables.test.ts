import { buildSchema, getVariableValues, Kind, parse, type GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { coercedVariables } from './coerced-variables.ts';
import { refused } from './refused.ts';

const schema = buildSchema(`
  type Query { search(filter: Filter): String }
  input Filter { title: String  genre: Genre = COMEDY  years: [Int!]  inner: Filter }
  enum Genre { COMEDY  DRAMA }`);

function definitionsOf(definitions: string) {
  const [operation] = parse(`query (${definitions}) { search }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return operation.variableDefinitions ?? [];
}
const messages = (errors: readonly GraphQLError[] = []) => errors.map(({ message }) => message);

test.each<[string, Record<string, unknown>]>([
  ['$f: Filter', {}],
  ['$f: Filter = { title: "x" }', {}],
  ['$f: Filter = { title: "x" }', { f: null }],
  ['$f: Filter!', {}],
  ['$f: Filter!', { f: null }],
  ['$f: Filter', { f: { title: 'x', years: 1 } }],
  ['$f: Filter', { f: { titel: 'x', genre: 'WAR', years: [1, null, 'x'], inner: { title: 5 } } }],
  ['$f: Filter, $g: Genre!', { f: 'x', g: { genre: 1 } }],
  ['$y: [Int]', { y: Array.from({ length: 20 }, () => 'x') }],
  ['$constructor: Int', {}],
])('the values of (%s) are those of graphql-js, and so are errors (%j)', (text, variables) => {
  const definitions = definitionsOf(text);
  const ours = coercedVariables(schema, definitions, variables);
  const theirs = getVariableValues(schema, definitions, variables, { maxErrors: 10 });
  expect(messages(ours.errors)).toEqual(messages(theirs.errors));
  if (theirs.coerced) expect(ours.coerced).toEqual(theirs.coerced);
});

test.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{}, { toString: 'none' }],
  [
    { constructor: 1, inner: { valueOf: [2] } },
    { constructor: 1, toString: 'none', inner: { valueOf: [2], toString: 'none' } },
  ],
])('what all objects inherit is not taken for a value that was sent: %j', (odd, value) => {
  const inherited = buildSchema(`
    type Query { search(odd: Odd): String }
    input Odd { constructor: Int  toString: String = "none"  valueOf: [Int!]  hasOwnProperty: Odd  inner: Odd }`);
  const { coerced, errors } = coercedVariables(inherited, definitionsOf('$odd: Odd'), { odd });
  expect(messages(errors)).toEqual([]);
  expect(JSON.parse(JSON.stringify(coerced['odd']))).toEqual(value);
  const wrong = coercedVariables(inherited, definitionsOf('$odd: Odd'), {
    odd: { ...odd, isPrototypeOf: 1 },
  });
  expect(messages(wrong.errors)).toEqual([expect.stringContaining('Field "isPrototypeOf" is not defined')]);
});

describe('a value that is long and wrong', () => {
  const fields = (count: number, name = 'k') =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, 1]));

  test.each<[string, unknown]>([
    ['with many fields', fields(150_000)],
    ['with long names', fields(5, 'k'.repeat(400_000))],
    ['which is one text', 'x'.repeat(2_000_000)],
    ['with one text in the midst', { title: [{ x: 'x'.repeat(2_000_000) }], years: fields(100_000) }],
  ])('%s is told of in a few words', (_what, f) => {
    const { errors } = coercedVariables(schema, definitionsOf('$f: Filter'), { f });
    expect(errors.length).toBeGreaterThan(0);
    expect(messages(refused('BAD_USER_INPUT', errors).errors).join('').length).toBeLessThan(25_000);
  });

  test('takes a fraction of the time that graphql-js takes', () => {
    const variables = { f: fields(150_000) };
    const definitions = definitionsOf('$f: Filter');
    const timeOf = (work: () => unknown): number => {
      const start = performance.now();
      work();
      return performance.now() - start;
    };
    const theirs = timeOf(() => getVariableValues(schema, definitions, variables, { maxErrors: 10 }));
    expect(timeOf(() => coercedVariables(schema, definitions, variables))).toBeLessThan(theirs / 3);
  });

  test('suggests no names where none may be suggested', () => {
    let f: object = { titel: 1, years: 'x'.repeat(700) };
    for (let level = 0; level < 220; level++) f = { inner: f };
    const { errors } = coercedVariables(schema, definitionsOf('$f: Filter'), { f });
    expect(messages(refused('BAD_USER_INPUT', errors).errors)).toContainEqual(
      expect.stringMatching(/ Did you|…$/),
    );
    for (const message of messages(refused('BAD_USER_INPUT', errors, false).errors))
      expect(message).not.toMatch(/ Did you/);
  });

  test('takes no time to be told of where it says the words of a suggestion over and over', () => {
    const f = { years: ' Did you mean '.repeat(40_000) };
    const { errors } = coercedVariables(schema, definitionsOf('$f: Filter'), { f });
    const start = performance.now();
    const [message = ''] = messages(refused('BAD_USER_INPUT', errors, false).errors);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(message).toMatch(/…$/);
  });
});
