import { isObject, own, typenameOf, type JsonObject } from './json.ts';

/** One step of a plan's path: into a field or into each element of a list, and on only from objects of some types. */
export interface PathStep {
  readonly key: string | undefined;
  readonly list: boolean;
  readonly types: ReadonlySet<string> | undefined;
}

export type ResponsePath = readonly (string | number)[];

/** Reads `name`, `@`, and either with types that it is limited to: `name|[Book,Film]`. */
export function parsePath(path: readonly (string | number)[]): readonly PathStep[] {
  return path.map((element) => {
    const [name = '', types] = String(element).split('|');
    return {
      key: name === '@' || name === '' ? undefined : name,
      list: name === '@',
      types: types === undefined ? undefined : new Set(types.slice(1, -1).split(',')),
    };
  });
}

/** All objects at a path, in the order of the lists on the way. What is not as the path has it is passed over. */
export function objectsAt(root: JsonObject, path: readonly PathStep[]): JsonObject[] {
  const found: JsonObject[] = [];
  visit(root, path, 0, found);
  return found;
}

function visit(value: unknown, path: readonly PathStep[], from: number, found: JsonObject[]): void {
  if (typeof value !== 'object' || value === null) return;
  const step = path[from];
  if (step === undefined) {
    // a list that the plan does not know of is entered as far as stock execution does it
    if (!Array.isArray(value)) found.push(value as JsonObject);
    else for (const element of value) if (isObject(element)) found.push(element);
    return;
  }
  if (step.list) {
    if (!Array.isArray(value)) return;
    for (const element of value) if (admits(step, element)) visit(element, path, from + 1, found);
    return;
  }
  if (Array.isArray(value)) return;
  const next = step.key === undefined ? value : own(value as JsonObject, step.key);
  if (admits(step, next)) visit(next, path, from + 1, found);
}

const admits = ({ types }: PathStep, value: unknown): boolean =>
  types === undefined || Array.isArray(value) || (isObject(value) && types.has(typenameOf(value) ?? ''));

/** An object with those around it, the innermost last. */
export interface Found {
  readonly object: JsonObject;
  readonly parents: readonly JsonObject[];
}

/** The same, with the objects on the way. */
export function objectsWithParents(root: JsonObject, path: readonly PathStep[]): Found[] {
  const last = path.findLastIndex((step) => step.key !== undefined);
  if (last < 0) return [{ object: root, parents: [] }];
  return objectsWithParents(root, path.slice(0, last)).flatMap(({ object: parent, parents }) =>
    objectsAt(parent, path.slice(last)).map((object) => ({ object, parents: [...parents, parent] })),
  );
}

/** The same, with every place at which each object is found: one object can be in several. */
export function placesAt(root: JsonObject, path: readonly PathStep[]): Map<JsonObject, ResponsePath[]> {
  const places = new Map<JsonObject, ResponsePath[]>();
  const walk = (value: unknown, from: number, at: ResponsePath): void => {
    if (typeof value !== 'object' || value === null) return;
    const step = path[from];
    if (Array.isArray(value)) {
      if (step !== undefined && !step.list) return;
      for (const [index, element] of value.entries())
        if (step === undefined ? isObject(element) : admits(step, element))
          walk(element, step === undefined ? from : from + 1, [...at, index]);
    } else if (step === undefined) {
      const known = places.get(value as JsonObject);
      if (known) known.push(at);
      else places.set(value as JsonObject, [at]);
    } else if (!step.list) {
      const next = step.key === undefined ? value : own(value as JsonObject, step.key);
      if (admits(step, next)) walk(next, from + 1, step.key === undefined ? at : [...at, step.key]);
    }
  };
  walk(root, 0, []);
  return places;
}
