import { describe, expect, test } from 'vitest';
import { check, never } from './testing/federation-case.ts';
import { createServed } from './testing/served.ts';

/*
 * Objects that stand for an interface (`@interfaceObject`), where that itself implements another, or finds nothing.
 */

describe('an interface object that a subgraph has of another interface', () => {
  const known: Record<string, any> = {
    1: { __typename: 'Bread', id: '1', name: 'Rye', stock: 3 },
    2: { __typename: 'Milk', id: '2', name: 'Raw', fat: 4, stock: 0 },
  };
  const found = { __resolveReference: ({ id }: any) => known[id] };
  const standing = Object.values(known).map(({ id, stock }) => ({ __typename: 'Product', id, stock }));
  const subgraphs = (hidden = '', other = 'type Bill implements Node { id: ID!  sum: Int }') => ({
    goods: {
      types: `
        type Query { first: Node }
        interface Node { id: ID! }
        interface Product implements Node @key(fields: "id") ${hidden} { id: ID!  name: String }
        type Bread implements Product & Node @key(fields: "id") { id: ID!  name: String }
        type Milk implements Product & Node @key(fields: "id") { id: ID!  name: String  fat: Int }
        ${other}`,
      resolvers: { Query: { first: () => known['1'] }, Product: found, Bread: found, Milk: found },
    },
    stock: {
      types: `
        interface Node { id: ID! }
        type Query { stocked: [Node!] }
        type Product implements Node @interfaceObject @key(fields: "id") { id: ID!  stock: Int  next: Node }`,
      resolvers: {
        Query: { stocked: () => standing },
        Product: {
          __resolveReference: ({ id }: any) => standing.find((one) => one.id === id),
          next: ({ id }: any) => (id === '1' ? standing[1] : null),
        },
      },
    },
  });

  test.each([
    ['{ stocked { id } }', { stocked: [{ id: '1' }, { id: '2' }] }, 1],
    ['{ stocked { ... on Product { stock } } }', { stocked: [{ stock: 3 }, { stock: 0 }] }, 1],
    ['{ stocked { __typename } }', { stocked: [{ __typename: 'Bread' }, { __typename: 'Milk' }] }, 2],
    [
      '{ stocked { id ... on Milk { fat stock } } }',
      { stocked: [{ id: '1' }, { id: '2', fat: 4, stock: 0 }] },
      3,
    ],
    [
      '{ first { ... on Product { next { ... on Milk { name kind: __typename } } } } }',
      { first: { next: { name: 'Raw', kind: 'Milk' } } },
      3,
    ],
    [
      '{ stocked { ...B ... on Bill { sum } __typename } } fragment B on Bill { sum }',
      { stocked: [{ __typename: 'Bread' }, { __typename: 'Milk' }] },
      2,
    ],
  ])('is asked by what it stands for: %s', (query, data, calls) =>
    check({ subgraphs: subgraphs(), query, data, calls }),
  );

  test('is asked so though clients do not see what it stands for', () =>
    check({
      subgraphs: subgraphs('@inaccessible', ''),
      query: '{ stocked { __typename ... on Bread { stock name } } }',
      data: { stocked: [{ __typename: 'Bread', stock: 3, name: 'Rye' }, { __typename: 'Milk' }] },
    }));

  test('has its type asked for beside objects of types that the subgraph knows', () => {
    const { goods, stock } = subgraphs();
    return check({
      subgraphs: {
        goods,
        stock: {
          types: `${stock.types.replace('stocked:', 'mixed: [Node!]  stocked:')} type Shelf implements Node { id: ID! }`,
          resolvers: { Query: { mixed: () => [standing[1], { __typename: 'Shelf', id: 's' }] } },
        },
      },
      query: '{ mixed { __typename id } }',
      data: {
        mixed: [
          { __typename: 'Milk', id: '2' },
          { __typename: 'Shelf', id: 's' },
        ],
      },
      calls: 2,
    });
  });
});

