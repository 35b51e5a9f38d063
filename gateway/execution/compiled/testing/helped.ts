import type { PreparedOperation } from '../../../operation/operation.ts';
import { isObject, own, type JsonObject } from '../json.ts';
import { MISSHAPEN } from './mock-subgraph.ts';
import { some, type Path } from './values.ts';

/** Keys that a plan renames in what came, with the right ones. */
export function renamesOf(node: unknown): Map<string, string> {
  const renames = new Map<string, string>();
  const walk = (one: unknown): void => {
    if (Array.isArray(one)) return one.forEach(walk);
    if (!isObject(one)) return;
    if (one['kind'] === 'KeyRenamer')
      renames.set(String((one['path'] as string[]).at(-1)), String(one['renameKeyTo']));
    else Object.values(one).forEach(walk);
  };
  walk(node);
  return renames;
}

/**
 * Puts right what a helped reference fetched: values that it left under the plan's keys get theirs, and those that were
 * null for being misshapen are misshapen again.
 */
export function restore({ plan }: PreparedOperation, tree: JsonObject): void {
  const renames = renamesOf(plan.node);
  some(tree, (object) => {
    for (const [from, to] of renames) {
      const value = own(object, from);
      if (value !== undefined && !value) object[to] = value;
    }
    for (const [key, paths] of Object.entries(object)) {
      if (!key.endsWith(MISSHAPEN)) continue;
      const field = key.slice(0, -MISSHAPEN.length);
      for (const path of paths as Path[]) misshape(object, [renames.get(field) ?? field, ...path]);
    }
    return false;
  });
}

/** Puts a value that is neither an object nor a list where there is null. */
function misshape(parent: unknown, [key = '', ...rest]: Path): void {
  if (typeof parent !== 'object' || parent === null) return;
  const object = parent as Record<string | number, unknown>;
  if (rest.length > 0) misshape(object[key], rest);
  else if (object[key] === null) object[key] = 'misshapen';
}
