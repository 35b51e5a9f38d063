import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { own, typenameOf, type JsonObject } from './json.ts';
import type { Found } from './paths.ts';
import { isOfType } from './rewrites.ts';

/** Values that arguments take from around an object (`@fromContext`), by the names of the fetch's variables. */
export type Contexts = Readonly<Record<string, unknown>>;

const UP = '..';
const FRAGMENT = '... on ';

/**
 * Reads what the arguments of one object take from its parents.
 * @param rewrites where each value is: so many parents up, then down a path; the first that leads to one counts
 */
export function contextsOf(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataKeyRenamer[],
  { parents }: Found,
): Contexts {
  const contexts: Record<string, unknown> = {};
  for (const { path, renameKeyTo } of rewrites) {
    if (renameKeyTo in contexts) continue;
    const ups = path.findIndex((element) => element !== UP);
    const value = valueAt(schema, parents.at(-ups), path.slice(ups));
    if (value !== undefined) contexts[renameKeyTo] = value;
  }
  return contexts;
}

function valueAt(schema: GraphQLSchema, from: JsonObject | undefined, path: readonly string[]): unknown {
  let value: unknown = from;
  for (const element of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const object = value as JsonObject;
    if (!element.startsWith(FRAGMENT)) value = own(object, element);
    else {
      const typename = typenameOf(object);
      if (typename !== undefined && !isOfType(schema, typename, element.slice(FRAGMENT.length)))
        return undefined;
    }
  }
  return value;
}
