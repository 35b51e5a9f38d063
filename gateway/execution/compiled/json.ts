/** An object as `JSON.parse` makes it. */
export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of an object's own property: what all objects inherit (`constructor`) is no data. */
export const own = (object: JsonObject, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Sets an own property. Assigning `__proto__` would change the object's prototype instead. */
export function put(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** The name of an object's type, as far as the object tells. */
export function typenameOf(object: JsonObject): string | undefined {
  const name = own(object, '__typename');
  return typeof name === 'string' ? name : undefined;
}
