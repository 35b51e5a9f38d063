import { describe, expect, test } from 'vitest';
import { check, never } from './testing/federation-case.ts';
import { createServed, type SubgraphSource } from './testing/served.ts';

/*
 * What the federation specification lets subgraphs say of each other, over subgraphs of Apollo's own library: a case
 * for each way in which types and fields can be spread over them. The first group holds what the planner by itself
 * gets wrong.
 */

const imo = { one: '9074729', two: '9241061' };

describe('mended faults of the planner:', () => {
  const port = {
    types: `
      type Query { ships: [Ship!] }
      type Ship @key(fields: "imo", resolvable: false) @key(fields: "imo call { sign }") {
        imo: ID!
        call: Call
        flag: String @external
        greeting: String @requires(fields: "flag")
      }
      type Call { sign: String }`,
    resolvers: {
      Query: { ships: () => [{ imo: imo.one, call: { sign: 'ABC' } }] },
      Ship: {
        // the key that cannot be resolved alone is not enough
        __resolveReference: ({ call, flag }: any) => (call ? { flag, call } : null),
        greeting: ({ flag, call }: any) => `${call.sign} under ${flag}`,
      },
    },
  } as const;

  test('a subgraph is come back to by a key that it can resolve', () =>
    check({
      subgraphs: {
        port,
        registry: {
          types: `type Ship @key(fields: "imo") { imo: ID!  flag: String }`,
          resolvers: { Ship: { __resolveReference: (ship: any) => ({ ...ship, flag: 'Malta' }) } },
        },
      },
      query: '{ ships { greeting } }',
      data: { ships: [{ greeting: 'ABC under Malta' }] },
      calls: 3,
    }));

  /** Depth in a unit, and what is worked out from it elsewhere. */
  const depths = {
    chart: {
      types: `
        type Query { berths: [Berth!] }
        type Berth @key(fields: "id") { id: ID!  depth(unit: String!): Float  quay: Quay  moorings(first: Int!): [Mooring!] }
        type Quay { length(unit: String!): Float }
        type Mooring @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { berths: () => [{ id: 'b1' }] },
        Berth: {
          __resolveReference: (berth: any) => berth,
          depth: (_: unknown, { unit }: { unit: string }) => (unit === 'feet' ? 30 : 10),
          quay: () => ({}),
          moorings: (_: unknown, { first }: { first: number }) =>
            Array.from({ length: first }, (_mooring, at) => ({ id: `m${at}` })),
        },
        Quay: { length: (_: unknown, { unit }: { unit: string }) => (unit === 'feet' ? 600 : 200) },
      },
    },
    pilot: {
      types: `
        type Berth @key(fields: "id") {
          id: ID!
          depth(unit: String!): Float @external
          quay: Quay @external
          moorings(first: Int!): [Mooring!] @external
          metres: String @requires(fields: "depth(unit: \\"metres\\")")
          feet: String @requires(fields: "depth(unit: \\"feet\\")")
          side: String @requires(fields: "quay { length(unit: \\"feet\\") }")
          ropes: Int @requires(fields: "moorings(first: 3) { id }")
          name: String
        }
        type Mooring @key(fields: "id") { id: ID! @external }
        type Quay @external { length(unit: String!): Float }`,
      resolvers: {
        Berth: {
          __resolveReference: (berth: any) => berth,
          metres: ({ depth }: any) => `${depth} m`,
          feet: ({ depth }: any) => `${depth} ft`,
          side: ({ quay }: any) => `${quay.length} ft`,
          ropes: ({ moorings }: any) => moorings.length,
          name: ({ id }: any) => `Berth ${id}`,
        },
      },
    },
  } as const;

  test.each([
    ['@requires of one field with different arguments', 'metres feet side name', 3],
    ['nested in one of two fields', 'feet side', 2],
  ])('%s', (_name, fields, calls) => {
    const all: Record<string, string> = { metres: '10 m', feet: '30 ft', side: '600 ft', name: 'Berth b1' };
    const berth = Object.fromEntries(fields.split(' ').map((field) => [field, all[field]]));
    return check({ subgraphs: depths, query: `{ berths { ${fields} } }`, data: { berths: [berth] }, calls });
  });

  test.each([
    ['{ berths { ropes moorings(first: 1) { id } } }', [{ id: 'm0' }]],
    ['query ($first: Int = 1) { berths { ropes moorings(first: $first) { id } } }', [{ id: 'm0' }]],
    [
      `query ($first: Int! = 1) { berths { ropes ...Some ...Others } }
       fragment Some on Berth { moorings(first: $first) { id } }
       fragment Others on Berth { moorings(first: $first) { __typename } }`,
      [{ id: 'm0', __typename: 'Mooring' }],
    ],
  ])('a field’s own arguments beside those of a @requires: %s', (query, moorings) =>
    check({ subgraphs: depths, query, data: { berths: [{ ropes: 3, moorings }] } }),
  );

  test.each([
    ['without arguments beside those with some', 'plain german'],
    ['in another order', 'german plain'],
    ['at two depths', 'both euros'],
    ['at two depths, in another order', 'euros both'],
    ['at one of two depths', 'nextPounds both'],
    ['all of them', 'both plain nextPounds german euros'],
  ])('@requires of one field: %s', (_name, fields) => {
    const all: Record<string, string> = {
      plain: 'mark',
      german: 'mark de',
      euros: '1 EUR',
      both: '1 GBP, 2 EUR',
      nextPounds: '2 GBP',
    };
    const buoy = Object.fromEntries(fields.split(' ').map((field) => [field, all[field]]));
    return check({
      subgraphs: {
        sea: {
          types: `
            type Query { buoy: Buoy }
            type Buoy @key(fields: "id") { id: ID!  mark(lang: String): String  toll(in: String!): String  next: Buoy }`,
          resolvers: {
            Query: { buoy: () => ({ id: 1 }) },
            Buoy: {
              __resolveReference: (buoy: any) => buoy,
              mark: (_: unknown, { lang }: { lang?: string }) =>
                lang === undefined ? 'mark' : `mark ${lang}`,
              toll: ({ id }: any, { in: currency }: { in: string }) => `${id} ${currency}`,
              next: ({ id }: any) => ({ id: Number(id) + 1 }),
            },
          },
        },
        pilot: {
          types: `
            type Buoy @key(fields: "id") {
              id: ID!
              mark(lang: String): String @external
              toll(in: String!): String @external
              next: Buoy @external
              plain: String @requires(fields: "mark")
              german: String @requires(fields: "mark(lang: \\"de\\")")
              euros: String @requires(fields: "toll(in: \\"EUR\\")")
              both: String @requires(fields: "toll(in: \\"GBP\\") next { toll(in: \\"EUR\\") }")
              nextPounds: String @requires(fields: "next { toll(in: \\"GBP\\") }")
            }`,
          resolvers: {
            Buoy: {
              __resolveReference: (buoy: any) => buoy,
              plain: ({ mark }: any) => mark,
              german: ({ mark }: any) => mark,
              euros: ({ toll }: any) => toll,
              both: ({ toll, next }: any) => `${toll}, ${next.toll}`,
              nextPounds: ({ next }: any) => next.toll,
            },
          },
        },
      },
      query: `{ buoy { ${fields} } }`,
      data: { buoy },
    });
  });

  test('an error of a required field tells the field’s name', () =>
    check({
      subgraphs: {
        ...depths,
        chart: {
          ...depths.chart,
          resolvers: { ...depths.chart.resolvers, Berth: { ...depths.chart.resolvers.Berth, depth: never } },
        },
      },
      query: '{ berths { feet } }',
      data: { berths: [{ feet: 'null ft' }] },
      errors: [['berths', 0, 'depth']],
    }));

  test.each([
    [
      'the argument of a field',
      'query ($representations: Int!) { berths { ropes moorings(first: $representations) { id } name } }',
      { representations: 1 },
      { moorings: [{ id: 'm0' }] },
    ],
    [
      'beside others of such names',
      `query ($representations: Int! = 1, $representations_: Boolean!) {
        berths { ropes @include(if: $representations_) moorings(first: $representations) { id } name } }`,
      { representations_: true },
      { moorings: [{ id: 'm0' }] },
    ],
    [
      'a condition',
      'query ($representations: Boolean!) { berths { ropes name moorings(first: 1) @skip(if: $representations) { id } } }',
      { representations: true },
      {},
    ],
  ])('a variable that is called representations as %s', (_name, query, variables, extra) =>
    check({
      subgraphs: {
        chart: {
          types: 'type Query { berths: [Berth!] }  type Berth @key(fields: "id") { id: ID! }',
          resolvers: { Query: depths.chart.resolvers.Query },
        },
        pilot: {
          types: `
            type Berth @key(fields: "id") { id: ID!  ropes: Int  name: String  moorings(first: Int!): [Mooring!] }
            type Mooring { id: ID! }`,
          resolvers: {
            Berth: { ropes: () => 3, name: () => 'Berth', moorings: depths.chart.resolvers.Berth.moorings },
          },
        },
      },
      query,
      variables,
      data: { berths: [{ ropes: 3, name: 'Berth', ...extra }] },
    }),
  );

  describe('what a field requires under a condition', () => {
    const hull = { id: '1', draught: 4, size: { beam: 5, length: 20 } };
    const subgraphs = {
      yard: {
        types: `
          type Query { hulls: [Hull!] }
          type Hull @key(fields: "id") { id: ID!  draught: Int  size: Size }
          type Size { beam: Int  length: Int }`,
        resolvers: { Query: { hulls: () => [hull] }, Hull: { __resolveReference: () => hull } },
      },
      broker: {
        types: `
          type Query { offers: [Hull!] }
          type Hull @key(fields: "id") {
            id: ID!  draught: Int @external  size: Size @external  sold: Boolean
            fee: Int @requires(fields: "draught")  berth: String @requires(fields: "size { beam length }")
          }
          type Size { beam: Int @external  length: Int @external }`,
        resolvers: {
          Query: { offers: () => [hull] },
          Hull: {
            __resolveReference: (one: any) => one,
            sold: () => false,
            fee: ({ draught }: any) => draught * 10,
            berth: ({ size }: any) => `${size.beam} by ${size.length}`,
          },
        },
      },
    } as const;
    const [no, fee, berth] = [{ sold: false }, { fee: 40 }, { berth: '5 by 20' }];

    test.each([
      ['', '{ hulls { sold fee @skip(if: true) } }', {}, { hulls: [no] }],
      ['($f: Boolean!)', '{ hulls { sold fee @include(if: $f) } }', { f: false }, { hulls: [no] }],
      [
        '($f: Boolean!)',
        '{ hulls { sold fee @include(if: $f) } }',
        { f: true },
        { hulls: [{ ...no, ...fee }] },
      ],
      // the planner comes back to the subgraph that it began with
      ['($f: Boolean = false)', '{ offers { berth fee @include(if: $f) } }', {}, { offers: [berth] }],
      ['($f: Boolean!)', '{ offers { berth ...F @skip(if: $f) } }', { f: true }, { offers: [berth] }],
      ['($f: Boolean!)', '{ hulls { fee @skip(if: $f) } }', { f: true }, { hulls: [{}] }],
      ['($f: Boolean!)', '{ hulls @skip(if: $f) { fee } }', { f: true }, {}],
    ])('is not missed by others if it does not hold: query %s %s', (head, selection, variables, data) =>
      check({
        subgraphs,
        query: `query ${head} ${selection} ${selection.includes('...F') ? 'fragment F on Hull { fee }' : ''}`,
        variables,
        data,
      }),
    );
  });

  test.each([
    '{ media { stars ... { fee @include(if: $f) } } }',
    '{ media { stars ...F } } fragment F on Media { fee @include(if: $f) }',
  ])('what is left empty by a condition costs no call: %s', (selection) =>
    check({
      subgraphs: {
        rates: {
          types: `
              type Query { media: [Media!] }
              type Media @interfaceObject @key(fields: "id") {
                id: ID!  stars: Int  price: Int @external  fee: Int @requires(fields: "price")
              }`,
          resolvers: { Query: { media: () => [{ id: '1', stars: 5 }] } },
        },
        films: {
          types: `
              interface Media @key(fields: "id") { id: ID!  price: Int }
              type Film implements Media @key(fields: "id") { id: ID!  price: Int }`,
          resolvers: { Media: { __resolveReference: never }, Film: { __resolveReference: never } },
        },
      },
      query: `query ($f: Boolean!) ${selection}`,
      variables: { f: false },
      data: { media: [{ stars: 5 }] },
      calls: 1,
    }),
  );

  describe('an object whose type no subgraph knows', () => {
    const subgraphs = {
      watch: {
        types: `
          type Query { contact: Vessel  log: Log }
          type Log { contact: Vessel  hour: Int }
          interface Vessel @key(fields: "mmsi") { mmsi: ID! }`,
        resolvers: {
          Query: { contact: () => ({ mmsi: '1' }), log: () => ({ contact: { mmsi: '1' }, hour: 4 }) },
        },
      },
      radar: {
        types: `
          type Query { echo: Vessel }
          type Vessel @interfaceObject @key(fields: "mmsi", resolvable: false) { mmsi: ID!  speed: Int }`,
        resolvers: { Query: { echo: () => ({ mmsi: '2', speed: 12 }) } },
      },
    } as const;

    test('cannot be asked for alone', async () => {
      const { ask, calls } = await createServed(subgraphs);
      await expect(ask('{ contact { speed } }')).rejects.toMatchObject({
        errors: [
          {
            message: 'No subgraph can resolve what is asked of "contact".',
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          },
        ],
      });
      expect(calls).toHaveLength(0);
      for (const nothing of [
        '{ contact @skip(if: true) { speed } }',
        'query ($v: Boolean! = true) { contact @skip(if: $v) @include(if: $v) { speed } }',
        `query ($v: Boolean! = true) { ... @skip(if: $v) { ...C } }
         fragment C on Query { contact @include(if: $v) { speed } }`,
      ])
        expect(await ask(nothing)).toEqual({ data: {} });
    });

    test.each([
      ['{ contact { mmsi } echo { speed } }', { contact: null, echo: { speed: 12 } }, ['contact']],
      ['{ contact { speed } echo { speed } }', { contact: null, echo: { speed: 12 } }, ['contact']],
      ['{ log { hour contact { speed } } }', { log: { hour: 4, contact: null } }, ['log', 'contact']],
    ])('is null with an error: %s', (query, data, path) => check({ subgraphs, query, data, errors: [path] }));
  });

  test.each([
    ['{ moored { berth ... on Flagged { flag } } }', [{ berth: 3, flag: 'PA' }, { berth: 4 }]],
    ['{ moored { ... on Flagged { ... on Tanker { tons } } } }', [{ tons: 9 }, {}]],
  ])('an interface object may be asked for by another interface: %s', (query, moored) => {
    const known: Record<string, object> = {
      1: { __typename: 'Tanker', id: '1', flag: 'PA', tons: 9 },
      2: { __typename: 'Raft', id: '2' },
    };
    return check({
      subgraphs: {
        hulls: {
          types: `
            type Query { hulls: [Hull!] }
            interface Flagged { flag: String }
            interface Hull @key(fields: "id") { id: ID! }
            type Tanker implements Hull & Flagged @key(fields: "id") { id: ID!  flag: String  tons: Int }
            type Raft implements Hull @key(fields: "id") { id: ID! }
            type Pier implements Flagged { flag: String }`,
          resolvers: {
            Hull: { __resolveReference: ({ id }: any) => known[id] },
            Tanker: { __resolveReference: ({ id }: any) => known[id] },
          },
        },
        berths: {
          types: `
            type Query { moored: [Hull!] }
            type Hull @interfaceObject @key(fields: "id") { id: ID!  berth: Int }`,
          resolvers: {
            Query: {
              moored: () => [
                { id: '1', berth: 3 },
                { id: '2', berth: 4 },
              ],
            },
          },
        },
      },
      query,
      data: { moored },
    });
  });

  test.each([
    '... @include(if: $is) { __type(name: "Buoy") { name } } buoy { id }',
    '...F @include(if: $is)',
    'buoy { id } __type(name: "Buoy") @include(if: $is) { name @include(if: $is) }',
  ])('what the schema says may be asked for under a condition: %s', (selection) =>
    check({
      subgraphs: {
        buoys: {
          types: 'type Query { buoy: Buoy } type Buoy { id: ID! }',
          resolvers: { Query: { buoy: () => ({ id: 1 }) } },
        },
      },
      query: `query ($is: Boolean!) { ${selection} } ${
        selection.includes('...F') ? 'fragment F on Query { __type(name: "Buoy") { name } buoy { id } }' : ''
      }`,
      variables: { is: true },
      data: { __type: { name: 'Buoy' }, buoy: { id: '1' } },
    }),
  );

  describe('an object under one condition, and all that is asked of it under another', () => {
    const subgraphs = (run: () => unknown): Record<string, SubgraphSource> => ({
      towns: {
        types: `
          type Query { town: Town }
          type Mutation { found: Town! }
          type Town @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { town: () => ({ id: 1 }) }, Mutation: { found: run } },
      },
      people: {
        types: `
          type Query { people: [Person] }
          type Town @key(fields: "id") { id: ID!  mayor: Person }
          type Person { name: String }`,
        resolvers: {
          Query: { people: () => [{ name: 'Ida' }, null] },
          Town: { __resolveReference: ({ id }: any) => ({ id }), mayor: () => ({ name: 'Ida' }) },
        },
      },
    });
    const is = '($is: Boolean!)';
    const both = '($is: Boolean!, $named: Boolean!)';

    test.each([
      [both, 'people @include(if: $is) { name @include(if: $named) }', { people: [{}, null] }],
      [both, 'people @include(if: $is) { ... @include(if: $named) { name } }', { people: [{}, null] }],
      [is, 'people @include(if: $is) { name @skip(if: true) }', { people: [{}, null] }],
      [is, 'people @include(if: $is) { name @skip(if: $is) }', { people: [{}, null] }],
      [both, 'town { mayor @include(if: $is) { name @include(if: $named) } }', { town: { mayor: {} } }],
      [both, 'town @include(if: $is) { mayor @include(if: $named) { name } }', { town: {} }],
      [both, 'town @skip(if: $is) { id @include(if: $named) }', {}],
    ])('is there, though nothing of it is: query %s { %s }', (head, selection, data) =>
      check({
        subgraphs: subgraphs(never),
        query: `query ${head} { ${selection} }`,
        variables: { is: true, named: false },
        data,
      }),
    );

    test('is the answer of a mutation, which is run', async () => {
      let runs = 0;
      const run = () => ({ id: ++runs });
      await check({
        subgraphs: subgraphs(run),
        query: `mutation ${both} { found @include(if: $is) { id @include(if: $named) } }`,
        variables: { is: true, named: false },
        data: { found: {} },
      });
      expect(runs).toBe(1);
    });
  });

  describe('an interface’s field that requires one that requires others', () => {
    const found = { __resolveReference: (sent: any) => sent };
    const known = (value: unknown): number =>
      typeof value === 'number' ? value : (never() as unknown as number);
    const draught = { draught: ({ tons }: any) => known(tons) / 10 };
    const depth = { depth: ({ draught: one }: any) => known(one) + 1 };
    const subgraphs = {
      hulls: {
        types: `
          type Query { hulls: [Hull!] }
          interface Hull @key(fields: "id") { id: ID!  draught: Int }
          type Barge implements Hull @key(fields: "id") { id: ID!  tons: Int @external  draught: Int @requires(fields: "tons") }
          type Yacht implements Hull @key(fields: "id") { id: ID!  tons: Int @external  draught: Int @requires(fields: "tons") }`,
        resolvers: {
          Query: {
            hulls: () => [
              { __typename: 'Barge', id: '1' },
              { __typename: 'Yacht', id: '2' },
            ],
          },
          Barge: { ...found, ...draught },
          Yacht: { ...found, ...draught },
        },
      },
      locks: {
        types: `
          type Query { locked: [Hull!] }
          interface Hull @key(fields: "id") { id: ID!  tons: Int  depth: Int }
          type Barge implements Hull @key(fields: "id") { id: ID!  tons: Int  draught: Int @external  depth: Int @requires(fields: "draught") }
          type Yacht implements Hull @key(fields: "id") { id: ID!  tons: Int  draught: Int @external  depth: Int @requires(fields: "draught") }`,
        resolvers: {
          Query: {
            locked: () => [
              { __typename: 'Barge', id: '1' },
              { __typename: 'Yacht', id: '2' },
            ],
          },
          Barge: { ...found, tons: () => 20, ...depth },
          Yacht: { ...found, tons: () => 10, ...depth },
        },
      },
    } as const;

    test.each([
      ['{ hulls { depth } }', { hulls: [{ depth: 3 }, { depth: 2 }] }],
      ['{ locked { depth ... on Barge { draught } } }', { locked: [{ depth: 3, draught: 2 }, { depth: 2 }] }],
    ])('%s', (query, data) => check({ subgraphs, query, data }));
  });

  describe('an interface object of whose types each', () => {
    const crafts: Record<string, any> = {
      1: { __typename: 'Sloop', id: '1', length: 12 },
      2: { __typename: 'Tug', id: '2', name: 'Bas' },
    };
    const found = { __resolveReference: (sent: any) => ({ ...sent, ...crafts[sent.id] }) };
    const sent = { __resolveReference: (one: any) => one };
    const mate = { mate: ({ id }: any) => crafts[id === '1' ? '2' : '1'] };
    const known = (value: unknown): string => (typeof value === 'string' ? value : String(never()));
    const subgraphs = {
      yard: {
        types: `
          type Query { crafts: [Craft!]  sloops: [Sloop!] }
          interface Craft @key(fields: "id") { id: ID!  name: String  mate: Craft }
          type Sloop implements Craft @key(fields: "id") { id: ID!  name: String @external  mate: Craft  length: Int }
          type Tug implements Craft @key(fields: "id") {
            id: ID!  name: String  mate: Craft  power: Int @external  pull: String @requires(fields: "power")
          }`,
        resolvers: {
          Query: { crafts: () => Object.values(crafts), sloops: () => [crafts['1']] },
          Craft: found,
          Sloop: { ...found, ...mate, name: never },
          Tug: { ...found, ...mate, pull: ({ power }: any) => `${known(power?.toString())} t` },
        },
      },
      registry: {
        types: 'type Sloop @key(fields: "id") { id: ID!  name: String }',
        resolvers: { Sloop: { ...sent, name: () => 'Ann' } },
      },
      harbour: {
        types: `
          type Query { moored: [Craft!] }
          type Craft @interfaceObject @key(fields: "id") {
            id: ID!
            name: String @external
            berth: Int
            sign: String @requires(fields: "name")
            tow: Craft @requires(fields: "name")
          }`,
        resolvers: {
          Query: { moored: () => [{ id: '1' }, { id: '2' }] },
          Craft: {
            ...sent,
            berth: ({ id }: any) => Number(id) * 10,
            sign: ({ name }: any) => known(name)[0],
            tow: ({ name }: any) => ({ id: known(name) === 'Ann' ? '2' : '1' }),
          },
        },
      },
      engines: {
        types: 'type Craft @interfaceObject @key(fields: "id") { id: ID!  power: Int }',
        resolvers: { Craft: { ...sent, power: () => 7 } },
      },
    } as const;

    test.each([
      [
        'is asked the same, and one what requires something',
        '{ crafts { berth ... on Tug { sign } } }',
        { crafts: [{ berth: 10 }, { berth: 20, sign: 'B' }] },
      ],
      [
        'leads to others, and one by what it requires',
        '{ crafts { ... on Tug { tow { id } } berth } }',
        { crafts: [{ berth: 10 }, { tow: { id: '1' }, berth: 20 }] },
      ],
      [
        'has what it requires elsewhere',
        '{ sloops { sign } moored { sign } }',
        { sloops: [{ sign: 'A' }], moored: [{ sign: 'A' }, { sign: 'B' }] },
      ],
      [
        'has what it leads by elsewhere',
        '{ sloops { tow { berth } } moored { tow { name } } }',
        { sloops: [{ tow: { berth: 20 } }], moored: [{ tow: { name: 'Bas' } }, { tow: { name: 'Ann' } }] },
      ],
      [
        'may require what another interface object has',
        '{ moored { ... on Tug { pull } } }',
        { moored: [{}, { pull: '7 t' }] },
      ],
      [
        'is asked something else under one key',
        '{ crafts { berth ... on Sloop { size: length } ... on Tug { size: berth } } }',
        {
          crafts: [
            { berth: 10, size: 12 },
            { berth: 20, size: 20 },
          ],
        },
      ],
      [
        'is asked what requires something by objects of one type only',
        '{ crafts { ... on Sloop { mate { ... on Tug { sign } } } mate { ... on Sloop { id } } } }',
        { crafts: [{ mate: { sign: 'B' } }, { mate: { id: '1' } }] },
      ],
    ])('%s', (_name, query, data) => check({ subgraphs, query, data }));
  });

  describe('a field of an object without a key, which a subgraph has of others only,', () => {
    const dock = {
      types: `
        type Query { hulls: [Hull!]  lead: Hull @provides(fields: "build { beam }") }
        type Hull @key(fields: "id") {
          id: ID!
          plan: Plan @shareable
          build: Build @external
          fee: Float @requires(fields: "plan { keel } build { ribs }")
        }
        type Plan { decks: Int @shareable  keel: Float @external }
        type Build { beam: Int @external  ribs: Int @external }`,
      resolvers: {
        Query: { hulls: () => [{ id: '1' }], lead: () => ({ id: '1', build: { beam: 30 } }) },
        Hull: {
          __resolveReference: (hull: any) => hull,
          plan: () => ({ decks: 3 }),
          fee: ({ plan, build }: any) => plan.keel * build.ribs,
        },
        Plan: { keel: never },
        Build: { ribs: never },
      },
    };
    const yard = {
      types: `
        type Hull @key(fields: "id") { id: ID!  plan: Plan @shareable  build: Build @shareable }
        type Plan @shareable { keel: Float }
        type Build @shareable { beam: Int  ribs: Int }`,
      resolvers: {
        Hull: { plan: () => ({ keel: 1.5 }), build: () => ({ beam: 30, ribs: 40 }) },
      },
    };
    test.each([
      ['{ hulls { plan { keel } } }', { hulls: [{ plan: { keel: 1.5 } }] }, 2],
      ['{ hulls { plan { decks keel } } }', { hulls: [{ plan: { decks: 3, keel: 1.5 } }] }, 2],
      ['{ lead { build { beam } } }', { lead: { build: { beam: 30 } } }, 1],
      ['{ lead { build { beam ribs } } }', { lead: { build: { beam: 30, ribs: 40 } } }, 2],
      ['{ lead { fee } }', { lead: { fee: 60 } }, 3],
    ])('is asked of these: %s', (query, data, calls) =>
      check({ subgraphs: { dock, yard }, query, data, calls }),
    );
  });

  test.each([
    ['it', ''],
    ['it, though it is provided elsewhere', 'first: Hull @provides(fields: "plan { next { length } }")'],
  ])('what another subgraph has is not asked for on the way to what requires %s', (_name, first) =>
    check({
      subgraphs: {
        dock: {
          types: `
            type Query { hull: Hull  ${first} }
            type Hull @key(fields: "id") {
              id: ID!
              flag: String
              plan: Plan @external
              length: Float @external
              note: String @requires(fields: "plan { next { length } }")
            }
            type Plan { next: Hull @external }`,
          resolvers: {
            Query: { hull: () => ({ id: '1' }) },
            Hull: { __resolveReference: (hull: any) => hull, flag: () => 'PA', plan: never },
          },
        },
        yard: {
          types: `
            type Hull @key(fields: "id") {
              id: ID!
              length: Float @shareable
              plan: Plan @shareable
              flag: String @external
              fee: String @requires(fields: "flag plan { next { flag } }")
            }
            type Plan @shareable { next: Hull }`,
          resolvers: {
            Hull: {
              __resolveReference: (hull: any) => hull,
              plan: () => ({ next: { id: '2' } }),
              fee: ({ flag, plan }: any) => [flag, plan.next.flag].join(),
            },
          },
        },
      },
      query: '{ hull { fee } }',
      data: { hull: { fee: 'PA,PA' } },
    }),
  );

  test('what another subgraph has may be asked for by a fragment on an interface', () =>
    check({
      subgraphs: {
        dock: {
          types: `
            type Query { hull: Hull }
            interface Named { name: String }
            type Hull implements Named @key(fields: "id") { id: ID!  name: String @external }`,
          resolvers: { Query: { hull: () => ({ id: '1' }) } },
        },
        registry: {
          types: `type Hull @key(fields: "id") { id: ID!  name: String }`,
          resolvers: { Hull: { name: () => 'Argo' } },
        },
      },
      query: '{ hull { ...N } } fragment N on Named { name same: name }',
      data: { hull: { name: 'Argo', same: 'Argo' } },
    }));

  test('what requires something and leads to what provides something is there before what requires it', () =>
    check({
      subgraphs: {
        scale: {
          types: `type Hull @key(fields: "id") { id: ID!  weight: Int  name: String @shareable }`,
          resolvers: { Hull: { __resolveReference: (hull: any) => ({ ...hull, weight: 7, name: 'Argo' }) } },
        },
        dock: {
          types: `
            type Query { hull: Hull }
            type Hull @key(fields: "id") {
              id: ID!
              weight: Int @external
              name: String @external
              load: Load @requires(fields: "weight")
            }
            type Load { tons: Int  next: Hull @provides(fields: "name") }`,
          resolvers: {
            Query: { hull: () => ({ id: '1' }) },
            Hull: {
              __resolveReference: (hull: any) => hull,
              load: ({ weight }: any) => ({ tons: weight * 2, next: { id: '2', name: 'Argo' } }),
            },
          },
        },
        office: {
          types: `
            type Hull @key(fields: "id") { id: ID!  load: Load @external  fee: Int @requires(fields: "load { tons }") }
            type Load @external { tons: Int }`,
          resolvers: {
            Hull: { __resolveReference: (hull: any) => hull, fee: ({ load }: any) => load.tons + 1 },
          },
        },
      },
      query: '{ hull { fee load { next { name } } } }',
      data: { hull: { fee: 15, load: { next: { name: 'Argo' } } } },
    }));

  test('what no subgraph can be asked for is refused, though composition takes it', async () => {
    const { ask, calls } = await createServed({
      port: {
        types: `
          type Query { ship: Ship  berth: Berth }
          type Mutation { launch: Ship  moor: Berth }
          type Berth { ship: Ship @provides(fields: "flag") }
          type Ship @key(fields: "imo") { imo: ID!  flag: String @external }`,
      },
      registry: {
        types: `type Ship @key(fields: "imo", resolvable: false) { imo: ID!  flag: String @shareable }`,
      },
    });
    for (const query of ['{ ship { flag } }', 'mutation { launch { flag } }'])
      await expect(ask(query)).rejects.toMatchObject({
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
    expect(calls).toHaveLength(0);
  });

  test('what is required by way of the type itself is there before what requires it', () =>
    check({
      subgraphs: {
        yard: {
          types: `
            type Query { yard: Boat }
            type Boat @key(fields: "id") @key(fields: "berth { nr }") {
              id: ID!
              berth: Berth!
              tender: Boat
              crew: Int @external
              seats: Int @requires(fields: "tender { crew }")
            }
            type Berth @shareable { nr: ID! }`,
          resolvers: {
            Query: { yard: () => ({ id: '1' }) },
            Boat: {
              __resolveReference: (sent: any) => sent,
              berth: ({ id }: any) => ({ nr: `b${id}` }),
              tender: ({ id, tender }: any) => tender ?? { id: `${id}t` },
              seats: ({ tender }: any) => tender?.crew ?? never(),
            },
          },
        },
        crews: {
          types: `
            type Boat @key(fields: "id") @key(fields: "berth { nr }") {
              id: ID!
              berth: Berth!
              crew: Int
              seats: Int @external
              full: Boolean @requires(fields: "seats")
            }
            type Berth @shareable { nr: ID! }`,
          resolvers: {
            Boat: {
              __resolveReference: (sent: any) => sent,
              crew: ({ id }: any) => id.length,
              full: ({ seats }: any) => (seats ?? never()) < 4,
            },
          },
        },
      },
      query: '{ yard { full tender { full tender { full } } } }',
      data: { yard: { full: true, tender: { full: true, tender: { full: false } } } },
    }));

  test('an interface’s field that is taken over for some viewers comes from where it is for all others', () => {
    const named = (override: string, name: () => string): SubgraphSource => ({
      types: `
        type Query { ${override ? 'taken' : 'kept'}: Craft }
        interface Craft @key(fields: "id") { id: ID!  name: String }
        type Sloop implements Craft @key(fields: "id") { id: ID!  name: String ${override} }`,
      resolvers: {
        Query: { [override ? 'taken' : 'kept']: () => ({ __typename: 'Sloop', id: '1' }) },
        Sloop: { __resolveReference: (sent: any) => sent, name },
      },
    });
    return check({
      subgraphs: {
        former: named('', () => 'Spray'),
        next: named('@override(from: "former", label: "percent(0)")', never),
      },
      query: '{ taken { name } kept { name } }',
      data: { taken: { name: 'Spray' }, kept: { name: 'Spray' } },
    });
  });

  test('so does one whose subgraph provides a field of the same name, of another type', () =>
    check({
      subgraphs: {
        former: {
          types: `
            type Sloop @key(fields: "id") { id: ID!  name: String }
            type Port @key(fields: "id") { id: ID!  name: String @shareable }`,
          resolvers: { Sloop: { __resolveReference: (sent: any) => sent, name: () => 'Spray' } },
        },
        next: {
          types: `
            type Query { craft: Craft }
            interface Craft { name: String }
            type Sloop implements Craft @key(fields: "id") {
              id: ID!
              name: String @override(from: "former", label: "percent(0)")
              port: Port @provides(fields: "name")
            }
            type Port @key(fields: "id") { id: ID!  name: String @external }`,
          resolvers: {
            Query: { craft: () => ({ __typename: 'Sloop', id: '1' }) },
            Sloop: { name: never, port: () => ({ id: '1', name: 'Brest' }) },
          },
        },
      },
      query: '{ craft { name ... on Sloop { port { name } } } }',
      data: { craft: { name: 'Spray', port: { name: 'Brest' } } },
    }));

  describe('an argument that is taken from around an object', () => {
    const fleet: Record<string, SubgraphSource> = {
      ships: {
        types: `
          type Query { ships: [Ship] }
          type Ship @key(fields: "id") @context(name: "own") { id: ID!  name: String  hold: Hold }
          type Hold { crates: [Crate] }
          type Crate @key(fields: "id") { id: ID!  label(of: String @fromContext(field: "$own { name }")): String }`,
        resolvers: {
          Query: {
            ships: () =>
              ['1', '2'].map((id) => ({
                id,
                name: `ship ${id}`,
                hold: { crates: [{ id: '7' }, { id: `8${id}` }] },
              })),
          },
          Crate: {
            __resolveReference: (sent: any) => sent,
            label: ({ id }: any, { of }: any) => `${id} ${of}`,
          },
        },
      },
      customs: {
        types: `
          type Ship @key(fields: "id") @context(name: "ship") { id: ID!  flag: String }
          type Crate @key(fields: "id") {
            id: ID!
            duty(of: String @fromContext(field: "$ship { flag }"), percent: Int = 5): String
          }`,
        resolvers: {
          Ship: { __resolveReference: (sent: any) => sent, flag: ({ id }: any) => `flag ${id}` },
          Crate: {
            __resolveReference: (sent: any) => sent,
            duty: ({ id }: any, { of, percent }: any) => `${id} ${of} ${percent}`,
          },
        },
      },
    };
    const data = {
      ships: ['1', '2'].map((id) => ({
        hold: { crates: [{ duty: `7 flag ${id} 5` }, { duty: `8${id} flag ${id} 5` }] },
      })),
    };

    test.each([
      ['{ ships { hold { crates { duty } } } }', {}],
      ['query ($no: Boolean!) { ships @skip(if: $no) { hold { crates { duty } } } }', { no: false }],
    ])('is fetched before it is sent, from another subgraph too: %s', (query, variables) =>
      check({ subgraphs: fleet, query, variables, data }),
    );

    test('is never the client’s to give, though its value cannot be had', () => {
      const types = fleet['customs']?.types ?? '';
      const lost = () => {
        throw new Error('There is no such ship.');
      };
      const resolvers = { ...fleet['customs']?.resolvers, Ship: { __resolveReference: lost } };
      return check({
        subgraphs: { ...fleet, customs: { types, resolvers } },
        query: '{ ships { hold { crates { duty } } } }',
        variables: { contextualArgument_1_0: 'forged', contextualArgument_2_0: 'forged' },
        data: {
          ships: ['1', '2'].map((id) => ({
            hold: { crates: [{ duty: '7 undefined 5' }, { duty: `8${id} undefined 5` }] },
          })),
        },
        errors: [undefined],
      });
    });

    test('is sent though another beside it, of another subgraph, is left out by a condition', () =>
      check({
        subgraphs: fleet,
        query:
          'query ($yes: Boolean = false) { ships { hold { crates { duty @include(if: $yes) label } } } }',
        data: {
          ships: ['1', '2'].map((id) => ({
            hold: { crates: [{ label: `7 ship ${id}` }, { label: `8${id} ship ${id}` }] },
          })),
        },
      }));
  });

  test('of a union that two subgraphs give, a type that one of them does not know may be asked for', () =>
    check({
      subgraphs: {
        dock: {
          types: `
            type Port @key(fields: "id") { id: ID!  cargo: Cargo @shareable  name: String @shareable }
            union Cargo = Box
            type Box @shareable { weight: Int }`,
        },
        ship: {
          types: `
            type Query { port: Port @provides(fields: "name") }
            type Port @key(fields: "id") { id: ID!  cargo: Cargo @shareable  name: String @external }
            union Cargo = Box | Fluid
            type Box @shareable { weight: Int }
            type Fluid @shareable { volume: Int }`,
          resolvers: {
            Query: { port: () => ({ id: '1', name: 'Brest', cargo: { __typename: 'Box', weight: 7 } }) },
          },
        },
      },
      query: '{ port { name cargo { ... on Fluid { volume } ... on Box { weight } } } }',
      data: { port: { name: 'Brest', cargo: { weight: 7 } } },
    }));
});

