import { describe, expect, test, vi } from 'vitest';
import { createCompiledExecutor } from './compiled-executor.ts';
import { createScripted, type Call, type Script } from './compiled/testing/scripted.ts';
import { requestWith, silent } from './compiled/testing/world.ts';

/** Answers to `_entities`, one for each representation. */
const entities = (call: Call, answer: (representation: any) => unknown) => ({
  data: { _entities: (call.variables['representations'] as unknown[]).map(answer) },
});

const shop = {
  products: `
    type Query { product(id: ID!): Product  products: [Product!]  must: Product! }
    type Mutation { rename(id: ID!, name: String!): Product }
    type Product @key(fields: "id") { id: ID!  name: String  price: Int  weight: Int  maker: Maker }
    type Maker @key(fields: "id") { id: ID!  country: Country }
    type Country { code: String }`,
  stock: `
    type Product @key(fields: "id") {
      id: ID!
      price: Int @external
      weight: Int @external
      maker: Maker @external
      count(store: String): Int
      shipping: Int @requires(fields: "price weight")
      tax: Int @requires(fields: "maker { country { code } }")
    }
    type Maker @key(fields: "id") { id: ID!  country: Country @external }
    type Country { code: String @external }`,
};

/** Types whose keys are equal. */
const animals = `
  type Query { animals: [Animal] }
  interface Animal { id: ID! }
  type Cat implements Animal @key(fields: "id") { id: ID! }
  type Dog implements Animal @key(fields: "id") { id: ID! }`;

describe('entities', () => {
  test('that are equal are asked for once, and all get the answer', async () => {
    const { ask, calls } = await createScripted(shop, (call) =>
      call.subgraph === 'products'
        ? { data: { products: ['1', '2', '1'].map((id) => ({ __typename: 'Product', id })) } }
        : entities(call, ({ id }) => ({ count: Number(id) * 10 })),
    );
    expect(await ask('{ products { count } }')).toEqual({
      data: { products: [{ count: 10 }, { count: 20 }, { count: 10 }] },
    });
    expect(calls[1]?.variables).toEqual({
      representations: [
        { __typename: 'Product', id: '1' },
        { __typename: 'Product', id: '2' },
      ],
    });
  });

  test('of several types are told apart, though their keys are equal', async () => {
    const zoo = {
      animals,
      names: `
        type Cat @key(fields: "id") { id: ID!  name: String }
        type Dog @key(fields: "id") { id: ID!  name: String }`,
    };
    const { ask, calls } = await createScripted(zoo, (call) =>
      call.subgraph === 'animals'
        ? { data: { animals: ['Cat', 'Dog', 'Cat'].map((__typename) => ({ __typename, id: '1' })) } }
        : entities(call, ({ __typename, id }) => ({ name: `${__typename} ${id}` })),
    );
    expect(await ask('{ animals { ... on Cat { name } ... on Dog { name } } }')).toEqual({
      data: { animals: [{ name: 'Cat 1' }, { name: 'Dog 1' }, { name: 'Cat 1' }] },
    });
    expect(calls).toHaveLength(2);
  });

  test('are represented with what a field requires, nested or not', async () => {
    const product = {
      __typename: 'Product',
      id: '1',
      price: 5,
      weight: null,
      maker: { __typename: 'Maker', id: 'm', country: { code: 'DE "quoted"' } },
    };
    const { ask, calls } = await createScripted(shop, (call) =>
      call.subgraph === 'products'
        ? { data: { product } }
        : entities(call, (given) => ({ shipping: given.price ?? null, tax: given.maker ? 7 : null })),
    );
    const { data } = await ask('{ product(id: "1") { shipping tax } }');
    expect(data).toEqual({ product: { shipping: 5, tax: 7 } });
    expect(calls[1]?.variables['representations'][0]).toEqual({
      __typename: 'Product',
      id: '1',
      price: 5,
      weight: null,
      maker: { country: { code: 'DE "quoted"' } },
    });
  });

  test('are told apart by every field that is required', async () => {
    const made = (id: string, price: number | null, weight: number) => ({
      __typename: 'Product',
      id,
      price,
      weight,
    });
    const products = [made('1', 5, 7), made('2', 5, 7), made('1', 5, 7), made('1', 6, 7), made('1', null, 7)];
    const { ask, calls } = await createScripted(shop, (call) =>
      call.subgraph === 'products'
        ? { data: { products } }
        : entities(call, ({ id, price }) => ({ shipping: Number(id) * 100 + (price ?? 0) })),
    );
    expect(await ask('{ products { shipping } }')).toEqual({
      data: { products: [105, 205, 105, 106, 100].map((shipping) => ({ shipping })) },
    });
    expect(calls[1]?.variables['representations']).toEqual([0, 1, 3, 4].map((index) => products[index]));
  });

  test('of which a required field is missing are not asked for', async () => {
    const { ask, calls } = await createScripted(shop, () => ({
      data: { product: { __typename: 'Product', id: '1', price: 5 } },
    }));
    expect(await ask('{ product(id: "1") { shipping } }')).toEqual({ data: { product: { shipping: null } } });
    expect(calls).toHaveLength(1);
  });

  test('that a subgraph does not know stay as they are', async () => {
    const { ask } = await createScripted(shop, (call) =>
      call.subgraph === 'products'
        ? { data: { product: { __typename: 'Product', id: '1', name: 'One' } } }
        : entities(call, () => null),
    );
    expect(await ask('{ product(id: "1") { name count } }')).toEqual({
      data: { product: { name: 'One', count: null } },
    });
  });
});

