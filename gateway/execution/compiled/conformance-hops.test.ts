import { describe, test } from 'vitest';
import { check } from './testing/federation-case.ts';

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