describe('@requires', () => {
  test('of what itself requires something, back in the subgraph where it began', () =>
    check({
      subgraphs: {
        crew: {
          types: `
            type Query { cooks: [Cook!] }
            type Cook @key(fields: "id") { id: ID!  apprentice: Boolean @external  trusted: Boolean @requires(fields: "apprentice") }
            type School @key(fields: "name") { name: ID!  years: Int }`,
          resolvers: {
            Query: { cooks: () => [{ id: '1' }, { id: '2' }] },
            Cook: { trusted: ({ apprentice }: any) => apprentice === false },
            School: { __resolveReference: ({ name }: any) => ({ name, years: name === 'old' ? 20 : 2 }) },
          },
        },
        papers: {
          types: `
            type Cook @key(fields: "id") { id: ID!  school: School  apprentice: Boolean @requires(fields: "school { years }") }
            type School @key(fields: "name") { name: ID!  years: Int @external }`,
          resolvers: {
            Cook: {
              school: ({ id }: any) => ({ name: id === '1' ? 'old' : 'new' }),
              apprentice: ({ school }: any) => school.years < 5,
            },
          },
        },
      },
      query: '{ cooks { trusted } }',
      data: { cooks: [{ trusted: true }, { trusted: false }] },
    }));

  test.each([
    ['{ crate { route } }', { crate: { route: 'r-w-5' } }],
    ['{ crate { route weight gross } }', { crate: { route: 'r-w-5', weight: 5, gross: 'w-5' } }],
    ['{ crates { ... on Crate { route } } }', { crates: [{ route: 'r-w-5' }] }],
  ])('of what requires something, in subgraphs that are come to by a key each: %s', (query, data) =>
    check({
      subgraphs: {
        port: {
          types: `
            type Query { crate: Crate  crates: [Load!] }
            union Load = Crate
            type Crate @key(fields: "id") { id: ID! }`,
          resolvers: {
            Query: { crate: () => ({ id: '1' }), crates: () => [{ __typename: 'Crate', id: '1' }] },
          },
        },
        scale: {
          types: 'type Crate @key(fields: "id") @key(fields: "slot") { id: ID!  slot: Int  weight: Int }',
          resolvers: { Crate: { slot: () => 7, weight: () => 5 } },
        },
        yard: {
          types: `
            type Crate @key(fields: "slot") @key(fields: "seal") {
              slot: Int  seal: ID! @shareable
              weight: Int @external
              gross: String @requires(fields: "weight")
            }`,
          resolvers: {
            Crate: { slot: () => 7, seal: () => 's', gross: ({ weight }: any) => `w-${weight}` },
          },
        },
        road: {
          types: `
            type Crate @key(fields: "seal") {
              seal: ID! @shareable
              gross: String @external
              route: String @requires(fields: "gross")
            }`,
          resolvers: { Crate: { route: ({ gross }: any) => `r-${gross}` } },
        },
      },
      query,
      data,
    }),
  );

  const cargo = `
    interface Cargo { mark: String! }
    interface Boxed implements Cargo { mark: String!  seal: String! }
    type Reefer implements Cargo & Boxed @shareable HIDDEN { mark: String!  seal: String!  degrees: Int! }
    type Bulk implements Cargo @shareable { mark: String!  tons: Int! }`;
  test('with fragments, of a type that clients do not see', () => {
    const loads: Record<string, object> = {
      a: { __typename: 'Reefer', mark: 'frozen', seal: 's1', degrees: -18 },
      b: { __typename: 'Bulk', mark: 'grain', tons: 900 },
    };
    return check({
      subgraphs: {
        holds: {
          types: `type Query { holds: [Hold!] }  type Hold @key(fields: "id") { id: ID!  cargo: Cargo } ${cargo.replace('HIDDEN', '')}`,
          resolvers: {
            Query: { holds: () => [{ id: 'a' }, { id: 'b' }] },
            Hold: { cargo: ({ id }: any) => loads[id] },
          },
        },
        customs: {
          types: `
            type Hold @key(fields: "id") {
              id: ID!
              cargo: Cargo @external
              form: String @requires(fields: "cargo { mark ... on Boxed { seal ... on Reefer { degrees } } ... on Bulk { tons } }")
            } ${cargo.replace('HIDDEN', '@inaccessible')}`,
          resolvers: {
            Hold: {
              form: ({ cargo: { mark, seal, degrees, tons } }: any) => [mark, seal, degrees, tons].join(),
            },
          },
        },
      },
      query: '{ holds { form cargo { __typename } } }',
      data: {
        holds: [
          { form: 'frozen,s1,-18,', cargo: null },
          { form: 'grain,,,900', cargo: { __typename: 'Bulk' } },
        ],
      },
    });
  });

  test('under a condition that does not hold is not fetched', () =>
    check({
      subgraphs: {
        a: {
          types: 'type Query { tug: Tug }  type Tug @key(fields: "id") { id: ID!  pull: Int }',
          resolvers: { Query: { tug: () => ({ id: '1', pull: 60 }) } },
        },
        b: {
          types: `type Tug @key(fields: "id") { id: ID!  pull: Int @external  strong: Boolean @requires(fields: "pull")  weak: Boolean @requires(fields: "pull") }`,
          resolvers: { Tug: { strong: ({ pull }: any) => pull > 50, weak: never } },
        },
      },
      query:
        'query ($no: Boolean = false, $yes: Boolean = true) { tug { strong @include(if: $yes) weak @include(if: $no) w: weak @skip(if: $yes) } }',
      data: { tug: { strong: true } },
    }));

  test('of a field that was taken over by another subgraph', () =>
    check({
      subgraphs: {
        old: {
          types: `type Query { tug: Tug }  type Tug @key(fields: "id") { id: ID!  name: String @external  label: String @requires(fields: "name") }`,
          resolvers: {
            Query: { tug: () => ({ id: '1' }) },
            Tug: { label: ({ name }: any) => `old ${name}` },
          },
        },
        named: {
          types: `type Tug @key(fields: "id") { id: ID!  name: String @override(from: "third") }`,
          resolvers: { Tug: { name: () => 'Hercules' } },
        },
        third: {
          types: `type Tug @key(fields: "id") { id: ID!  name: String  colour: String }`,
          resolvers: { Tug: { name: never, colour: () => 'red' } },
        },
      },
      query: '{ tug { label name colour } }',
      data: { tug: { label: 'old Hercules', name: 'Hercules', colour: 'red' } },
    }));
});

