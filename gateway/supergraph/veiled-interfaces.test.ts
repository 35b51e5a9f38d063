import type { FormattedExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';

const media = [
  { __typename: 'Song', id: 'song' },
  { __typename: 'Draft', id: 'draft' },
  { __typename: 'Film', id: 'film' },
];
const libraryWith = (hidden: string): string => `
  type Query { first: Media }
  interface Media @key(fields: "id") { id: ID! }
  type Song implements Media @key(fields: "id") { id: ID! }
  type Film implements Media @key(fields: "id") { id: ID! }
  type Draft implements Media @key(fields: "id") ${hidden} { id: ID! }`;
const ratings = `
  type Query { rated: [Media!]  best: Media  all: [Media!]!  lost: Media }
  type Mutation { rate: Media }
  type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int }`;

describe.each([
  ['@inaccessible', '/graphql'],
  ['@tag(name: "internal")', '/public/graphql'],
])('objects of a type that %s hides from clients', (hidden, path) => {
  let library: TestSubgraph;
  let reviews: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    const find = ({ id }: { id: string }) => media.find((one) => one.id === id);
    const types = Object.fromEntries(
      ['Song', 'Film', 'Draft'].map((name) => [name, { __resolveReference: find }]),
    );
    library = await startSubgraph('library', libraryWith(hidden), {
      Query: { first: () => media[1] },
      Media: { __resolveReference: find },
      ...types,
    });
    const ids = media.map(({ id }) => ({ id }));
    reviews = await startSubgraph('reviews', ratings, {
      Query: {
        rated: () => [ids[0], ids[2]],
        best: () => ids[1],
        all: () => ids,
        lost: () => ({ id: 'lost' }),
      },
      Mutation: { rate: () => ids[1] },
      Media: { __resolveReference: (it: object) => it, stars: ({ id }: { id: string }) => id.length },
    });
    gateway = await startGateway([library, reviews], { VARIANTS: 'public:exclude=internal' });
  });
  afterAll(async () => {
    await gateway.stop();
    await library.stop();
    await reviews.stop();
  });
  const ask = async (query: string): Promise<FormattedExecutionResult> => {
    const response = await fetch(new URL(path, gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as FormattedExecutionResult;
  };

  test('are null where their subgraph does not know what they are', async () => {
    expect(await ask('{ best { id stars } rated { stars } }')).toEqual({
      data: { best: null, rated: [{ stars: 4 }, { stars: 4 }] },
    });
    expect((await ask('{ all { ... on Media { stars } } }')).data).toBeNull();
    expect(await ask('mutation { rate { id } }')).toEqual({ data: { rate: null } });
    expect(await ask('{ first { stars } }')).toEqual({ data: { first: null } });
  });

  test('are null where nobody knows them', async () => {
    const { data, errors } = await ask('{ lost { id stars } best { __typename } }');
    expect(data).toEqual({ lost: null, best: null });
    expect(new Set(errors?.map((error) => error.path?.join('.')))).toEqual(new Set(['lost']));
  });

  test('are null, and so are all others, where those who know them are away', async () => {
    await library.stop();
    const { data, errors } = await ask('{ best { id stars } rated { stars } }');
    await library.start();
    expect(data).toEqual({ best: null, rated: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });
});