describe('objects of an interface, of which some stand for another and some have a type that the subgraph knows', () => {
  const known: Record<string, any> = {
    1: { __typename: 'Bread', id: '1', name: 'Rye', days: 2 },
    2: { __typename: 'Milk', id: '2', name: 'Raw', fat: 4 },
  };
  const found = { __resolveReference: ({ id }: any) => known[id] };
  const standing = [
    { __typename: 'Product', id: '1', stock: 3 },
    { __typename: 'Shelf', id: 's', width: 9, days: 80 },
    { __typename: 'Product', id: '2', stock: 0 },
  ];
  const subgraphs = (hidden = '') => ({
    goods: {
      types: `
        type Query { first: Node }
        interface Node { id: ID! }
        interface Lasting { days: Int }
        interface Product implements Node @key(fields: "id") ${hidden} { id: ID!  name: String }
        type Bread implements Product & Node & Lasting @key(fields: "id") { id: ID!  name: String  days: Int }
        type Milk implements Product & Node @key(fields: "id") { id: ID!  name: String  fat: Int }
        type Bill implements Node { id: ID!  sum: Int }`,
      resolvers: { Query: { first: () => known['1'] }, Product: found, Bread: found, Milk: found },
    },
    stock: {
      types: `
        interface Node { id: ID! }
        interface Lasting { days: Int }
        type Query { stocked: [Node!] }
        type Shelf implements Node & Lasting { id: ID!  width: Int  days: Int }
        type Product implements Node @interfaceObject @key(fields: "id") { id: ID!  stock: Int  next: Node }`,
      resolvers: {
        Query: { stocked: () => standing },
        Product: {
          __resolveReference: ({ id }: any) => standing.find((one) => one.id === id),
          next: ({ id }: any) => standing[id === '1' ? 2 : 1],
        },
      },
    },
  });

  test.each([
    ['{ stocked { ... on Bread { name } } }', { stocked: [{ name: 'Rye' }, {}, {}] }, 2],
    [
      '{ stocked { ...M ... on Shelf { width } ... on Bill { sum } } } fragment M on Milk { fat stock }',
      { stocked: [{}, { width: 9 }, { fat: 4, stock: 0 }] },
      3,
    ],
    [
      '{ stocked { ... on Lasting { days } id } }',
      { stocked: [{ days: 2, id: '1' }, { days: 80, id: 's' }, { id: '2' }] },
      2,
    ],
    [
      '{ first { ... on Bread { next { __typename ... on Node { ... on Milk { fat } } } } } }',
      { first: { next: { __typename: 'Milk', fat: 4 } } },
      3,
    ],
    [
      'query ($no: Boolean = false) { stocked { ... on Milk @include(if: $no) { fat } ... on Bread @skip(if: $no) { stock } } }',
      { stocked: [{ stock: 3 }, {}, {}] },
      3,
    ],
  ])('are asked by their types: %s', (query, data, calls) =>
    check({ subgraphs: subgraphs(), query, data, calls }),
  );

  test.each([
    ['{ stocked { id } }', { stocked: [{ id: '1' }, { id: 's' }, { id: '2' }] }, 1],
    [
      '{ stocked { __typename } }',
      { stocked: [{ __typename: 'Bread' }, { __typename: 'Shelf' }, { __typename: 'Milk' }] },
      2,
    ],
    [
      '{ stocked { ... on Milk { fat stock } ... on Shelf { width } } }',
      { stocked: [{}, { width: 9 }, { fat: 4, stock: 0 }] },
      3,
    ],
    ['{ first { ... on Bread { next { id } } } }', { first: { next: { id: '2' } } }, 2],
  ])('are asked so though clients do not see what they stand for: %s', (query, data, calls) =>
    check({ subgraphs: subgraphs('@inaccessible'), query, data, calls }),
  );
});

describe('an interface object that its subgraph does not find again', () => {
  const officers: Record<string, any> = {
    1: { __typename: 'Admiral', id: '1', name: 'Yi', stars: 4 },
    2: { __typename: 'Mate', id: '2', name: 'Starbuck', age: 30 },
  };
  const found = { __resolveReference: ({ id }: any) => officers[id] };
  const subgraphs = {
    ranks: {
      types: `
        interface Officer @key(fields: "id") { id: ID!  name: String }
        type Admiral implements Officer @key(fields: "id") { id: ID!  name: String  stars: Int }
        type Mate implements Officer @key(fields: "id") { id: ID!  name: String  age: Int }`,
      resolvers: { Officer: found, Admiral: found, Mate: found },
    },
    mess: {
      types: `
        type Query { guests: [Officer!] }
        type Officer @interfaceObject @key(fields: "id", resolvable: false) { id: ID!  seat: Int }`,
      resolvers: {
        Query: {
          guests: () => [
            { id: '1', seat: 7 },
            { id: '2', seat: 8 },
          ],
        },
        Officer: { __resolveReference: never },
      },
    },
  };

  test.each([
    [
      '{ guests { key: id seat } }',
      [
        { key: '1', seat: 7 },
        { key: '2', seat: 8 },
      ],
      1,
    ],
    ['{ guests { ... on Admiral { seat } } }', [{ seat: 7 }, {}], 2],
    [
      '{ guests { seat ... on Admiral { key: id seat stars } } }',
      [{ seat: 7, key: '1', stars: 4 }, { seat: 8 }],
      2,
    ],
    [
      '{ guests { ...O ... on Mate { s: seat } } } fragment O on Officer { key: id ... on Admiral { id s: seat } }',
      [
        { key: '1', id: '1', s: 7 },
        { key: '2', s: 8 },
      ],
      2,
    ],
    [
      `query ($no: Boolean = false) {
        guests { key: id @include(if: $no) ... on Admiral @skip(if: $no) { id seat } ... on Mate @include(if: $no) { seat } }
      }`,
      [{ id: '1', seat: 7 }, {}],
      2,
    ],
  ])('is asked by its types where it is given: %s', (query, guests, calls) =>
    check({ subgraphs, query, data: { guests }, calls }),
  );

  test('cannot be asked for different things under one key', async () => {
    const { ask, calls } = await createServed(subgraphs);
    await expect(ask('{ guests { ... on Admiral { a: seat } ... on Mate { a: age } } }')).rejects.toThrow(
      'No plan was found',
    );
    expect(calls).toHaveLength(0);
  });
});