describe('a call', () => {
  const answer: Script = (call) =>
    call.subgraph === 'products'
      ? { data: { product: { __typename: 'Product', id: '1', name: 'One' }, other: null } }
      : entities(call, () => ({ count: 1 }));

  test('carries the variables that it uses, as the client sent them, and no others', async () => {
    const { ask, calls } = await createScripted(shop, answer);
    await ask(
      'query ($id: ID!, $store: String = "here", $yes: Boolean!) { product(id: $id) { name @include(if: $yes) count(store: $store) } }',
      { id: '1', yes: true },
    );
    expect(calls[0]?.variables).toEqual({ id: '1', yes: true });
    expect(calls[1]?.variables).toEqual({ representations: [{ __typename: 'Product', id: '1' }] });
  });

  test('that equals another of the same request is made once', async () => {
    const types = {
      a: `type Query { left: Thing  right: Thing } type Thing @key(fields: "id") { id: ID! }`,
      b: `type Thing @key(fields: "id") { id: ID!  name: String  inner: Inner } type Inner { text: String }`,
    };
    const script: Script = (call) =>
      call.subgraph === 'a'
        ? { data: { left: { __typename: 'Thing', id: '1' }, right: { __typename: 'Thing', id: '1' } } }
        : entities(call, () => ({ name: 'One', inner: { text: 'in' } }));
    const { ask, calls } = await createScripted(types, script);
    const thing = { name: 'One', inner: { text: 'in' } };
    expect(await ask('query Q { left { name inner { text } } right { name inner { text } } }')).toEqual({
      data: { left: thing, right: thing },
    });
    expect(calls.map((call) => call.subgraph)).toEqual(['a', 'b']);
  });

  test('after a change is made again, for what it asks may have changed', async () => {
    const { ask, calls } = await createScripted(shop, (call) =>
      call.subgraph === 'products'
        ? { data: { a: { __typename: 'Product', id: '1' }, b: { __typename: 'Product', id: '1' } } }
        : entities(call, () => ({ count: calls.length })),
    );
    const { data } = await ask(
      'mutation { a: rename(id: "1", name: "x") { count } b: rename(id: "1", name: "y") { count } }',
    );
    expect(Object.keys(data)).toEqual(['a', 'b']);
    expect(calls.filter((call) => call.subgraph === 'stock')).toHaveLength(2);
  });

  test('that a condition makes needless is not made', async () => {
    const { ask, calls } = await createScripted(shop, answer);
    const query = 'query ($yes: Boolean! = false) { product(id: "1") { name count @include(if: $yes) } }';
    expect(await ask(query)).toEqual({ data: { product: { name: 'One' } } });
    expect(calls).toHaveLength(1);
    expect(await ask(query, { yes: true })).toEqual({ data: { product: { name: 'One', count: 1 } } });
    expect(calls).toHaveLength(3);
  });
});

describe('strings are escaped where they have to be, whichever answer they came in', () => {
  const types = {
    a: `type Query { things: [Thing] } type Thing @key(fields: "id") { id: ID!  first: String }`,
    b: `type Thing @key(fields: "id") { id: ID!  second: String }`,
  };
  const plain = 'plain, — and ünïcode 🎬 \u007f';
  test.each(['"', '\\', '\n', '\u0000', '\ud800', 'a"b\\c\td\udc00e'.repeat(20)])('%j', async (odd) => {
    for (const [first, second] of [
      [odd, plain],
      [plain, odd],
      [plain, plain],
    ]) {
      const { ask } = await createScripted(types, (call) =>
        call.subgraph === 'a'
          ? { data: { things: [{ __typename: 'Thing', id: '1', first }] } }
          : entities(call, () => ({ second })),
      );
      expect(await ask('{ things { first second } }')).toEqual({ data: { things: [{ first, second }] } });
    }
  });
});

test('a condition without a value is the client’s error', async () => {
  const { ask, calls } = await createScripted(shop, () => ({ data: {} }));
  const answer = await ask('query ($yes: Boolean = true) { products { id @include(if: $yes) } }', {
    yes: null,
  });
  expect(answer.data).toBeNull();
  expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(calls).toHaveLength(0);
});

