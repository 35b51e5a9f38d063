import {
  getNamedType,
  GraphQLError,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { ResponsePath } from './paths.ts';
import type { RuntimeType, Selections } from './selections.ts';

/**
 * What a plan asks for besides the client's fields may be hidden from the client, and so is its name: an error of it is
 * told of the object that it belongs to.
 * @param schema what clients see
 * @param rootType of the object that is asked for `sets`, at `base` in the client's answer
 */
export function withoutHiddenPlaces(
  errors: readonly GraphQLError[],
  schema: GraphQLSchema,
  selections: Selections,
  rootType: RuntimeType,
  sets: readonly SelectionSetNode[],
  base: ResponsePath = [],
): readonly GraphQLError[] {
  return errors.map((error) => {
    const { path = [], message, extensions } = error;
    if (!base.every((key, index) => key === path[index])) return error;
    const inside = path.slice(base.length);
    const length = visibleLength(inside, schema, selections, { type: rootType, sets });
    if (length === inside.length) return error;
    const place = path.slice(0, base.length + length);
    return new GraphQLError(message, { path: place.length === 0 ? undefined : place, extensions });
  });
}

/** Objects of a type, and what is asked of them. */
interface Asked {
  readonly type: RuntimeType;
  readonly sets: readonly SelectionSetNode[];
}
const nothing: readonly SelectionSetNode[] = [];

/** How many keys of a path are the client's own, or names of fields that it may know. */
function visibleLength(
  path: ResponsePath,
  schema: GraphQLSchema,
  selections: Selections,
  from: Asked,
): number {
  let places: readonly Asked[] = [from];
  for (const [index, key] of path.entries()) {
    if (typeof key === 'number') continue;
    if (key === '__typename') return path.length;
    const found = places.flatMap(({ type, sets }) => {
      const { fields, deferred } = selections.of(type, sets);
      const all = [...fields, ...deferred.flatMap((later) => selections.of(type, later.sets).fields)];
      const asked = all.filter((field) => field.key === key);
      const named = asked.length > 0 ? asked : [{ name: key, sets: nothing }];
      return named.flatMap(({ name, sets: inner }) => {
        const returned = type.getFields()[name]?.type;
        return returned ? [{ returned: getNamedType(returned), inner }] : [];
      });
    });
    if (found.length === 0) return index;
    places = found.flatMap(({ returned, inner }) =>
      runtimeTypes(schema, returned).map((type) => ({ type, sets: inner })),
    );
  }
  return path.length;
}

/** What an object may be where a type is declared. */
function runtimeTypes(schema: GraphQLSchema, type: GraphQLNamedType): readonly RuntimeType[] {
  if (isObjectType(type)) return [type];
  if (!isAbstractType(type)) return [];
  return [...(isInterfaceType(type) ? [type] : []), ...schema.getPossibleTypes(type)];
}
