import { isObjectType, type GraphQLError, type GraphQLSchema } from 'graphql';
import { isObject, own, typenameOf, type JsonObject } from './json.ts';

/**
 * The errors without those that lie within an object of a type that clients do not see (`@inaccessible`, or left out of a
 * contract): the object is null for them, and what is wrong with it would tell that there is one, and of what.
 * @param errors with paths as they are in `data`
 * @param data what the subgraphs answered
 * @param schema what clients see
 * @param whole the supergraph's
 */
export const withoutHiddenObjects = (
  errors: readonly GraphQLError[],
  data: JsonObject,
  schema: GraphQLSchema,
  whole: GraphQLSchema,
): readonly GraphQLError[] => {
  const isHidden = (value: unknown): boolean => {
    const name = isObject(value) ? typenameOf(value) : undefined;
    return name !== undefined && !schema.getType(name) && isObjectType(whole.getType(name));
  };
  return errors.filter(({ path = [] }) => {
    let value: unknown = data;
    return !path.some((key) => {
      value = Array.isArray(value)
        ? value[Number(key)]
        : isObject(value)
          ? own(value, String(key))
          : undefined;
      return isHidden(value);
    });
  });
};
