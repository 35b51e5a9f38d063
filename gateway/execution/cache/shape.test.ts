import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { compileShape } from './shape.ts';

const schema = buildSchema(`
  scalar Json
  enum Mood { CALM WILD }
  type Query { must: Int!  may: Int  thing(id: ID): Thing  things: [Thing!]  all: [Either] }
  interface Named { name: String! }
  interface Sized { size: Int }
  type Thing implements Named & Sized { id: ID!  name: String!  size: Int  mood: Mood  any: Json  ratio: Float  grid: [[Int!]] }
  type Other implements Named { name: String!  weight: Int! }
  union Either = Thing | Other`);
const root = (query: string, variables = {}) => {
  const fits = compileShape(schema, parse(query), false)(variables);
  return (value: unknown) => fits(value, undefined);
};
const entity = (selections: string, typename = 'Thing') => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ${selections} } }`;
  const fits = compileShape(schema, parse(query), true)({});
  return (value: unknown) => fits(value, typename);
};

describe('root fields', () => {
  test('are all there, and not null where they must not be', () => {
    const fits = root('{ must a: may }');
    expect([fits({ must: 1, a: null }), fits({ must: 1, a: 2, more: 3 })]).toEqual([true, true]);
    for (const value of [null, [], {}, { must: 1 }, { a: 1 }, { must: null, a: 1 }])
      expect(fits(value)).toBe(false);
  });

  test('are those whose conditions hold', () => {
    const query = 'query ($y: Boolean = true) { may @include(if: $y) ... @skip(if: $y) { must } }';
    expect(root(query)({ may: 1 })).toBe(true);
    expect(root(query)({ must: 1 })).toBe(false);
    expect(root(query, { y: false })({ must: 1 })).toBe(true);
  });

  test('have values of their types, however deep', () => {
    const fits = root('{ things { ...T } } fragment T on Thing { id mood any ratio grid }');
    const good = { id: '1', mood: 'CALM', any: { of: ['any'] }, ratio: 1, grid: [[1], null] };
    expect(fits({ things: [good, { ...good, id: 2, any: 'text', ratio: null, grid: [[]] }] })).toBe(true);
    expect([fits({ things: null }), fits({ things: [] })]).toEqual([true, true]);
    const bad = [
      { id: true },
      { mood: 'SAD' },
      { mood: 1 },
      { ratio: '1' },
      { grid: [1] },
      { grid: [[null]] },
      { grid: {} },
    ];
    for (const one of bad) expect(fits({ things: [good, { ...good, ...one }] })).toBe(false);
    for (const things of [{}, 'text', [null], ['text'], [[]]]) expect(fits({ things })).toBe(false);
  });

  test('have objects of types that may stand there, each with what is asked of its own', () => {
    const fits = root(
      '{ all { __typename ... on Named { name } ... on Other { weight } ... on Sized { size } } }',
    );
    const thing = { __typename: 'Thing', name: 'n', size: null };
    const other = { __typename: 'Other', name: 'n', weight: 1 };
    expect(fits({ all: [thing, other, null] })).toBe(true);
    const bad = [
      { ...thing, __typename: 'Other' },
      { ...other, weight: null },
      { ...thing, __typename: 'Query' },
      { ...thing, __typename: 1 },
      { name: 'n' },
    ];
    for (const one of bad) expect(fits({ all: [one] })).toBe(false);
  });
});

describe('an entity', () => {
  test('is an object with all that is asked of its type', () => {
    const fits = entity('... on Thing { name size } ... on Other { weight }');
    expect(fits({ name: 'n', size: 1 })).toBe(true);
    for (const value of [
      'text',
      1,
      true,
      [],
      {},
      { name: 'n' },
      { name: null, size: 1 },
      { name: {}, size: 1 },
    ])
      expect(fits(value)).toBe(false);
  });

  test('may be null where nothing is asked for that may not', () => {
    expect(entity('... on Thing { __typename size mood }')(null)).toBe(true);
    expect(entity('... on Thing { size } ... on Other { weight }')(null)).toBe(true);
    expect(entity('... on Thing { size name }')(null)).toBe(false);
  });

  test('may be known as an interface only', () => {
    const fits = entity('... on Named { __typename name ... on Other { weight } }', 'Named');
    expect(fits({ __typename: 'Named', name: 'n' })).toBe(true);
    expect(fits({ __typename: 'Thing', name: 'n' })).toBe(true);
    expect(fits({ __typename: 'Other', name: 'n' })).toBe(false);
    expect(fits({ name: 'n' })).toBe(false);
  });
});
