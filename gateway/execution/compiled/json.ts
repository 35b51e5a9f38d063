/** An object as `JSON.parse` makes it. */
export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of an object's own property: what all objects inherit (`constructor`) is no data. */
export const own = (object: JsonObject, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Levels of values that are passed on as they are; what has far more can be read, but not written again. */
const MOST_LEVELS = 1_000;

/**
 * Whether a value can be written: `JSON.parse` reads any depth, `JSON.stringify` fails where the stack ends.
 * @param levels of objects and lists in each other that it may have
 */
export function isWritable(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const one of value) if (!isWritable(one, levels - 1)) return false;
    return true;
  }
  for (const key in value) if (!isWritable((value as JsonObject)[key], levels - 1)) return false;
  return true;
}

/** Sets an own property. Assigning `__proto__` would change the object's prototype instead. */
export function put(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/**
 * The same text in the least room. A text that was cut out of a wider one, as names are out of a schema with one character
 * beyond Latin-1, keeps its two bytes a character in V8, and so does all that it is put into: twice the memory, and bytes
 * that are encoded one by one when they are sent.
 */
export const narrow = (text: string): string => Buffer.from(text).toString();

/** The name of an object's type, as far as the object tells. */
export function typenameOf(object: JsonObject): string | undefined {
  const name = own(object, '__typename');
  return typeof name === 'string' ? name : undefined;
}
