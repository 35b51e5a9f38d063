import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { getNamedType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { placeIn } from './places.ts';
import { possibleTypes } from './unmet-requirements.ts';

/** A field of the objects of a type that a place may hold. */
export const fieldAt = (place: string, type: string, key: string): string => `${place} ${type}.${key}`;

/** All fields that a fetch is to send of the objects in a place, and of those below them. */
export function fieldsSent(
  schema: GraphQLSchema,
  selections: readonly QueryPlanSelectionNode[],
  place: string,
  types: readonly string[] = [],
): string[] {
  return selections.flatMap((one) => {
    if (one.kind === 'InlineFragment') {
      const own = types.length > 0 ? narrowed(schema, types, one.typeCondition) : undefined;
      return fieldsSent(schema, one.selections, place, own ?? possibleTypes(schema, one.typeCondition ?? ''));
    }
    if (one.name === '__typename') return [];
    const key = one.alias ?? one.name;
    const below = fieldsSent(
      schema,
      one.selections ?? [],
      placeIn(place, key),
      typesBelow(schema, types, key),
    );
    return [...types.map((type) => fieldAt(place, type, key)), ...below];
  });
}

/** Those of the types that a fragment is on. */
export const narrowed = (
  schema: GraphQLSchema,
  types: readonly string[],
  condition: string | undefined,
): readonly string[] => {
  if (condition === undefined) return types;
  const possible = possibleTypes(schema, condition);
  return types.filter((type) => possible.includes(type));
};

/** Types of the objects that a field of some types may hold. */
export const typesBelow = (schema: GraphQLSchema, types: readonly string[], name: string): string[] => [
  ...new Set(
    types.flatMap((one) => {
      const type = schema.getType(one);
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
      return field ? possibleTypes(schema, getNamedType(field.type).name) : [];
    }),
  ),
];