describe('errors', () => {
  const three = { data: { products: ['1', '2', '1'].map((id) => ({ __typename: 'Product', id })) } };

  test('of an entity are told at every place where it is', async () => {
    const { ask } = await createScripted(shop, (call) =>
      call.subgraph === 'products'
        ? three
        : {
            data: { _entities: [{ count: null }, { count: 2 }] },
            errors: [{ message: 'No.', path: ['_entities', 0, 'count'], extensions: { code: 'FORBIDDEN' } }],
          },
    );
    const { data, errors } = await ask('{ products { count } }');
    expect(data.products).toEqual([{ count: null }, { count: 2 }, { count: null }]);
    expect(errors?.map(({ path }) => path)).toEqual([
      ['products', 0, 'count'],
      ['products', 2, 'count'],
    ]);
    expect(errors?.[0]).toMatchObject({ message: 'No.', extensions: { code: 'FORBIDDEN' } });
  });

  test('skip the places of objects that had no representation', async () => {
    const { ask } = await createScripted(shop, (call) =>
      call.subgraph === 'products'
        ? { data: { products: [{ __typename: 'Product' }, { __typename: 'Product', id: '2' }] } }
        : { data: { _entities: [null] }, errors: [{ message: 'No.', path: ['_entities', 0, 'count'] }] },
    );
    const { errors } = await ask('{ products { count } }');
    expect(errors).toMatchObject([{ message: 'No.', path: ['products', 1, 'count'] }]);
  });

  test('of a subgraph that does not answer are told for each field that is missing for it', async () => {
    const { ask } = await createScripted(shop, ({ subgraph }) =>
      subgraph === 'products' ? three : undefined,
    );
    const { data, errors } = await ask('{ products { id count } }');
    expect(data.products[1]).toEqual({ id: '2', count: null });
    expect(new Set(errors?.map(({ path }) => path?.join('.')))).toEqual(
      new Set(['products.0.count', 'products.1.count', 'products.2.count']),
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test('of a subgraph that does not answer are told of what was asked of each object', async () => {
    const zoo = {
      animals,
      names: `
        type Query { keeper: Keeper  guard: Keeper }
        type Cat @key(fields: "id") { id: ID!  lives: Int  enemy: Dog }
        type Dog @key(fields: "id") { id: ID!  keeper: Keeper  name: String }
        type Keeper { name: String  age: Int }`,
    };
    const { ask } = await createScripted(zoo, ({ subgraph }) =>
      subgraph === 'animals'
        ? { data: { animals: ['Cat', 'Dog'].map((__typename) => ({ __typename, id: '1' })) } }
        : undefined,
    );
    const query = `query ($yes: Boolean!, $no: Boolean = false) {
      animals {
        ... on Cat { lives enemy @include(if: $no) { name } }
        ... on Dog { keeper @include(if: $yes) { name @include(if: $no) } ... @skip(if: $yes) { name } }
      }
      keeper @skip(if: $yes) { name }
      guard @include(if: $yes) { age @include(if: $no) name }
    }`;
    const { data, errors } = await ask(query, { yes: true });
    expect(data).toEqual({ animals: [{ lives: null }, { keeper: null }], guard: null });
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'animals.0.lives',
      'animals.1.keeper',
      'guard',
    ]);
  });

  test('of a subgraph that does not answer are told once of a field that has several names in the plan', async () => {
    const zoo = {
      kinds: `
        type Query { kind: String }
        interface Animal @key(fields: "id") { id: ID! }
        type Cat implements Animal @key(fields: "id") { id: ID!  age: Int! @shareable }
        type Dog implements Animal @key(fields: "id") { id: ID!  age: Int @shareable }`,
      cats: 'type Cat @key(fields: "id") { id: ID!  age: Int @shareable }',
      animals: `
        type Query { animals: [Animal!] }
        type Animal @interfaceObject @key(fields: "id") { id: ID! }`,
    };
    const { ask, calls } = await createScripted(zoo, ({ subgraph }) =>
      subgraph === 'animals' ? { data: { animals: [{ __typename: 'Animal', id: '1' }] } } : undefined,
    );
    const { errors } = await ask('{ animals { ... on Cat { age } ... on Dog { age } } }');
    expect(calls[1]?.query).toMatch(/age__alias_/);
    expect(errors?.map(({ path }) => path)).toEqual([['animals', 0, 'age']]);
  });

  test('of a subgraph that does not answer are told once where the plan asks for another field of that name', async () => {
    const carts = 'type Query { item: Product } type Product @key(fields: "id") { id: ID! }';
    const { ask, calls } = await createScripted({ ...shop, carts }, ({ subgraph }) =>
      subgraph === 'carts' ? { data: { item: { __typename: 'Product', id: '1' } } } : undefined,
    );
    const { errors } = await ask('{ item { shipping price: weight } }');
    expect(calls[1]?.query).toContain('price__private:weight');
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(['item.price', 'item.weight']);
  });

  test.each([
    ['that does not answer', undefined],
    ['that answers with too few entities', { data: { _entities: [] } }],
  ])('of a subgraph %s are not told where nothing was asked of it', async (_what, answer) => {
    const two = {
      things: `
        type Query { things: [Thing!]  some: Int }
        union Thing = Cat | Dog
        type Cat @key(fields: "id") { id: ID! }
        type Dog @key(fields: "id") { id: ID! }`,
      names: `
        type Cat @key(fields: "id") { id: ID!  lives: Int }
        type Dog @key(fields: "id") { id: ID!  name: String }`,
    };
    const { ask, calls } = await createScripted(two, ({ subgraph }) =>
      subgraph === 'things' ? { data: { things: [{ __typename: 'Cat', id: '1' }] } } : answer,
    );
    const query =
      'query ($no: Boolean!) { things { ... on Cat { id lives @include(if: $no) } ... on Dog { name } } }';
    expect(await ask(query, { no: false })).toEqual({ data: { things: [{ id: '1' }] } });
    expect(calls).toHaveLength(2);
    const { errors } = await ask(query, { no: true });
    expect(errors?.map(({ path }) => path)).toEqual([['things', 0, 'lives']]);
  });

  test('of a subgraph that answers with too few entities are told likewise', async () => {
    const { ask } = await createScripted(shop, ({ subgraph }) =>
      subgraph === 'products' ? three : { data: { _entities: [{ count: 1 }] } },
    );
    const { data, errors } = await ask('{ products { count } }');
    expect(data.products).toEqual([{ count: null }, { count: null }, { count: null }]);
    expect(errors).toHaveLength(3);
  });

  test('of a subgraph that answers with something else than entities are told for those', async () => {
    const { ask } = await createScripted(shop, ({ subgraph }) =>
      subgraph === 'products' ? three : { data: { _entities: [{ count: 1 }, 'count'] } },
    );
    const { data, errors } = await ask('{ products { count } }');
    expect(data.products).toEqual([{ count: 1 }, { count: null }, { count: 1 }]);
    expect(errors?.map(({ path }) => path)).toEqual([['products', 1, 'count']]);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test('without a place, or of no form at all, are kept without one', async () => {
    const { ask } = await createScripted(shop, () => ({
      data: null,
      errors: [{ message: 'all is lost' }, 'what', { message: 5, path: 'x' }] as never,
    }));
    const { data, errors } = await ask('{ products { id } }');
    expect(data).toEqual({ products: null });
    expect(errors?.map((error) => 'path' in error)).toEqual([false, false, false]);
  });

  test('that explain a null are not followed by another about it', async () => {
    const { ask } = await createScripted(shop, () => ({
      data: null,
      errors: [{ message: 'No.', path: ['must', 'id'], extensions: { code: 'NOT_FOUND' } }],
    }));
    const answer = await ask('{ must { id } }');
    expect(answer.data).toBeNull();
    expect(answer.errors).toHaveLength(1);
  });
});

describe('interface objects', () => {
  const library = {
    catalog: `
      type Query { media: [Media!] }
      interface Media @key(fields: "id") { id: ID! }
      type Book implements Media @key(fields: "id") { id: ID!  pages: Int }
      type Film implements Media @key(fields: "id") { id: ID!  minutes: Int }`,
    reviews: `
      type Query { top: [Media!]  best: Media }
      type Media @interfaceObject @key(fields: "id") { id: ID!  views: Int }`,
  };

  test('are asked for by the interface’s name', async () => {
    const { ask, calls } = await createScripted(library, (call) =>
      call.subgraph === 'catalog'
        ? {
            data: {
              media: [
                { __typename: 'Book', id: '1', pages: 9 },
                { __typename: 'Film', id: '2' },
              ],
            },
          }
        : entities(call, () => ({ __typename: 'Media', views: 3 })),
    );
    expect(await ask('{ media { __typename views ... on Book { pages } } }')).toEqual({
      data: {
        media: [
          { __typename: 'Book', views: 3, pages: 9 },
          { __typename: 'Film', views: 3 },
        ],
      },
    });
    expect(calls[1]?.variables['representations']).toEqual([
      { __typename: 'Media', id: '1' },
      { __typename: 'Media', id: '2' },
    ]);
  });

  test('get their own type from the subgraph that knows it', async () => {
    const { ask } = await createScripted(library, (call) =>
      call.subgraph === 'reviews'
        ? { data: { top: [{ __typename: 'Media', id: '1', views: 1 }] } }
        : entities(call, () => ({ __typename: 'Film', minutes: 90 })),
    );
    expect(await ask('{ top { kind: __typename views ... on Film { minutes } } }')).toEqual({
      data: { top: [{ kind: 'Film', views: 1, minutes: 90 }] },
    });
  });

  test.each(['', null, undefined])('keep the type that is known where a subgraph says %j', async (told) => {
    const { ask } = await createScripted(library, (call) =>
      call.subgraph === 'reviews'
        ? { data: { top: [{ __typename: 'Media', id: '1', views: 1 }] } }
        : entities(call, () => ({ __typename: told, minutes: 90 })),
    );
    expect(await ask('{ top { views ... on Film { minutes } } }')).toEqual({ data: { top: [{ views: 1 }] } });
  });

  test.each([
    '{ top { ...F ... on Named { ... on Film { id } } } } fragment F on Named { name }',
    'query ($no: Boolean = false) { top { ... @skip(if: $no) { ...F } } } fragment F on Named { name ... on Film { id } }',
  ])('may be asked for by an interface that only their own types have: %s', async (query) => {
    const named = {
      catalog: `
        type Query { media: [Media!] }
        interface Named { name: String }
        interface Media @key(fields: "id") { id: ID! }
        type Book implements Media & Named @key(fields: "id") { id: ID!  name: String }
        type Film implements Media & Named @key(fields: "id") { id: ID!  name: String }
        type Song implements Media @key(fields: "id") { id: ID! }
        type Actor implements Named { name: String }`,
      reviews: library.reviews,
    };
    const { ask } = await createScripted(named, (call) => {
      if (call.subgraph === 'reviews')
        return { data: { top: ['1', '2', '3'].map((id) => ({ __typename: 'Media', id })) } };
      return entities(call, ({ id }) =>
        id === '3'
          ? { __typename: 'Song' }
          : { __typename: id === '1' ? 'Book' : 'Film', id, name: `name ${id}` },
      );
    });
    expect(await ask(query)).toEqual({
      data: { top: [{ name: 'name 1' }, { name: 'name 2', id: '2' }, {}] },
    });
  });

  test('whose own type is asked for and unknown are null, and an error says so', async () => {
    const { ask } = await createScripted(library, (call) =>
      call.subgraph === 'reviews'
        ? { data: { best: { __typename: 'Media', id: '1', views: 1 } } }
        : entities(call, () => null),
    );
    const { data, errors } = await ask('{ best { __typename views } }');
    expect(data).toEqual({ best: null });
    expect(errors).toMatchObject([{ path: ['best'] }]);
  });
});

test('fields whose types differ by subgraph come back under the client’s key, false and zero too', async () => {
  const types = {
    a: `
      type Query { any: [Any!] }
      union Any = Left | Right
      type Left @key(fields: "id") { id: ID!  count: Int! @shareable }
      type Right @key(fields: "id") { id: ID!  count: Int }`,
    b: `type Left @key(fields: "id") { id: ID!  count: Int @shareable }`,
  };
  const { ask, calls } = await createScripted(types, ({ query }) => {
    const alias = /(count__alias_\d+)/.exec(query)?.[1] ?? 'count';
    return {
      data: {
        any: [
          { __typename: 'Left', count: 0 },
          { __typename: 'Right', [alias]: 0 },
        ],
      },
    };
  });
  expect(await ask('{ any { ... on Left { count } ... on Right { count } } }')).toEqual({
    data: { any: [{ count: 0 }, { count: 0 }] },
  });
  expect(calls[0]?.query).toContain('count__alias_0');
});

test('introspection may be asked for under any key', async () => {
  const { ask } = await createScripted({ a: 'type Query { a: Int }' }, () => ({ data: { a: 1 } }));
  const type = { name: 'Query' };
  expect(
    await ask(
      '{ a__private: __schema { queryType { name } } b__required0: __type(name: "Query") { name } a }',
    ),
  ).toEqual({ data: { a__private: { queryType: type }, b__required0: type, a: 1 } });
});

test('introspection is answered beside data, with its fragments, conditions and variables', async () => {
  const { ask } = await createScripted(shop, () => ({ data: { products: [] } }));
  const query = `
    query ($name: String!, $yes: Boolean!) {
      __typename
      __type(name: $name) { ...Named }
      again: __type(name: "Nobody") { name }
      __schema @skip(if: $yes) { queryType { name } }
      products { id }
    }
    fragment Named on __Type { kind name @include(if: $yes) }`;
  expect(await ask(query, { name: 'Product', yes: true })).toEqual({
    data: { __typename: 'Query', __type: { kind: 'OBJECT', name: 'Product' }, again: null, products: [] },
  });
  const other = await ask(query, { name: 'Product', yes: false });
  expect(other.data.__schema).toEqual({ queryType: { name: 'Query' } });
});

describe("an error that voids all of a subgraph's answer is the only one", () => {
  const refusal = (path: (string | number)[]) => ({
    message: 'Too many.',
    path,
    extensions: { code: 'RATE_LIMITED' },
  });
  const types = {
    one: `
      type Query { may: Int  must: Int!  item: Item! }
      type Mutation { change(to: Int): Int! }
      type Item @key(fields: "id") { id: ID! }`,
    two: `type Item @key(fields: "id") { id: ID!  first: Int!  second: Int!  third: Int }`,
  };

  test('of root fields', async () => {
    const { ask } = await createScripted(types, () => ({ data: null, errors: [refusal(['b'])] }));
    for (const query of ['{ a: must may b: must c: must }', 'mutation { a: change(to: 1) b: change(to: 2) }'])
      expect(await ask(query)).toMatchObject({ data: null, errors: [refusal(['b'])] });
  });

  test('of entities', async () => {
    const { ask } = await createScripted(types, ({ subgraph }) =>
      subgraph === 'one'
        ? { data: { may: 1, item: { __typename: 'Item', id: '1' } } }
        : { data: { _entities: [null] }, errors: [refusal(['_entities', 0, 'second'])] },
    );
    expect(await ask('{ may item { id first second third } }')).toMatchObject({
      data: null,
      errors: [refusal(['item', 'second'])],
    });
  });

  test('of entities, by a field that may not be null there and may elsewhere', async () => {
    const { ask } = await createScripted(
      {
        one: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
        two: 'type Item @key(fields: "id") { id: ID!  first: Int!  second: Int! @shareable }',
        three: 'type Item @key(fields: "id") { id: ID!  second: Int @shareable }',
      },
      ({ subgraph }) =>
        subgraph === 'one'
          ? { data: { item: { __typename: 'Item', id: '1' } } }
          : { data: { _entities: [null] }, errors: [refusal(['_entities', 0, 'second'])] },
    );
    expect(await ask('{ item { id first second } }')).toEqual({
      data: { item: null },
      errors: [expect.objectContaining({ message: 'Too many.', path: ['item', 'second'] })],
    });
  });

  test('of a whole request', async () => {
    const { path: _, ...whole } = refusal([]);
    const { ask } = await createScripted(types, () => ({ errors: [whole] }) as never);
    const { data, errors } = await ask('{ a: must may b: must }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ message: 'Too many.', extensions: { code: 'RATE_LIMITED' } }]);
  });

  test('but says nothing of a field that is not there for no reason', async () => {
    const { ask } = await createScripted(types, () => ({
      data: { may: null },
      errors: [refusal(['may'])],
    }));
    const { data, errors } = await ask('{ may must }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([refusal(['may']), { path: ['must'] }]);
  });
});

test('keys that a subgraph sends unasked change no prototype (C12)', async () => {
  const hostile = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  const { ask } = await createScripted(shop, (call) =>
    call.subgraph === 'products'
      ? { data: { product: { ...(JSON.parse(hostile) as object), __typename: 'Product', id: '1' } } }
      : entities(call, () => ({ ...(JSON.parse(hostile) as object), count: 1 })),
  );
  expect(await ask('{ product(id: "1") { id count } }')).toEqual({
    data: { product: { id: '1', count: 1 } },
  });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

describe('an event of a subscription', () => {
  const types = {
    jobs: `
      type Query { job: Job }
      type Subscription { progress(id: ID): Job! }
      type Job { percent: Int  title: Title }
      type Title @key(fields: "id", resolvable: false) { id: ID! }`,
    titles: `type Title @key(fields: "id") { id: ID!  name: String }`,
  };
  const query =
    'subscription ($yes: Boolean! = true) { progress { percent title { name @include(if: $yes) } } }';

  test('is completed from the other subgraphs', async () => {
    const { event } = await createScripted(types, (call) =>
      entities(call, ({ id }) => ({ name: `Title ${id}` })),
    );
    const progress = { percent: 5, title: { __typename: 'Title', id: '7' } };
    expect(await event(query, { data: { progress } })).toEqual({
      data: { progress: { percent: 5, title: { name: 'Title 7' } } },
    });
    const quoted = { percent: 5, title: { __typename: 'Title', id: '"7"' } };
    expect(await event('subscription { progress { title { id } } }', { data: { progress: quoted } })).toEqual(
      {
        data: { progress: { title: { id: '"7"' } } },
      },
    );
  });

  test('brings its errors along', async () => {
    const { event } = await createScripted(types, () => undefined);
    const failed = { data: null, errors: [{ message: 'No.', path: ['progress'] }] };
    expect(await event(query, failed)).toMatchObject({
      data: null,
      errors: [{ message: 'No.', path: ['progress'] }],
    });
  });
});

describe('a client’s key', () => {
  const types = {
    a: `
      type Query { product: Product }
      type Product @key(fields: "id") { id: ID!  name: String  weight: Int  price(currency: String): Int }`,
    b: `
      type Product @key(fields: "id") {
        id: ID!
        weight: Int @external
        price(currency: String): Int @external
        shipping: String @requires(fields: "weight price(currency: \\"USD\\")")
      }`,
  };
  const values: Record<string, unknown> = { id: '1', name: 'One', weight: 5, __typename: 'Product' };
  /** Answers whatever fields are asked for; what is required comes back as `shipping`. */
  const script: Script = (call) => {
    if (call.subgraph === 'b')
      return entities(call, ({ id, weight, price }) => ({ shipping: `${id} ${weight} ${price}` }));
    const product: Record<string, unknown> = {};
    for (const [, alias, field = '', currency] of call.query.matchAll(
      /(?:(\w+):)?\b(id|name|weight|price|__typename)\b(?:\(currency:"(\w+)"\))?/g,
    ))
      product[alias ?? field] = field === 'price' ? (currency === 'USD' ? 200 : 100) : values[field];
    return { data: { product } };
  };

  test.each([
    ['id: name', { id: 'One' }],
    ['weight: name name: weight', { weight: 'One', name: 5 }],
    ['id: __typename', { id: 'Product' }],
    ['__typename: name', { __typename: 'One' }],
    ['price(currency: "EUR")', { price: 100 }],
    ['weight: price(currency: "EUR") price: weight', { weight: 100, price: 5 }],
  ])('that the plan has another use for is kept apart: %s', async (selection, expected) => {
    const { ask } = await createScripted(types, script);
    const { data } = await ask(`{ product { ${selection} shipping } }`);
    expect(data.product).toEqual({ ...expected, shipping: '1 5 200' });
  });
});

test('errors tell the client’s keys', async () => {
  const { ask } = await createScripted(shop, () => ({
    data: { product: { id__private: null } },
    errors: [{ message: 'No.', path: ['product', 'id__private'] }],
  }));
  const { data, errors } = await ask('{ product(id: "1") { id: name } }');
  expect(data).toEqual({ product: { id: null } });
  expect(errors).toMatchObject([{ path: ['product', 'id'] }]);
});

describe('@requires with arguments', () => {
  const types = {
    a: `
      type Query { products: [Product] }
      type Product @key(fields: "id") { id: ID!  price(currency: String!): Int  maker: Maker }
      type Maker { cost(in: String): Int }`,
    b: `
      type Product @key(fields: "id") {
        id: ID!
        price(currency: String!): Int @external
        maker: Maker @external
        usd(text: String): String @requires(fields: "price(currency: \\"USD\\")")
        eur(text: String): String @requires(fields: "price(currency: \\"EUR\\")")
        again: String @requires(fields: "price(currency: \\"EUR\\") maker { cost(in: \\"x\\") }")
        plain: String
      }
      type Maker { cost(in: String): Int @external }`,
  };
  const currencies: Record<string, number> = { USD: 0, EUR: 2, X: 3 };
  const script: Script = (call) => {
    const keys = (object: Record<string, any>, names: RegExp): Record<string, unknown> => {
      const found: Record<string, unknown> = {};
      for (const [, alias, field = ''] of call.query.matchAll(names)) {
        if (field in object) found[alias ?? field] = object[field];
      }
      return found;
    };
    if (call.subgraph === 'a') {
      const product: Record<string, unknown> = { __typename: 'Product', id: '1' };
      for (const [, alias, currency = ''] of call.query.matchAll(/(?:(\w+):)?price\(currency:"(\w+)"\)/g))
        product[alias ?? 'price'] = currencies[currency];
      const cost = /(?:(\w+):)?cost\(in:"x"\)/.exec(call.query);
      if (cost) product['maker'] = { [cost[1] ?? 'cost']: 9 };
      return { data: { products: [product] } };
    }
    return entities(call, ({ id, price, maker }) =>
      keys(
        { usd: `usd ${price}`, eur: `eur ${price}`, again: `${price} ${maker?.cost}`, plain: `plain ${id}` },
        /(?:(\w+):)?\b(usd|eur|again|plain)\b/g,
      ),
    );
  };

  test.each([
    ['usd', { usd: 'usd 0' }],
    ['usd eur plain', { usd: 'usd 0', eur: 'eur 2', plain: 'plain 1' }],
    ['eur again usd', { usd: 'usd 0', eur: 'eur 2', again: '2 9' }],
    [
      'price(currency: "X") p: price(currency: "USD") eur usd',
      { price: 3, p: 0, eur: 'eur 2', usd: 'usd 0' },
    ],
    ['usd(text: $text) eur plain', { usd: 'usd 0', eur: 'eur 2', plain: 'plain 1' }],
  ])('gives each field what it requires: %s', async (selection, expected) => {
    const { ask, calls } = await createScripted(types, script);
    const variables = selection.includes('$text') ? '($text: String)' : '';
    const { data, errors } = await ask(`query Q${variables} { products { ${selection} } }`, { text: 't' });
    expect(errors).toBeUndefined();
    expect(data.products).toEqual([expected]);
    for (const call of calls)
      expect(`${call.query} ${JSON.stringify(call.variables)}`).not.toMatch(/[^_\w]\w+__required\d+[^:"]/);
  });

  test('is not a field that clients could ask for', async () => {
    const { prepare } = await createScripted(types, script);
    expect(() => prepare('{ products { price__required0 } }')).toThrow('not valid');
  });
});

test('arguments that come from the context get the value around each object', async () => {
  const types = {
    a: `
      type Query { shops: [Shop!]  any: Any }
      union Any = Shop | Stall
      type Shop @key(fields: "id") @context(name: "place") { id: ID!  currency: String  goods: [Good!] }
      type Stall @key(fields: "id") @context(name: "place") { id: ID!  currency: String  good: Good }
      type Good @key(fields: "id") { id: ID!  price(times: Int, in: String @fromContext(field: "$place { currency }")): String }`,
    b: `type Good @key(fields: "id") { id: ID!  other: Int }`,
  };
  const good = (id: string) => ({ __typename: 'Good', id });
  const { ask, calls } = await createScripted(types, (call) => {
    if (!call.variables['representations'])
      return {
        data: {
          shops: [
            { __typename: 'Shop', currency: 'EUR', goods: [good('1'), good('2')] },
            { __typename: 'Shop', currency: 'USD', goods: [good('1')] },
            { __typename: 'Shop', currency: 'EUR', goods: [good('3')] },
          ],
          any: { __typename: 'Stall', currency: 'SEK', good: good('4') },
        },
      };
    const currency = Object.entries(call.variables).find(([name]) => name.startsWith('contextual'))?.[1];
    return entities(call, ({ id }) => ({ price: `${id} ${currency} ${call.variables['n']}` }));
  });
  const { data, errors } = await ask(
    'query ($n: Int) { shops { goods { price(times: $n) } } any { ... on Stall { good { price(times: $n) } } } }',
    { n: 5 },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    shops: [
      { goods: [{ price: '1 EUR 5' }, { price: '2 EUR 5' }] },
      { goods: [{ price: '1 USD 5' }] },
      { goods: [{ price: '3 EUR 5' }] },
    ],
    any: { good: { price: '4 SEK 5' } },
  });
  expect(calls).toHaveLength(4);
});

test('an object in two places has a field of its own in each, where that takes an argument from around it', async () => {
  const types = {
    a: `
      type Query { shops: [Shop!] }
      type Shop @key(fields: "id") @context(name: "place") { id: ID!  currency: String  shelf: Shelf }
      type Shelf @key(fields: "id") { id: ID! }
      type Good @key(fields: "id") { id: ID!  price(in: String @fromContext(field: "$place { currency }")): String }`,
    b: `
      type Shelf @key(fields: "id") { id: ID!  good: Good }
      type Good @key(fields: "id") { id: ID! }`,
  };
  const shop = (id: string, currency: string) => ({
    __typename: 'Shop',
    id,
    currency,
    shelf: { __typename: 'Shelf', id: 's' },
  });
  const { ask, calls } = await createScripted(types, (call) => {
    if (!call.variables['representations'])
      return { data: { shops: [shop('1', 'EUR'), shop('2', 'USD'), shop('3', 'EUR')] } };
    if (call.subgraph === 'b') return entities(call, () => ({ good: { __typename: 'Good', id: 'g' } }));
    const currency = Object.entries(call.variables).find(([name]) => name.startsWith('contextual'))?.[1];
    return entities(call, ({ id }) => ({ price: `${id} in ${currency}` }));
  });
  const priced = (price: string) => ({ shelf: { good: { price } } });
  expect(await ask('{ shops { shelf { good { price } } } }')).toEqual({
    data: { shops: [priced('g in EUR'), priced('g in USD'), priced('g in EUR')] },
  });
  expect(calls.map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'a', 'a']);
});

test('variables may have names that all objects inherit (C11)', async () => {
  const { ask, calls } = await createScripted(shop, () => ({ data: { product: null } }));
  await ask('query ($constructor: ID!) { product(id: $constructor) { id } }', { constructor: '7' });
  expect(calls[0]?.variables).toEqual({ constructor: '7' });
  await ask('query ($toString: ID! = "8") { product(id: $toString) { id } }');
  expect(calls[1]?.variables).toEqual({});
});

test('an operation keeps little code, however many types and conditions it may meet', async () => {
  const kinds = Array.from({ length: 10 }, (_, number) => `Kind${number}`);
  const { prepare } = await createScripted(
    {
      nodes: `
        type Query { node: Node }
        interface Node { id: ID!  next: Node }
        ${kinds.map((kind) => `type ${kind} implements Node { id: ID!  next: Node }`).join('\n')}`,
    },
    () => ({
      data: {
        node: {
          __typename: 'Kind1',
          id: '1',
          a: '1',
          b: '1',
          c: '1',
          d: '1',
          next: { __typename: 'Kind2', id: '2', next: null },
        },
      },
    }),
  );
  const operation = prepare(
    `query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!) {
       node { next { next { id } } id
              a: id @skip(if: $a)  b: id @skip(if: $b)  c: id @skip(if: $c)  d: id @skip(if: $d) } }`,
  );
  const RealFunction = Function;
  let characters = 0;
  vi.stubGlobal(
    'Function',
    new Proxy(RealFunction, {
      construct(target, texts: string[]) {
        characters += texts.at(-1)?.length ?? 0;
        return new target(...texts);
      },
    }),
  );
  try {
    const executor = createCompiledExecutor(silent);
    for (let number = 0; number < 16; number++) {
      const [a, b, c, d] = [1, 2, 4, 8].map((bit) => (number & bit) !== 0);
      const executed = await executor.execute(operation, requestWith({ a, b, c, d }));
      const { data } = 'text' in executed ? (JSON.parse(executed.text) as { data: any }) : executed;
      expect(data.node).toEqual({
        next: { next: null },
        id: '1',
        ...Object.fromEntries(
          Object.entries({ a, b, c, d }).flatMap(([key, skip]) => (skip ? [] : [[key, '1']])),
        ),
      });
    }
  } finally {
    vi.unstubAllGlobals();
  }
  expect(characters).toBeLessThan(200_000);
});

test('a long value that is given in many places is sent 64 MiB of times, and the other places are told why not', async () => {
  const { ask, calls } = await createScripted(shop, (call) =>
    call.subgraph === 'products'
      ? {
          data: Object.fromEntries(places.map((key, id) => [key, { __typename: 'Product', id: String(id) }])),
        }
      : entities(call, () => ({ count: 1 })),
  );
  const places = Array.from({ length: 40 }, (_, index) => `p${index}`);
  const query = `query ($store: String) { ${places.map((key, id) => `${key}: product(id: "${id}") { count(store: $store) }`).join(' ')} }`;
  const few = await ask(query, { store: 'one' });
  expect(few.errors).toBeUndefined();
  expect(calls.splice(0)).toHaveLength(1 + places.length);

  const { data, errors } = await ask(query, { store: 'x'.repeat(2_000_000) });
  expect(calls).toHaveLength(1 + 33);
  expect(data).toEqual(
    Object.fromEntries(places.map((key, index) => [key, { count: index < 33 ? 1 : null }])),
  );
  expect(errors).toEqual(
    places.slice(33).map((key) => ({
      message: expect.stringContaining('Send shorter ones') as string,
      path: [key, 'count'],
      extensions: { code: 'PAYLOAD_TOO_LARGE' },
    })),
  );
  // one call may carry more than that: the request itself has its limit
  expect((await ask(query, { store: 'x'.repeat(70_000_000) })).errors).toHaveLength(places.length - 1);
});
