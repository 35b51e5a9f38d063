/** All that the prototypes of usual objects hold, to be compared: who changes them changes every object. */
export const prototypes = (): unknown =>
  [Object, Array, Function, String, Number, Map, Set, Promise, Error].map(({ prototype }) => ({
    above: Object.getPrototypeOf(prototype) as unknown,
    own: Reflect.ownKeys(prototype).map((key) => [key, Object.getOwnPropertyDescriptor(prototype, key)]),
  }));
