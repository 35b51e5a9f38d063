import { Kind, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSupergraph, type Supergraph } from '../supergraph/build.ts';
import { composed } from '../testing/compose.ts';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';
import { actualCost } from './actual-cost.ts';
import { compileCost, type CostOptions } from './cost.ts';
import { fragmentsOf } from './fragments.ts';

const types = `
  type Query {
    book(id: ID): Book
    bestsellers: [Book] @listSize(assumedSize: 5)
    books(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
    shelf(first: Int = 3): [Book] @listSize(slicingArguments: ["first"], assumedSize: 50)
    page(first: Int): BookPage
      @listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)
    ends(first: Int, last: Int = 1000): [Book]
      @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
    strictEnds(first: Int, last: Int = 1000): [Book] @listSize(slicingArguments: ["first", "last"])
    all(first: Int = 5): [Book]
      @listSize(slicingArguments: ["first"], assumedSize: 2000, requireOneSlicingArgument: false)
    toTheEnd(first: Int = -1): [Book] @listSize(slicingArguments: ["first"], assumedSize: 40)
    plain: [Book]
    rows: [[Book!]!]
    cubes(first: Int): [[[Book]]] @listSize(slicingArguments: ["first"])
    search(text: String @cost(weight: 7), filter: Filter): Book
    media: Media
    place: Place
  }
  type Mutation { rate(id: ID): Book }
  input Filter { text: String @cost(weight: 2)  inner: Filter  any: [Filter!] @cost(weight: 3)  ids: [ID]  prices: [Money] }
  type BookPage { edges: [Edge]  nodes: [Book]  total: Int }
  type Edge { node: Book }
  interface Media { title: String  scenes: [Scene]  notes: [Scene] }
  type Scene { text: String }
  type Film implements Media @cost(weight: 30) { title: String  scenes: [Scene] @listSize(assumedSize: 2)  notes: [Scene] @listSize(assumedSize: 1) }
  type Book implements Media { title: String  scenes: [Scene] @listSize(assumedSize: 70)  notes: [Scene]  author: Author  publisher: Publisher  price: Money }
  scalar Money @cost(weight: 4)
  type Author { name: String  books(first: Int): [Book] @listSize(slicingArguments: ["first"]) }
  type Publisher { name: String  address: Address @cost(weight: 5) }
  type Address { zipCode: Int! }
  interface Place { owner: Owner  map(scale: Scale): Int  rooms: Rooms  wings: [Rooms] }
  type House implements Place @cost(weight: 0) {
    owner: Owner @cost(weight: 1)
    map(scale: Scale @cost(weight: 1)): Int
    rooms: Rooms @listSize(assumedSize: 2, sizedFields: ["large"])
    wings: [Rooms] @listSize(assumedSize: 2, sizedFields: ["large"])
  }
  type Castle implements Place {
    owner: Owner
    map(scale: Scale): Int
    rooms: Rooms
    wings: [Rooms] @listSize(assumedSize: 40)
  }
  type Owner @cost(weight: 20) { name: String }
  scalar Scale @cost(weight: 9)
  type Rooms { large: [Scene] @listSize(assumedSize: 50) }`;

let supergraph: Supergraph;
beforeAll(() => {
  supergraph = buildSupergraph(composed({ books: types }), { get: () => ({}) as never });
});

function compiled(query: string, more: Partial<CostOptions> = {}) {
  const document = parse(query);
  expect(validate(supergraph.apiSchema, document)).toEqual([]);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const { apiSchema: schema, annotations } = supergraph;
  const options: CostOptions = { schema, annotations, listSize: 10, ...more };
  const fragments = fragmentsOf(document);
  return {
    ...compileCost(options, operation, fragments),
    actual: (data: unknown, variables = {}) => actualCost(options, operation, fragments, data, variables),
  };
}
const estimate = (query: string, variables = {}) => compiled(query).estimate(variables);