describe('an error of a field that clients do not see', () => {
  const subgraphs = {
    yard: {
      types: `
        type Query { crates: [Crate!]  things: [Thing] }
        union Thing = Crate
        type Crate @key(fields: "id") {
          id: ID!
          name: String
          lid: Lid
          weight: Int @inaccessible
          height: Int @inaccessible
        }
        type Lid @key(fields: "id") { id: ID!  colour: String @inaccessible }`,
      resolvers: {
        Query: { crates: () => [{ id: '1', name: 'n' }], things: () => [{ __typename: 'Crate', id: '1' }] },
        Crate: { weight: never, height: never, lid: () => ({ id: 'l' }) },
        Lid: { colour: never },
      },
    },
    prices: {
      types: `
        type Crate @key(fields: "id") {
          id: ID!
          weight: Int @external
          height: Int @external
          price: Int @requires(fields: "weight height")
        }
        type Lid @key(fields: "id") { id: ID!  colour: String @external  paint: String @requires(fields: "colour") }`,
      resolvers: { Crate: { price: () => 2 }, Lid: { paint: () => 'dry' } },
    },
  } as const;

  test.each([
    [
      '{ c: crates { name p: price } }',
      { c: [{ name: 'n', p: 2 }] },
      [
        ['c', 0],
        ['c', 0],
      ],
    ],
    [
      '{ things { ... on Crate { price } } }',
      { things: [{ price: 2 }] },
      [
        ['things', 0],
        ['things', 0],
      ],
    ],
    [
      '{ crates { l: lid { paint } price } }',
      { crates: [{ l: { paint: 'dry' }, price: 2 }] },
      [
        ['crates', 0],
        ['crates', 0],
        ['crates', 0, 'l'],
      ],
    ],
  ])('names the object that it is of: %s', async (query, data, errors) => {
    const { ask } = await createServed(subgraphs);
    const answer = await ask(query);
    expect(answer.data).toEqual(data);
    const places = answer.errors?.map(({ path }) => JSON.stringify(path)).toSorted();
    expect(places).toEqual(errors.map((path) => JSON.stringify(path)).toSorted());
  });
});

