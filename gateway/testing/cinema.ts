import { startGate, type Gate } from './gate.ts';
import { startGateway, type TestGateway } from './gateway.ts';
import { startSubgraph } from './subgraphs.ts';

/** A gateway over three subgraphs, each behind a gate: titles of two types, reviews of them, and who wrote those. */
export interface Cinema {
  readonly gateway: TestGateway;
  readonly catalog: Gate;
  readonly reviews: Gate;
  readonly people: Gate;
  stop(): Promise<void>;
}

const titles = [
  { __typename: 'Movie', id: 't1', name: 'Alien', minutes: 117 },
  { __typename: 'Series', id: 't2', name: 'Dark', seasons: 3 },
  { __typename: 'Movie', id: 't3', name: 'Brazil', minutes: 132 },
];
const titleOf = (id: string) => titles.find((one) => one.id === id);

export async function startCinema(): Promise<Cinema> {
  const catalog = await startGate(
    await startSubgraph(
      'catalog',
      `type Query { titles: [Title!]!  title(id: ID!): Title  featured: Movie }
       type Mutation { rename(id: ID!, name: String!): Title }
       interface Title @key(fields: "id") { id: ID!  name: String!  similar: [Title!]! }
       type Movie implements Title @key(fields: "id") { id: ID!  name: String!  similar: [Title!]!  minutes: Int  size: Size }
       type Series implements Title @key(fields: "id") { id: ID!  name: String!  similar: [Title!]!  seasons: Int }
       type Size { height: Int  width: Int }`,
      {
        Query: {
          titles: () => titles,
          title: (_: unknown, { id }: { id: string }) => titleOf(id),
          featured: () => titles[0],
        },
        Mutation: {
          rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...titleOf(id), name }),
        },
        Title: { __resolveReference: ({ id }: { id: string }) => titleOf(id) },
        Movie: {
          __resolveReference: ({ id }: { id: string }) => titleOf(id),
          similar: ({ id }: { id: string }) => titles.filter((one) => one.id !== id),
          size: () => ({ height: 1080, width: 1920 }),
        },
        Series: {
          __resolveReference: ({ id }: { id: string }) => titleOf(id),
          similar: ({ id }: { id: string }) => titles.filter((one) => one.id !== id),
        },
      },
    ),
  );
  const reviews = await startGate(
    await startSubgraph(
      'reviews',
      `type Movie @key(fields: "id") { id: ID!  stars: Int  reviews: [Review!]!  fails: String  breaks: String! }
       type Series @key(fields: "id") { id: ID!  stars: Int }
       type Review { text: String!  author: Person! }
       type Person @key(fields: "id", resolvable: false) { id: ID! }`,
      {
        Movie: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          stars: ({ id }: { id: string }) => Number(id.slice(1)),
          reviews: ({ id }: { id: string }) =>
            [1, 2].map((number) => ({ text: `${id}: ${number}`, author: { id: `p${number}` } })),
          fails: () => {
            throw new Error('no');
          },
          breaks: () => {
            throw new Error('no');
          },
        },
        Series: { __resolveReference: ({ id }: { id: string }) => ({ id }), stars: () => 5 },
      },
    ),
  );
  const people = await startGate(
    await startSubgraph('people', 'type Person @key(fields: "id") { id: ID!  name: String!  age: Int }', {
      Person: {
        __resolveReference: ({ id }: { id: string }) => ({ id, name: `Person ${id}`, age: 40 }),
      },
    }),
  );
  const gateway = await startGateway([catalog, reviews, people]);
  return {
    gateway,
    catalog,
    reviews,
    people,
    async stop() {
      await gateway.stop();
      await Promise.all([catalog.stop(), reviews.stop(), people.stop()]);
    },
  };
}
