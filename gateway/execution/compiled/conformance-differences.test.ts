import { describe, test } from 'vitest';
import { check, never } from './testing/federation-case.ts';

/*
 * What subgraphs may say in different ways of one thing, and still be composed.
 */

describe('a field of which a subgraph has one type only, where clients see an abstract one,', () => {
  const book = { __typename: 'Book', id: '1' };
  const subgraphs = {
    shop: {
      types: `
        type Query { best: Item @shareable  all: [Item] @shareable  stand: Stand @shareable }
        union Item = Book | Pen
        interface Offer { item: Item }
        type Stand implements Offer { item: Item @shareable }
        type Book @key(fields: "id") { id: ID! }
        type Pen { ink: String }`,
      resolvers: {
        Query: { best: () => book, all: () => [book], stand: () => ({ item: book }) },
      },
    },
    library: {
      types: `
        type Query { best: Book @shareable  all: [Book!]! @shareable  stand: Stand @shareable  offer: Offer }
        union Item = Book
        interface Offer { item: Item }
        type Stand implements Offer { item: Book @shareable }
        type Book @key(fields: "id") { id: ID!  author: String }`,
      resolvers: {
        Query: {
          best: () => book,
          all: () => [book],
          stand: () => ({ item: book }),
          offer: () => ({ __typename: 'Stand', item: book }),
        },
        Book: { author: () => 'Mo' },
      },
    },
  } as const;

  test.each([
    ['{ best { ... on Book { author } } }', { best: { author: 'Mo' } }],
    ['{ all { ... on Book { author } ... on Pen { ink } } }', { all: [{ author: 'Mo' }] }],
    ['{ stand { item { ...B } } } fragment B on Book { author }', { stand: { item: { author: 'Mo' } } }],
    ['{ offer { item { ... on Book { author } } } }', { offer: { item: { author: 'Mo' } } }],
    ['query ($no: Boolean = false) { best { ... on Book @include(if: $no) { author } } }', { best: {} }],
  ])('has objects whose type is known: %s', (query, data) => check({ subgraphs, query, data, calls: 1 }));
});

describe('a subgraph is not asked', () => {
  const subgraphs = {
    yard: {
      types: 'type Query { hulls: [Hull!] }  type Hull @key(fields: "id") { id: ID! }',
      resolvers: { Query: { hulls: () => [{ id: '1' }] } },
    },
    dock: {
      types: 'type Hull @key(fields: "id") { id: ID!  fee: Int  berth: Int }',
      resolvers: { Hull: { fee: never, berth: never } },
    },
  } as const;

  test.each([
    'fee @include(if: $no) fee @skip(if: $yes)',
    'fee @include(if: $no) berth @skip(if: $yes)',
    'fee @include(if: $no) ... @skip(if: $yes) { again: fee @include(if: $yes) }',
    '... on Hull @include(if: $yes) { fee @include(if: $no) berth @skip(if: $yes) }',
  ])('where no condition holds under which it has something: %s', (fields) =>
    check({
      subgraphs,
      query: `query ($yes: Boolean!, $no: Boolean = false) { hulls { id ${fields} } }`,
      variables: { yes: true },
      data: { hulls: [{ id: '1' }] },
      calls: 1,
    }),
  );

  const shared = {
    yard: {
      types: `
        type Query { hull: Hull @shareable  hulls: [Hull!] @shareable }
        type Hull { name: String @shareable  size: Int  deck: Deck @shareable }
        type Deck { width: Int }`,
      resolvers: {
        Query: {
          hull: () => ({ name: 'Ann', size: 1, deck: { width: 4 } }),
          hulls: () => [{ name: 'Ann', size: 1 }],
        },
      },
    },
    dock: {
      types: `
        type Query { hull: Hull @shareable  hulls: [Hull!] @shareable }
        type Hull { name: String @shareable  fee: Int  deck: Deck @shareable }
        type Deck { planks: Int }`,
      resolvers: {
        Query: {
          hull: () => ({ name: 'Ann', fee: 2, deck: { planks: 9 } }),
          hulls: () => [{ name: 'Ann', fee: 2 }],
        },
      },
    },
  } as const;

  test.each([
    ['{ hull { size fee @include(if: $no) } }', { hull: { size: 1 } }, 1],
    ['{ hull { size fee @include(if: $yes) } }', { hull: { size: 1, fee: 2 } }, 2],
    ['{ hull { fee @skip(if: $yes) size @include(if: $yes) } }', { hull: { size: 1 } }, 1],
    ['{ hull { fee @include(if: $no) size @include(if: $no) } }', { hull: {} }, 1],
    [
      '{ hulls { size ... @include(if: $no) { fee } } hull { fee } }',
      { hulls: [{ size: 1 }], hull: { fee: 2 } },
      2,
    ],
    ['{ hull { size deck { planks @include(if: $no) } } }', { hull: { size: 1, deck: {} } }, 2],
    ['{ hull { deck { width planks @include(if: $no) } } }', { hull: { deck: { width: 4 } } }, 1],
  ])('for its part of what others bring, where no condition of that holds: %s', (query, data, calls) =>
    check({
      subgraphs: shared,
      query: `query (${query.includes('$yes') ? '$yes: Boolean = true' : '$no: Boolean = false'}) ${query}`,
      data,
      calls,
    }),
  );
});

describe('a field that a subgraph has of two types with different nullability', () => {
  const all = [
    { __typename: 'Film', id: '1', title: 'Heat', part: { n: 1 } },
    { __typename: 'Song', id: '2', title: null, part: null },
  ];
  const subgraphs = {
    works: {
      types: `
        type Query { all: [Work!]  shelf: Shelf }
        union Work = Film | Song
        type Shelf @key(fields: "id") { id: ID! }
        type Film @key(fields: "id") { id: ID!  title: String! @shareable  part: Part! @shareable }
        type Song @key(fields: "id") { id: ID!  title: String @shareable  part: Part }
        type Part { n: Int @shareable }`,
      resolvers: { Query: { all: () => all, shelf: () => ({ id: 's' }) } },
    },
    archive: {
      types: `
        union Work = Film | Song
        type Shelf @key(fields: "id") { id: ID!  works: [Work!] }
        type Film @key(fields: "id") { id: ID!  title: String @shareable  part: Part @shareable  year: Int }
        type Song @key(fields: "id") { id: ID!  title: String! @shareable }
        type Part { n: Int @shareable }`,
      resolvers: {
        Film: { year: () => 1995 },
        Shelf: { works: () => [all[0], { __typename: 'Song', id: '2', title: 'One' }] },
      },
    },
  } as const;

  test.each([
    [
      '{ all { ... on Film { title year } } all @include(if: $is) { ... on Film { title } ... on Song { title } } }',
      { all: [{ title: 'Heat', year: 1995 }, { title: null }] },
    ],
    [
      '{ all { ... on Film { part { n } } } ... @include(if: $is) { all { ... on Song { part { n } } } } }',
      { all: [{ part: { n: 1 } }, { part: null }] },
    ],
    [
      '{ all { ... on Film { t: title } ... @include(if: $is) { ... on Song { t: title } } } }',
      { all: [{ t: 'Heat' }, { t: null }] },
    ],
    [
      '{ shelf { works { ... on Film { title } } ... @include(if: $is) { works { ... on Song { title } } } } }',
      { shelf: { works: [{ title: 'Heat' }, { title: 'One' }] } },
    ],
  ])('may be asked once under a condition: %s', (query, data) =>
    check({ subgraphs, query: `query ($is: Boolean!) ${query}`, variables: { is: true }, data }),
  );
});
