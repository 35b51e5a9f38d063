import type { GraphQLSchema } from 'graphql';
import { joins, typesWithFields } from './joins.ts';

/**
 * Names of the fields that need others of their object, from other subgraphs, before they can be asked for (`@requires`).
 * @param schema the supergraph's
 */
export const requiringFields = (schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(
    typesWithFields(schema)
      .flatMap((type) => Object.values(type.getFields()))
      .filter((field) => joins(field, 'field').some(({ requires }) => requires !== undefined))
      .map(({ name }) => name),
  );