describe('an operation is estimated to cost', () => {
  test('one for each object, nothing for leaves', () => {
    expect(estimate('{ book(id: 1) { title author { name } publisher { name } } }')).toBe(3);
    expect(estimate('{ __typename }')).toBe(0);
  });
  test('what @cost says of a field, a type, an argument and an input field', () => {
    expect(estimate('{ book { publisher { address { zipCode } } } }')).toBe(1 + 1 + 5);
    expect(estimate('{ book { price } }')).toBe(1 + 4);
    expect(estimate('{ search(text: "x") { title } }')).toBe(1 + 7);
    expect(estimate('{ search(filter: { text: "x", inner: { text: "y" } }) { title } }')).toBe(1 + 3 + 3);
    expect(
      estimate('query ($f: Filter) { search(filter: $f) { title } }', { f: { text: 'x', inner: {} } }),
    ).toBe(1 + 3 + 1);
    const lists = { any: [{ text: 'x' }, {}], ids: ['1', '2'], prices: [1, null, 2] };
    const ofLists = 1 + 3 + (1 + 2) + 1 + (4 + 4);
    expect(estimate('query ($f: Filter) { search(filter: $f) { title } }', { f: lists })).toBe(1 + ofLists);
    const parts = 'query ($any: [Filter!], $id: ID, $price: Money, $text: String)';
    const filter =
      '{ any: $any, ids: [$id, "2"], prices: [$price, null, 2], inner: { any: { text: $text } } }';
    const { any } = lists;
    expect(
      estimate(`${parts} { search(filter: ${filter}) { title } }`, { any, id: '1', price: 1, text: 'x' }),
    ).toBe(1 + ofLists + 1 + 3 + 1 + 2);
    expect(estimate(`${parts} { search(filter: ${filter}) { title } }`, { any: { text: 'x' } })).toBe(
      1 + 1 + 3 + (1 + 2) + 4 + 1 + 3 + 1 + 2,
    );
  });
  test('what a variable weighs, at once however long it is and however often it is given', () => {
    const uses = 2_000;
    const searches = Array.from(
      { length: uses },
      (_, at) => `a${at}: search(filter: $f) { title } b${at}: search(filter: { any: $any }) { title }`,
    );
    const { estimate: long } = compiled(`query ($f: Filter, $any: [Filter!]) { ${searches.join(' ')} }`);
    const any = Array.from({ length: 20_000 }, () => ({ ids: ['1'] }));
    const start = performance.now();
    expect(long({ f: { any }, any })).toBe(uses * 2 * (1 + 1 + 3 + any.length));
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(long({})).toBe(uses * (1 + 1 + 1 + 3));
  });
  test('the items of a list, as many as @listSize assumes', () => {
    expect(estimate('{ bestsellers { title author { name } publisher { name address { zipCode } } } }')).toBe(
      5 * (1 + 1 + 1 + 5),
    );
    expect(estimate('{ plain { title } }')).toBe(10);
  });
  test('the items of lists in lists', () => {
    expect(estimate('{ rows { title author { name } } }')).toBe(10 * 10 * 2);
    expect(estimate('{ cubes(first: 3) { title } }')).toBe(3 * 10 * 10);
    const { actual } = compiled('{ rows { title } }');
    expect(actual({ rows: [[{ title: 'x' }, { title: 'y' }], [], [{ title: 'z' }]] })).toBe(3);
  });
  test('where an interface does not say, as many as in the largest of the types that may stand there', () => {
    expect(estimate('{ media { scenes { text } } }')).toBe(30 + 70);
    expect(estimate('{ media { ... on Film { scenes { text } } } }')).toBe(30 + 2);
    expect(estimate('{ media { notes { text } } }')).toBe(30 + 10);
  });
  test('as many as an argument asks for, in the text or by a variable', () => {
    expect(estimate('{ books(first: 3) { title } }')).toBe(3);
    const query = 'query ($n: Int = 4) { books(first: $n) { author { books(first: 2) { title } } } }';
    expect(estimate(query)).toBe(4 * (1 + 1 + 2));
    expect(estimate(query, { n: 100 })).toBe(100 * 4);
    expect(estimate(query, { n: 0 })).toBe(0);
    expect(estimate('{ shelf { title } }')).toBe(3);
  });
  test('as many as the default of an argument that is not given says, whatever others say', () => {
    for (const list of ['ends', 'strictEnds']) {
      expect(estimate(`{ ${list} { title } }`)).toBe(1000);
      expect(estimate(`{ ${list}(first: 0) { title author { name } } }`)).toBe(1000 * 2);
      expect(estimate(`{ ${list}(first: 2000) { title } }`)).toBe(2000);
      expect(estimate(`{ ${list}(first: 3, last: 0) { title } }`)).toBe(3);
      expect(estimate(`query ($l: Int) { ${list}(first: 3, last: $l) { title } }`)).toBe(1000);
      expect(estimate(`query ($l: Int) { ${list}(first: 3, last: $l) { title } }`, { l: 1 })).toBe(3);
    }
  });
  test('as many as are assumed where null takes the place of a default', () => {
    expect(estimate('{ all { title } }')).toBe(5);
    expect(estimate('{ all(first: null) { title } }')).toBe(2000);
    const query = 'query ($n: Int) { all(first: $n) { title } ends(first: 3, last: $n) { title } }';
    expect(estimate(query, { n: null })).toBe(2000 + 10);
    expect(estimate(query)).toBe(5 + 1000);
    expect(estimate('{ books(first: 3, last: null) { title } }')).toBe(3);
  });
  test('as many as are assumed where an argument asks for less than none', () => {
    for (const list of ['books', 'page'])
      for (const size of [-1, -2_147_483_648]) {
        const selected =
          list === 'page' ? '{ nodes { title author { name } } }' : '{ title author { name } }';
        const cost = 10 * 2 + (list === 'page' ? 1 : 0);
        expect(estimate(`{ ${list}(first: ${size}) ${selected} }`)).toBe(cost);
        const query = `query ($n: Int = ${size}) { ${list}(first: $n) ${selected} }`;
        expect([estimate(query), estimate(query, { n: size })]).toEqual([cost, cost]);
      }
    expect(estimate('{ all(first: -1) { title } }')).toBe(2000);
    expect(estimate('{ ends(first: 3, last: -1) { title } }')).toBe(10);
    expect(estimate('{ ends(first: 30, last: -1) { title } }')).toBe(30);
    expect(estimate('{ toTheEnd { title } }')).toBe(40);
  });
  test('as many in the fields of a page, also through fragments', () => {
    expect(estimate('{ page(first: 7) { total nodes { title } } }')).toBe(1 + 7);
    const query =
      'query ($p: Int) { page(first: $p) { ...P } } fragment P on BookPage { edges { node { title } } }';
    expect(estimate(query, { p: 2 })).toBe(1 + 2 * 2);
    expect(estimate(query)).toBe(1 + 10 * 2);
  });
  test('ten more if it is a mutation', () => {
    expect(estimate('mutation { rate(id: 1) { title } }')).toBe(11);
  });
  test('nothing for what is skipped', () => {
    const query =
      'query ($yes: Boolean!) { book @skip(if: true) { title } a: book @include(if: $yes) { title } }';
    expect([estimate(query, { yes: true }), estimate(query, { yes: false })]).toEqual([1, 0]);
  });
  test('what the heaviest type may cost, where several may stand', () => {
    expect(estimate('{ media { title } }')).toBe(30);
  });
  test('by default what the heaviest type costs by itself, where another says that it costs less', () => {
    expect(estimate('{ place { owner { name } } }')).toBe(1 + 20);
    expect(estimate('{ place { ... on House { owner { name } } } }')).toBe(1 + 1);
    expect(estimate('{ place { map(scale: 1) } }')).toBe(1 + 9);
    expect(estimate('{ place { ... on House { map(scale: 1) } } }')).toBe(1 + 1);
  });
  test('as many in a page, and as many pages, as in the largest of the types that may stand there', () => {
    expect(estimate('{ place { rooms { large { text } } } }')).toBe(1 + 1 + 50);
    expect(estimate('{ place { ... on House { rooms { large { text } } } } }')).toBe(1 + 1 + 2);
    expect(estimate('{ place { wings { large { text } } } }')).toBe(1 + 40 * (1 + 50));
    expect(estimate('{ place { ... on House { wings { large { text } } } } }')).toBe(1 + 10 * (1 + 2));
  });
});