describe('an error within an object of a type that clients do not see', () => {
  const subgraphs = {
    shelf: {
      types: `
        type Query { things: [Thing]  sure: [Thing!]  first: Thing }
        interface Thing { name: String  parts: [Thing] }
        type Cup implements Thing { name: String  parts: [Thing] }
        type Safe implements Thing @key(fields: "id") @inaccessible { id: ID!  name: String  parts: [Thing] }`,
      resolvers: {
        Query: Object.fromEntries(
          ['things', 'sure', 'first'].map((field) => {
            const things = [
              { __typename: 'Cup', parts: [{ __typename: 'Safe', id: '2' }] },
              { __typename: 'Safe', id: '1', parts: [{ __typename: 'Cup' }] },
            ];
            return [field, () => (field === 'first' ? things[1] : things)];
          }),
        ),
        Cup: { name: never },
        Safe: { name: never },
      },
    },
  } as const;

  test.each([
    ['{ things { name } }', { things: [{ name: null }, null] }, [['things', 0, 'name']]],
    [
      '{ id: things { name: __typename parts { name } } first { parts { name } } }',
      { id: [{ name: 'Cup', parts: [null] }, null], first: null },
      [],
    ],
    [
      '{ sure { name } }',
      { sure: null },
      [
        ['sure', 0, 'name'],
        ['sure', 1],
      ],
    ],
  ])('is not told: %s', (query, data, errors) => check({ subgraphs, query, data, errors }));
});

