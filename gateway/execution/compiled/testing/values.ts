import { privateKey, publicKey } from '../../../operation/planning/private-keys.ts';
import { isObject, own, type JsonObject } from '../json.ts';

export type Path = readonly (string | number)[];

export const isPrefix = (prefix: Path, path: Path): boolean =>
  prefix.every((one, index) => one === path[index]);

/** A value by the client's keys, in data that has them or those of the plan. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)] as unknown;
    else if (isObject(value)) value = own(value, privateKey(String(key))) ?? own(value, String(key));
    else return undefined;
  }
  return value;
}

export function withPublicKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPublicKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [publicKey(key), withPublicKeys(one)]));
}

export interface Difference {
  readonly path: Path;
  readonly ours: unknown;
  readonly reference: unknown;
}

export const described = ({ path, ours, reference }: Difference): string =>
  `data.${path.join('.')}: ${JSON.stringify(ours)} where the reference has ${JSON.stringify(reference)}`;

/** Where two values differ first; the order of an object's keys does not count. */
export function firstDifference(ours: unknown, reference: unknown, path: Path): Difference | undefined {
  if (Object.is(ours, reference)) return undefined;
  if (typeof ours === 'object' && typeof reference === 'object' && ours !== null && reference !== null) {
    const a = Object.entries(ours);
    const b = new Map(Object.entries(reference));
    if (
      Array.isArray(ours) === Array.isArray(reference) &&
      a.length === b.size &&
      a.every(([key]) => b.has(key))
    ) {
      for (const [key, value] of a) {
        const step = Array.isArray(ours) ? Number(key) : key;
        const found = firstDifference(value, b.get(key), [...path, step]);
        if (found) return found;
      }
      return undefined;
    }
  }
  return { path, ours, reference };
}

/** Whether some object or list in a value is as asked. */
export function some(
  value: unknown,
  object: (object: JsonObject) => boolean,
  list: (list: unknown[]) => boolean = () => false,
): boolean {
  if (Array.isArray(value)) return list(value) || value.some((one) => some(one, object, list));
  if (!isObject(value)) return false;
  return object(value) || Object.values(value).some((one) => some(one, object, list));
}
