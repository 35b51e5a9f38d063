import { GraphQLError } from 'graphql';
import { expect } from 'vitest';
import { createServed, type SubgraphSource } from './served.ts';

/** Subgraphs, what is asked of them together, and what is true. */
export interface Case {
  readonly subgraphs: Record<string, SubgraphSource>;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly data: unknown;
  /** Paths of the errors; none if not given. */
  readonly errors?: readonly unknown[];
  /** How many calls it may take. */
  readonly calls?: number;
}

/** Resolves what is not to be asked for. */
export const never = () => {
  throw new GraphQLError('This should not have been asked.');
};

export async function check({ subgraphs, query, variables, data, errors = [], calls }: Case): Promise<void> {
  const served = await createServed(subgraphs);
  const answer = await served.ask(query, variables);
  expect({ data: answer.data, errors: (answer.errors ?? []).map(({ path }) => path) }).toEqual({
    data,
    errors,
  });
  if (calls !== undefined) expect(served.calls).toHaveLength(calls);
}
