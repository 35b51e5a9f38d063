import { build, read } from './code.ts';
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

/** Finds all objects at a path, in the order of the lists on the way. What is not as the path has it is passed over. */
export type ObjectsAt = (root: JsonObject) => JsonObject[];

/** Times that a path is gone before it becomes code, which takes longer than going it once: many operations never come again. */
const WITHOUT_CODE = 3;

/** The way along a path: as code, once that is worth it. */
export function compileObjectsAt(path: readonly PathStep[]): ObjectsAt {
  if (path.length === 0) return (root) => [root];
  let times = 0;
  let code: ObjectsAt | undefined;
  return (root) => {
    if (code) return code(root);
    times += 1;
    if (times === WITHOUT_CODE)
      code = build<ObjectsAt>(
        { own, isObject, admits, path },
        `return (v0)=>{const found=[];${wayCode(path, 0)}return found;}`,
      );
    const found: JsonObject[] = [];
    visit(root, path, 0, found);
    return found;
  };
}

function visit(value: unknown, path: readonly PathStep[], from: number, found: JsonObject[]): void {
  const step = path[from];
  if (!step) {
    // a list that the plan does not know of is entered as far as stock execution does it
    if (isObject(value)) found.push(value);
    else if (Array.isArray(value)) for (const element of value) if (isObject(element)) found.push(element);
  } else if (step.list) {
    if (!Array.isArray(value)) return;
    for (const element of value) if (admits(step, element)) visit(element, path, from + 1, found);
  } else if (isObject(value)) {
    const next = step.key === undefined ? value : own(value, step.key);
    if (admits(step, next)) visit(next, path, from + 1, found);
  }
}

/** The same as code, which goes on from the value `v<from>`. */
function wayCode(path: readonly PathStep[], from: number): string {
  const value = `v${from}`;
  const step = path[from];
  if (!step)
    return (
      `if(isObject(${value}))found.push(${value});` +
      `else if(Array.isArray(${value}))for(const e of ${value})if(isObject(e))found.push(e);`
    );
  const next = `v${from + 1}`;
  const rest = wayCode(path, from + 1);
  const admitted = step.types ? `if(admits(path[${from}],${next})){${rest}}` : rest;
  if (step.list)
    return `if(Array.isArray(${value}))for(let i=0;i<${value}.length;i++){const ${next}=${value}[i];${admitted}}`;
  const found = step.key === undefined ? value : read(value, step.key);
  return `if(isObject(${value})){const ${next}=${found};${admitted}}`;
}

const admits = ({ types }: PathStep, value: unknown): boolean =>
  types === undefined || Array.isArray(value) || (isObject(value) && types.has(typenameOf(value) ?? ''));

/** An object with those around it, the innermost last. */
export interface Found {
  readonly object: JsonObject;
  readonly parents: readonly JsonObject[];
}

/** The same, with the objects on the way. */
export function compileObjectsWithParents(path: readonly PathStep[]): (root: JsonObject) => Found[] {
  const last = path.findLastIndex((step) => step.key !== undefined);
  if (last < 0) return (root) => [{ object: root, parents: [] }];
  const parentsAt = compileObjectsWithParents(path.slice(0, last));
  const objectsAt = compileObjectsAt(path.slice(last));
  return (root) =>
    parentsAt(root).flatMap(({ object: parent, parents }) =>
      objectsAt(parent).map((object) => ({ object, parents: [...parents, parent] })),
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
