import type { FetchDataRewrite } from '@apollo/query-planner';
import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { own, put, typenameOf, type JsonObject } from './json.ts';

const FRAGMENT = '... on ';

/**
 * Applies what a plan says of the data that goes into a fetch or comes out of it: a value is set (an interface object
 * is asked for by the interface's name) or a key is renamed (fields that differ by type were asked for under aliases).
 * @param schema with all types, those hidden from clients too
 */
export function applyRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[],
  value: unknown,
): void {
  for (const rewrite of rewrites) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    atPath(schema, rewrite.path.slice(0, -1), value, (object) => {
      if (rewrite.kind === 'ValueSetter') return put(object, last, rewrite.setValueTo);
      const renamed = own(object, last);
      if (renamed === undefined) return;
      put(object, rewrite.renameKeyTo, renamed);
      delete object[last];
    });
  }
}

function atPath(
  schema: GraphQLSchema,
  path: readonly string[],
  value: unknown,
  apply: (object: JsonObject) => void,
): void {
  if (Array.isArray(value)) {
    for (const element of value) atPath(schema, path, element, apply);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as JsonObject;
  const [first, ...rest] = path;
  if (first === undefined) apply(object);
  else if (!first.startsWith(FRAGMENT)) atPath(schema, rest, own(object, first), apply);
  else {
    const typename = typenameOf(object);
    if (typename === undefined || isOfType(schema, typename, first.slice(FRAGMENT.length)))
      atPath(schema, rest, object, apply);
  }
}

/** Whether an object of one type meets a condition on another. The type may be an interface: that of an interface object. */
export function isOfType(schema: GraphQLSchema, typename: string, condition: string): boolean {
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const wanted = schema.getType(condition);
  return (
    isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
  );
}