describe('keys', () => {
  test('with lists and objects in them, of which each hop adds a part', () =>
    check({
      subgraphs: {
        a: {
          types: `type Query { convoy: Convoy }  type Convoy @key(fields: "ships { imo }") { ships: [Ship!]! }  type Ship @key(fields: "imo") { imo: ID! }`,
          resolvers: { Query: { convoy: () => ({ ships: [{ imo: imo.one }, { imo: imo.two }] }) } },
        },
        b: {
          types: `type Ship @key(fields: "imo") { imo: ID!  owner: Owner }  type Owner { id: ID! @shareable }`,
          resolvers: { Ship: { owner: ({ imo: id }: any) => ({ id: `o${id.at(-1)}` }) } },
        },
        c: {
          types: `
            type Convoy @key(fields: "ships { imo owner { id } }") { ships: [Ship!]!  lead: Ship }
            type Ship @key(fields: "imo owner { id }") { imo: ID!  owner: Owner @external }
            type Owner { id: ID! @shareable }`,
          resolvers: { Convoy: { lead: ({ ships }: any) => ({ imo: ships[1].imo }) } },
        },
      },
      query: '{ convoy { lead { imo } ships { owner { id } } } }',
      data: { convoy: { lead: { imo: imo.two }, ships: [{ owner: { id: 'o9' } }, { owner: { id: 'o1' } }] } },
    }));

  test('that a subgraph in the middle does not know leave null, without an error', () =>
    check({
      subgraphs: {
        a: {
          types: `type Query { seen: [Ship] }  type Ship @key(fields: "name") { name: ID! }`,
          resolvers: { Query: { seen: () => [{ name: 'Ever' }, { name: 'Lost' }] } },
        },
        b: {
          types: `type Ship @key(fields: "name") @key(fields: "imo") { name: ID!  imo: ID! }`,
          resolvers: {
            Ship: {
              __resolveReference: ({ name }: any) => (name === 'Lost' ? null : { name, imo: imo.one }),
            },
          },
        },
        c: {
          types: `type Ship @key(fields: "imo") { imo: ID!  captain: String }`,
          resolvers: { Ship: { captain: ({ imo: id }: any) => (id ? 'Hook' : never()) } },
        },
      },
      query: '{ seen { name captain } }',
      data: {
        seen: [
          { name: 'Ever', captain: 'Hook' },
          { name: 'Lost', captain: null },
        ],
      },
    }));
});

