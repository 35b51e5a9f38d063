import { isInterfaceType, type GraphQLInterfaceType, type GraphQLSchema } from 'graphql';
import { joins, typesWithFields } from './joins.ts';

/**
 * Interfaces that some subgraph has as one object, itself or by one that implements them, and of which clients do not see all types (`@inaccessible`, or left out
 * of a contract).
 * @param schema the supergraph's
 * @param apiSchema what clients see
 * @returns their names
 */
export const veiledInterfaces = (schema: GraphQLSchema, apiSchema: GraphQLSchema): ReadonlySet<string> =>
  new Set(
    typesWithFields(schema)
      .filter(isInterfaceType)
      .filter((type) => [type, ...schema.getImplementations(type).interfaces].some(isInterfaceObject))
      .filter((type) => schema.getPossibleTypes(type).some(({ name }) => !apiSchema.getType(name)))
      .map(({ name }) => name),
  );

const isInterfaceObject = (type: GraphQLInterfaceType): boolean =>
  joins(type, 'type').some((join) => join['isInterfaceObject'] === true);
