import type { GraphQLSchema } from 'graphql';
import { joins, typesWithFields } from './joins.ts';

/**
 * Names of the fields that need others before they can be asked for: of their object (`@requires`) or of those around it
 * (`@fromContext`), which may be of other subgraphs.
 * @param schema the supergraph's
 */
export const requiringFields = (schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(
    typesWithFields(schema)
      .flatMap((type) => Object.values(type.getFields()))
      .filter((field) =>
        joins(field, 'field').some(
          ({ requires, contextArguments }) => requires !== undefined || contextArguments !== undefined,
        ),
      )
      .map(({ name }) => name),
  );