describe('parts of one field', () => {
  test('come from all subgraphs that share it, objects inside without a key too', () => {
    const part = (field: string, value: unknown): SubgraphSource => ({
      types: `type Query { tide: Tide! @shareable  tides: [Tide!]! @shareable }  type Tide { at: Int @shareable  ${field}: Level }  type Level @shareable { metres: Int }`,
      resolvers: {
        Query: {
          tide: () => ({ at: 6, [field]: { metres: value } }),
          tides: () => [{ at: 6, [field]: { metres: value } }],
        },
      },
    });
    const whole = { at: 6, high: { metres: 4 }, low: { metres: 1 } };
    const fields = 'at high { metres } low { metres }';
    return check({
      subgraphs: { a: part('high', 4), b: part('low', 1) },
      query: `{ tide { ${fields} } tides { ${fields} } }`,
      data: { tide: whole, tides: [whole] },
    });
  });

  test('are provided where they are external, by abstract types too, and their owner is not asked', () =>
    check({
      subgraphs: {
        a: {
          types: `
            type Query { catch: [Haul] @provides(fields: "... on Fish { name }")  pens: Pen @provides(fields: "animals { name }") }
            union Haul = Fish | Boot
            type Fish implements Animal @key(fields: "id") { id: ID!  name: String @external }
            type Boot @key(fields: "id") { id: ID! }
            interface Animal { name: String }
            type Pen @key(fields: "id") { id: ID!  animals: [Animal] @external }`,
          resolvers: {
            Query: {
              catch: () => [
                { __typename: 'Fish', id: '1', name: 'cod' },
                { __typename: 'Boot', id: '2' },
              ],
              pens: () => ({ id: 'p', animals: [{ __typename: 'Fish', name: 'eel' }] }),
            },
          },
        },
        b: {
          types: `
            interface Animal { name: String }
            type Fish implements Animal @key(fields: "id") { id: ID!  name: String @shareable }
            type Boot @key(fields: "id") { id: ID!  name: String }
            type Pen @key(fields: "id") { id: ID!  animals: [Animal] @shareable }`,
          resolvers: {
            Fish: { __resolveReference: never },
            Pen: { __resolveReference: never },
            Boot: { name: () => 'left' },
          },
        },
      },
      query: '{ catch { ... on Fish { name } ... on Boot { name } } pens { animals { name } } }',
      data: { catch: [{ name: 'cod' }, { name: 'left' }], pens: { animals: [{ name: 'eel' }] } },
      calls: 2,
    }));

  test('of two types in conflict by subgraph come back under the client’s key', () =>
    check({
      subgraphs: {
        a: {
          types: 'type Query { sailors: [Sailor!]! }  type Sailor @shareable { id: ID }',
          resolvers: { Query: { sailors: () => [{ id: '1' }] } },
        },
        b: {
          types: `
            type Query { hands: [Hand!]! }
            union Hand = Sailor | Robot
            type Robot { id: ID  mates: [Hand!]! }
            type Sailor @key(fields: "id") @shareable { id: ID!  mates: [Hand!]! }`,
          resolvers: {
            Query: { hands: () => [{ __typename: 'Robot', id: null }] },
            Robot: {
              mates: () => [
                { __typename: 'Sailor', id: '1' },
                { __typename: 'Robot', id: 'r' },
              ],
            },
          },
        },
      },
      query:
        '{ sailors { id } hands { ... on Robot { id mates { ... on Sailor { id } ... on Robot { id } } } ... on Sailor { id } } }',
      data: { sailors: [{ id: '1' }], hands: [{ id: null, mates: [{ id: '1' }, { id: 'r' }] }] },
    }));
});