test('the size of a list must be said once where that is required', () => {
  const both = compiled('query ($l: Int) { books(first: 1, last: $l) { title } }');
  expect(both.problems({ l: 2 })).toEqual(['"Query.books" must be given exactly one of first, last.']);
  expect(both.problems({})).toEqual([]);
  expect(compiled('{ books { title } }').problems({})).toHaveLength(1);
  expect(compiled('{ page { total } shelf { title } strictEnds { title } }').problems({})).toEqual([]);
  expect(compiled('{ strictEnds(last: null) { title } }').problems({})).toHaveLength(1);
});

test('C13 a page counts as no longer than subgraphs give one, whatever is asked for', () => {
  const { estimate: most } = compiled('query ($n: Int) { page(first: $n) { edges { node { title } } } }', {
    maxListSize: 100,
  });
  expect(most({ n: 99_999_999 })).toBe(1 + 100 * 2);
  expect(most({ n: 7 })).toBe(1 + 7 * 2);
  expect(most({})).toBe(1 + 10 * 2);
});

test('the actual cost counts what came', () => {
  const { actual } = compiled(
    'query ($t: String) { bestsellers { title price ...A } search(text: $t) { title } } fragment A on Book { author { name } }',
  );
  const book = { title: 't', price: 1, author: { name: 'n' } };
  expect(actual({ bestsellers: [book, null, { ...book, author: null }], search: null }, { t: 'x' })).toBe(
    1 + 4 + 1 + (1 + 4) + 7,
  );
  expect(actual(null)).toBe(0);
  const byDefault = compiled('query ($f: Filter = { text: "x" }) { search(filter: $f) { title } }');
  expect(byDefault.actual({ search: { title: 't' } })).toBe(1 + 3);
  expect(byDefault.actual({ search: { title: 't' } }, { f: {} })).toBe(1 + 1);
  const either = compiled(
    'query ($yes: Boolean!) { place { ... on House @include(if: $yes) { x: owner { name } } ... on Castle { x: rooms { __typename } } } }',
  );
  expect(either.actual({ place: { x: { __typename: 'Rooms' } } }, { yes: false })).toBe(1 + 1);
});

