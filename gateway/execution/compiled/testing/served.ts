import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, type FormattedExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { link } from '../../../testing/compose.ts';
import { createScripted, type Script, type Scripted } from './scripted.ts';

type SubgraphModule = Extract<Parameters<typeof buildSubgraphSchema>[0], { typeDefs: unknown }>;

export interface SubgraphSource {
  readonly types: string;
  readonly resolvers?: NonNullable<SubgraphModule['resolvers']>;
}

/** The compiled executor over subgraphs that answer by resolvers, as Apollo's library serves them. */
export async function createServed(
  subgraphs: Record<string, SubgraphSource>,
  planMilliseconds?: number,
): Promise<Scripted> {
  const sources = Object.entries(subgraphs);
  const schemas = new Map(
    sources.map(([name, { types, resolvers = {} }]) => [
      name,
      buildSubgraphSchema({ typeDefs: parse(link + types), resolvers }),
    ]),
  );
  const types = Object.fromEntries(sources.map(([name, source]) => [name, source.types]));
  const script: Script = async ({ subgraph, query, variables }) => {
    const schema = schemas.get(subgraph);
    if (!schema) throw new Error(`There is no subgraph "${subgraph}".`);
    return (await graphql({ schema, source: query, variableValues: variables })) as FormattedExecutionResult;
  };
  return createScripted(types, script, planMilliseconds);
}

/**
 * Fails if an answer is another than what is true, keys in their order, and tells all that is needed to see the same again.
 * @param world the seed that made the subgraphs, and what was asked of them
 */
export function expectSame(
  answer: object,
  truth: object,
  { seed, query, subgraphs }: { seed: number; query: string; subgraphs: Record<string, SubgraphSource> },
): void {
  if (JSON.stringify(answer) === JSON.stringify(truth)) return;
  const types = Object.values(subgraphs).map((one) => one.types);
  expect({ answer, seed, query, types: types.join('\n') }).toEqual({ answer: truth });
}