describe('abstract types', () => {
  const fleet = {
    a: {
      types: `
        type Query { first: Craft @shareable  all: [Craft!] }
        union Craft = Boat | Raft
        interface Named { name: String }
        type Boat implements Named @key(fields: "id") { id: ID!  name: String @shareable }
        type Raft @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          first: () => ({ __typename: 'Boat', id: '1', name: 'Argo' }),
          all: () => [
            { __typename: 'Boat', id: '1', name: 'Argo' },
            { __typename: 'Raft', id: '2' },
          ],
        },
      },
    },
    b: {
      types: `
        type Query { first: Craft @shareable }
        union Craft = Boat | Kite
        interface Named { name: String }
        type Boat @key(fields: "id") { id: ID! }
        type Kite { size: Int }
        type Raft implements Named @key(fields: "id") { id: ID!  name: String }`,
      resolvers: {
        Query: { first: () => ({ __typename: 'Boat', id: '1' }) },
        Raft: { name: () => 'Kon-Tiki' },
      },
    },
  } as const;

  test.each([
    ['{ first { ... on Kite { size } } }', { first: {} }],
    [
      '{ first { kind: __typename ... on Kite { size } ... on Boat { name } } }',
      { first: { kind: 'Boat', name: 'Argo' } },
    ],
    ['{ all { ... on Named { name } } }', { all: [{ name: 'Argo' }, { name: 'Kon-Tiki' }] }],
    [
      '{ all { __typename ... on Named { t: __typename } } }',
      {
        all: [
          { __typename: 'Boat', t: 'Boat' },
          { __typename: 'Raft', t: 'Raft' },
        ],
      },
    ],
  ])('whose members differ by subgraph: %s', (query, data) => check({ subgraphs: fleet, query, data }));

  const titles = { __typename: 'Admiral', id: '1' };
  const interfaceObject = {
    ranks: {
      types: `
        type Query { officers: [Officer!] }
        interface Officer @key(fields: "id") { id: ID!  name: String }
        type Admiral implements Officer @key(fields: "id") { id: ID!  name: String  stars: Int }
        type Mate implements Officer @key(fields: "id") { id: ID!  name: String }`,
      resolvers: {
        Query: { officers: () => [{ ...titles, name: 'Yi' }] },
        Officer: { __resolveReference: () => ({ ...titles, name: 'Yi', stars: 4 }) },
        Admiral: { __resolveReference: () => ({ name: 'Yi', stars: 4 }) },
      },
    },
    mess: {
      types: `
        type Query { guests: [Officer!] }
        type Officer @interfaceObject @key(fields: "id") { id: ID!  name: String @external  seat: Int  card: String @requires(fields: "name") }`,
      resolvers: {
        Query: { guests: () => [{ id: '1', seat: 7 }] },
        Officer: {
          __resolveReference: ({ id, name }: any) => ({ id, name, seat: 7 }),
          card: ({ name }: any) => `Mr ${name}`,
        },
      },
    },
  } as const;

  test.each([
    ['{ guests { seat } }', { guests: [{ seat: 7 }] }],
    ['{ guests { __typename } }', { guests: [{ __typename: 'Admiral' }] }],
    ['{ guests { card ... on Admiral { stars seat } } }', { guests: [{ card: 'Mr Yi', stars: 4, seat: 7 }] }],
    ['{ guests { ... on Mate { id } } }', { guests: [{}] }],
    [
      '{ officers { name seat card ... on Admiral { again: card } } }',
      { officers: [{ name: 'Yi', seat: 7, card: 'Mr Yi', again: 'Mr Yi' }] },
    ],
  ])('and objects that stand for an interface: %s', (query, data) =>
    check({ subgraphs: interfaceObject, query, data }),
  );

  describe('and what an object that stands for an interface requires', () => {
    const officers: Record<string, any> = {
      1: { __typename: 'Admiral', id: '1', name: 'Yi' },
      2: { __typename: 'Mate', id: '2', name: 'Starbuck' },
    };
    const subgraphs = {
      ranks: {
        types: `
          type Query { officers: [Officer!] }
          interface Officer @key(fields: "id") { id: ID!  name: String }
          type Admiral implements Officer @key(fields: "id") { id: ID!  name: String  ships: Int @external  fleet: String @requires(fields: "ships") }
          type Mate implements Officer @key(fields: "id") { id: ID!  name: String }`,
        resolvers: {
          Query: { officers: () => Object.values(officers) },
          Officer: { __resolveReference: ({ id }: any) => officers[id] },
          Admiral: {
            __resolveReference: (sent: any) => ({ ...officers[sent.id], ...sent }),
            fleet: ({ ships }: any) => `${ships} ships`,
          },
          Mate: { __resolveReference: ({ id }: any) => officers[id] },
        },
      },
      fleet: {
        types: `
          type Query { admiral: Admiral }
          type Admiral @key(fields: "id") { id: ID!  ships: Int }`,
        resolvers: {
          Query: { admiral: () => ({ id: '1' }) },
          Admiral: { __resolveReference: (sent: any) => sent, ships: () => 12 },
        },
      },
      mess: {
        types: `
          type Officer @interfaceObject @key(fields: "id") { id: ID!  name: String @external  card: String @requires(fields: "name") }`,
        resolvers: {
          Officer: { __resolveReference: (sent: any) => sent, card: ({ name }: any) => `Mr ${name}` },
        },
      },
    } as const;

    test.each([
      [
        'of one of its types, where a list has others too',
        '{ officers { name ... on Admiral { card } } }',
        { officers: [{ name: 'Yi', card: 'Mr Yi' }, { name: 'Starbuck' }] },
      ],
      [
        'of all its types',
        '{ officers { name card } }',
        {
          officers: [
            { name: 'Yi', card: 'Mr Yi' },
            { name: 'Starbuck', card: 'Mr Starbuck' },
          ],
        },
      ],
      [
        'beside what the type itself requires',
        '{ admiral { fleet card } }',
        { admiral: { fleet: '12 ships', card: 'Mr Yi' } },
      ],
    ])('%s', (_name, query, data) => check({ subgraphs, query, data }));
  });

  test('that lead back to themselves', () => {
    const loop = { __typename: 'Rope', id: '1', length: 5 };
    return check({
      subgraphs: {
        a: {
          types: `
            type Query { knot: Line }
            interface Line { next: Line }
            type Rope implements Line @key(fields: "id") { id: ID!  next: Rope @provides(fields: "length")  length: Int @external }`,
          resolvers: { Query: { knot: () => loop }, Rope: { next: () => loop } },
        },
        b: {
          types: 'type Rope @key(fields: "id") { id: ID!  length: Int @shareable }',
          resolvers: { Rope: { length: () => 5 } },
        },
      },
      query:
        '{ knot { next { ... on Line { next { __typename } } } ... on Rope { length next { id length } } } }',
      data: { knot: { next: { next: { __typename: 'Rope' }, id: '1', length: 5 }, length: 5 } },
    });
  });
});

describe('what only some subgraphs have', () => {
  const subgraphs = {
    a: {
      types: `
        type Query { flags: [Flag]  find(by: Search): [Flag] }
        type Flag @key(fields: "id") { id: ID!  mood: Mood @shareable }
        enum Mood { CALM }
        input Search { id: ID  colour: String }`,
      resolvers: {
        Query: {
          flags: () => [{ id: '1', mood: 'CALM' }],
          find: (_: unknown, { by }: { by?: { id?: string } }) => [{ id: by?.id ?? '?' }],
        },
      },
    },
    b: {
      types: `
        type Query { wild: [Flag]  count(by: Search): Int }
        type Flag @key(fields: "id") { id: ID!  mood: Mood @shareable }
        enum Mood { CALM  STORM @inaccessible }
        input Search { id: ID }`,
      resolvers: { Query: { wild: () => [{ id: '2', mood: 'STORM' }], count: () => 1 } },
    },
  } as const;

  test('a value that clients do not see is null', () =>
    check({
      subgraphs,
      query: '{ flags { mood } wild { id mood } }',
      data: { flags: [{ mood: 'CALM' }], wild: [{ id: '2', mood: null }] },
    }));

  test('a value that clients do not see is an error where null may not be', () =>
    check({
      subgraphs: {
        c: {
          types:
            'type Query { moods: [Mood!]  sure: Sure }  type Sure { mood: Mood! }  enum Mood { CALM  STORM @inaccessible }',
          resolvers: { Query: { moods: () => ['CALM', 'STORM'], sure: () => ({ mood: 'STORM' }) } },
        },
      },
      query: '{ moods sure { mood } }',
      data: { moods: null, sure: null },
      errors: [
        ['moods', 1],
        ['sure', 'mood'],
      ],
    }));

  test('an input field that not all have cannot be given', async () => {
    const { ask } = await createServed(subgraphs);
    expect(await ask('{ find(by: { id: "3" }) { id } }')).toEqual({ data: { find: [{ id: '3' }] } });
    await expect(ask('{ find(by: { colour: "red" }) { id } }')).rejects.toThrow('not valid');
  });
});

test('a directive for operations that subgraphs compose may be used, and reaches them with its default', async () => {
  const part = (name: string, level: string): SubgraphSource => ({
    types: `
      extend schema @link(url: "https://harbour.test/audit/v1.0", import: ["@audit"]) @composeDirective(name: "@audit")
      directive @audit(level: Level! ${level}) on FIELD
      enum Level { LOW HIGH }
      type Query { ${name}: String }`,
    resolvers: { Query: { [name]: () => name } },
  });
  const { ask, calls } = await createServed({ a: part('log', ''), b: part('chart', '= LOW') });
  expect(await ask('{ log @audit chart @audit(level: HIGH) }')).toEqual({
    data: { log: 'log', chart: 'chart' },
  });
  expect(calls.map(({ query }) => query)).toEqual(['{log@audit(level:LOW)}', '{chart@audit(level:HIGH)}']);
});

test('mutations run one after another, whichever subgraphs they are of, and a shared one once', async () => {
  let sum = 0;
  let made = 0;
  const buoy = (): object => ({ id: `${++made}` });
  await check({
    subgraphs: {
      a: {
        types: `
          type Query { sum: Int }
          type Mutation { add(n: Int!): Int  place: Buoy @shareable }
          type Buoy @key(fields: "id") { id: ID! }`,
        resolvers: { Mutation: { add: (_: unknown, { n }: { n: number }) => (sum += n), place: buoy } },
      },
      b: {
        types: `
          type Mutation { times(n: Int!): Int  place: Buoy @shareable }
          type Buoy @key(fields: "id") { id: ID!  light: String }`,
        resolvers: {
          Mutation: { times: (_: unknown, { n }: { n: number }) => (sum *= n), place: buoy },
          Buoy: { light: ({ id }: any) => `light ${id}` },
        },
      },
    },
    query: 'mutation { five: add(n: 5) ten: times(n: 2) twelve: add(n: 2) place { id light } }',
    data: { five: 5, ten: 10, twelve: 12, place: { id: '1', light: 'light 1' } },
  });
  expect(made).toBe(1);
});
