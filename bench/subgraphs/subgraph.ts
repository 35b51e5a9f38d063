import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { shippingEstimate, type Data, type Product, type Review } from './data.ts';
import { schemas, type SubgraphName } from './schemas.ts';

/** A subgraph that answers any request correctly, and one that it has seen before from memory. */
export interface MeasuredSubgraph {
  readonly schema: GraphQLSchema;
  /** Requests since the last reset. */
  calls: number;
  /** Those of them that were not in memory. */
  misses: number;
  answer(body: string): Promise<Buffer>;
}

/** Answers kept; a measurement has some dozens of different requests. */
const MOST_ANSWERS = 5_000;

export function createMeasuredSubgraph(name: SubgraphName, data: Data): MeasuredSubgraph {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(schemas[name]), resolvers: resolversOf(name, data) },
  ]);
  const documents = new Map<string, DocumentNode>();
  const answers = new Map<string, Buffer>();

  const run = async (body: string): Promise<Buffer> => {
    const { query, variables, operationName } = JSON.parse(body) as {
      query: string;
      variables?: Record<string, unknown> | null;
      operationName?: string | null;
    };
    const document = documents.get(query) ?? parse(query);
    if (documents.size < MOST_ANSWERS) documents.set(query, document);
    const result = await execute({
      schema,
      document,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    });
    return Buffer.from(JSON.stringify(result));
  };

  return {
    schema,
    calls: 0,
    misses: 0,
    async answer(body) {
      this.calls += 1;
      const known = answers.get(body);
      if (known) return known;
      this.misses += 1;
      const answer = await run(body);
      if (answers.size < MOST_ANSWERS) answers.set(body, answer);
      return answer;
    },
  };
}

/** What graphql-js cannot find by itself in the data. */
function resolversOf(name: SubgraphName, { users, products, reviews }: Data) {
  const user = ({ id }: { id: string }) => users.find((one) => one.id === id) ?? null;
  const product = ({ upc }: { upc: string }) => products.find((one) => one.upc === upc) ?? null;
  switch (name) {
    case 'accounts':
      return {
        Query: {
          me: () => users[0],
          user: (_: unknown, asked: { id: string }) => user(asked),
          users: () => users,
        },
        User: { __resolveReference: user },
      };
    case 'products':
      return {
        Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
        Product: { __resolveReference: product },
      };
    case 'inventory':
      return {
        Product: {
          // the gateway sends what the field requires; that, and not what we know, is what counts
          __resolveReference: ({ upc, price, weight }: Pick<Product, 'upc' | 'price' | 'weight'>) => ({
            ...product({ upc }),
            price,
            weight,
          }),
          shippingEstimate: ({ price, weight }: Product) =>
            price === undefined || weight === undefined ? null : shippingEstimate(price, weight),
        },
      };
    case 'reviews':
      return {
        Review: { __resolveReference: ({ id }: Review) => reviews.find((one) => one.id === id) ?? null },
        User: { __resolveReference: user },
        Product: { __resolveReference: product },
      };
  }
}