test('a size that is no number of a page leaves the cost a number', () => {
  const query = 'query ($n: Int, $s: Boolean!) { books(first: $n) @skip(if: $s) { title } }';
  // as JSON has 1e999
  expect(estimate(query, { n: Infinity, s: false })).toBe(2 ** 31 - 1);
  expect(estimate(query, { n: Infinity, s: true })).toBe(0);
});

describe('a gateway with a limit', () => {
  let subgraph: TestSubgraph;
  let gateway: TestGateway;
  let called = 0;
  beforeAll(async () => {
    subgraph = await startSubgraph('books', types, {
      Query: {
        books: (_: unknown, { first }: { first: number }) => {
          called += 1;
          return Array.from({ length: Math.min(first, 2) }, () => ({ title: 't' }));
        },
      },
    });
    gateway = await startGateway([subgraph], { MAX_COST: '20', DEVELOPER_MODE: 'true' });
  });
  afterAll(async () => {
    await gateway.stop();
    await subgraph.stop();
  });

  test('C14 refuses what is estimated to cost more, before anyone is asked', async () => {
    const query = 'query ($n: Int) { books(first: $n) { title } }';
    const { body } = await gateway.ask(query, { variables: { n: 21 } });
    expect(codeOf(body)).toBe('COST_ESTIMATED_TOO_EXPENSIVE');
    expect(body.errors?.[0]?.extensions).toMatchObject({ estimated: 21, limit: 20 });
    expect(body).not.toHaveProperty('data');
    expect(called).toBe(0);
    expect((await gateway.ask(query, { variables: { n: 20 } })).body.data).toBeDefined();
  });
  test('refuses lists of unknown size', async () => {
    expect(codeOf((await gateway.ask('{ books { title } }')).body)).toBe('BAD_USER_INPUT');
  });
  test('shows what an operation cost to a developer who asks', async () => {
    const query = '{ books(first: 9) { title } }';
    const { body } = await gateway.ask(query, { headers: { 'x-marquee-cost': '1' } });
    expect(body.extensions).toEqual({ cost: { estimated: 9, actual: 2, limit: 20 } });
    expect((await gateway.ask(query)).body).not.toHaveProperty('extensions');
  });
});
