import { describe, expect, test } from 'vitest';
import { check } from './testing/federation-case.ts';
import { createServed } from './testing/served.ts';

/*
 * Objects that several subgraphs are asked about in turn, each by a key that the one before has.
 */

describe('a field that requires another, many keys away,', () => {
  const ship = { imo: '1', call: 'ABC', mmsi: '2', berth: '3', tons: 40, name: 'Ever' };
  const found = { __resolveReference: (sent: any) => ({ ...ship, ...sent }) };
  const subgraphs = {
    registry: {
      types: 'type Query { ship: Ship }  type Ship @key(fields: "imo") { imo: ID! }',
      resolvers: { Query: { ship: () => ship } },
    },
    yard: {
      types: 'type Ship @key(fields: "imo") @key(fields: "call") { imo: ID!  call: ID!  tons: Int }',
      resolvers: { Ship: found },
    },
    radio: {
      types: 'type Ship @key(fields: "call") @key(fields: "mmsi") { call: ID!  mmsi: ID! }',
      resolvers: { Ship: found },
    },
    port: {
      types: 'type Ship @key(fields: "mmsi") @key(fields: "berth") { mmsi: ID!  berth: ID!  name: String }',
      resolvers: { Ship: found },
    },
    toll: {
      types: `
        type Ship @key(fields: "berth") {
          berth: ID!  tons: Int @external  toll: Int @requires(fields: "tons")
        }`,
      resolvers: {
        Ship: { __resolveReference: (sent: any) => sent, toll: ({ tons }: any) => tons * 2 },
      },
    },
  } as const;

  test.each([
    ['toll', { toll: 80 }],
    ['toll name', { toll: 80, name: 'Ever' }],
    ['name: toll toll: name', { name: 80, toll: 'Ever' }],
  ])('is asked for once that is there: %s', (fields, ship) =>
    check({ subgraphs, query: `{ ship { ${fields} } }`, data: { ship } }),
  );
});

describe('fields that require each other along a line of keys', () => {
  const buoy = { a: '1', b: '2', c: '3', d: '4', depth: 5, light: 7, name: 'Nore' };
  const found = { __resolveReference: (sent: any) => ({ ...buoy, ...sent }) };
  const subgraphs = {
    sea: {
      types: `
        type Query { buoy: Buoy }  type Mutation { move(by: Int!): Buoy }
        type Buoy @key(fields: "a") { a: ID! }`,
      resolvers: { Query: { buoy: () => buoy }, Mutation: { move: () => buoy } },
    },
    chart: {
      types: 'type Buoy @key(fields: "a") @key(fields: "b") { a: ID!  b: ID! }',
      resolvers: { Buoy: found },
    },
    lights: {
      types: `
        type Query { lamp: Buoy }  type Mutation { lift: Buoy }
        type Buoy @key(fields: "b") @key(fields: "c") {
          b: ID!  c: ID!  light: Int
          sight: Int @requires(fields: "name risk")  name: String @external  risk: Int @external
        }`,
      resolvers: {
        Query: { lamp: () => buoy },
        Mutation: { lift: () => buoy },
        Buoy: { ...found, sight: ({ name, risk }: any) => name.length * 100 + risk },
      },
    },
    pilot: {
      types: `
        type Buoy @key(fields: "c") @key(fields: "d") {
          c: ID!  d: ID!  name: String
          risk: Int @requires(fields: "depth light")  depth: Int @external  light: Int @external
        }`,
      resolvers: { Buoy: { ...found, risk: ({ depth, light }: any) => depth * light } },
    },
    survey: {
      types: `
        type Buoy @key(fields: "d") {
          d: ID!  depth: Int  next: Buoy  alarm: Int @requires(fields: "risk")  risk: Int @external
        }`,
      resolvers: { Buoy: { ...found, next: () => buoy, alarm: ({ risk }: any) => risk + 1 } },
    },
  } as const;

  test.each([
    ['alarm', { alarm: 36 }],
    ['name alarm', { name: 'Nore', alarm: 36 }],
    ['alarm: sight sight: alarm', { alarm: 435, sight: 36 }],
    ['risk next { alarm sight risk: depth }', { risk: 35, next: { alarm: 36, sight: 435, risk: 5 } }],
    ['sight next { next { alarm name } }', { sight: 435, next: { next: { alarm: 36, name: 'Nore' } } }],
  ])('are each asked for once what they require is there: %s', (fields, data) =>
    check({ subgraphs, query: `{ buoy { ${fields} } }`, data: { buoy: data } }),
  );

  test('are asked for of objects from two subgraphs', () =>
    check({
      subgraphs,
      query: '{ buoy { name alarm } lamp { name alarm } }',
      data: { buoy: { name: 'Nore', alarm: 36 }, lamp: { name: 'Nore', alarm: 36 } },
    }));

  test('are asked for of one mutation’s object before the next mutation is run', async () => {
    const served = await createServed(subgraphs);
    const { data } = await served.ask('mutation { move(by: 1) { alarm name } lift { name alarm } }');
    expect(data).toEqual({ move: { alarm: 36, name: 'Nore' }, lift: { name: 'Nore', alarm: 36 } });
    const asked = served.calls.map(({ query }) => query);
    const lift = asked.findIndex((query) => query.startsWith('mutation{lift'));
    expect(asked.slice(0, lift).filter((query) => query.includes('alarm'))).toHaveLength(1);
    expect(asked.slice(lift).filter((query) => query.includes('alarm'))).toHaveLength(1);
  });
});
