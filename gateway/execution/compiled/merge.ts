import { isAbstractType, Kind, type DocumentNode, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import { fragmentAt, keyOf } from '../../operation/fragments.ts';
import { build, read, write } from './code.ts';
import { isObject, own, put, type JsonObject } from './json.ts';

/** Takes what a fetch brought into an object that is already there. */
export type Merge = (target: JsonObject, source: JsonObject) => void;

/** Merges of objects and other values of any shape. */
export interface Merges {
  /**
   * What came later counts; objects are merged, and lists of one length element by element, since they are the same list
   * asked for in parts.
   */
  readonly objects: Merge;
  values(target: unknown, source: unknown): unknown;
  typename(target: JsonObject, typename: unknown): void;
}

const known = new WeakMap<GraphQLSchema, Merges>();

export function mergesOf(schema: GraphQLSchema): Merges {
  let merges = known.get(schema);
  if (!merges) known.set(schema, (merges = createMerges(schema)));
  return merges;
}

function createMerges(schema: GraphQLSchema): Merges {
  const objects: Merge = (target, source) => {
    if (target === source) return;
    for (const key of Object.keys(source)) {
      const value = source[key];
      if (key === '__typename') typename(target, value);
      else if (value !== undefined) put(target, key, values(own(target, key), value));
    }
  };
  const values = (target: unknown, source: unknown): unknown => {
    if (isObject(target) && isObject(source)) {
      objects(target, source);
      return target;
    }
    if (Array.isArray(target) && Array.isArray(source) && target.length === source.length) {
      for (const [index, value] of source.entries()) target[index] = values(target[index], value);
      return target;
    }
    return source;
  };
  const typename = (target: JsonObject, name: unknown): void => {
    if (!name) return; // it tells nothing, and what is known stays
    // an interface object knows the interface's name only: that must not replace the name of the object's own type
    const before = own(target, '__typename');
    if (typeof before === 'string' && typeof name === 'string' && isAbstractType(schema.getType(name)))
      return;
    target['__typename'] = name;
  };
  return { objects, values, typename };
}

/**
 * The merge of one fetch, which knows the keys that it asked for. All else that a subgraph may have sent is left.
 * @param keys response keys, and whether they hold objects
 */
export function compileMerge(schema: GraphQLSchema, keys: ReadonlyMap<string, boolean>): Merge {
  const code = [...keys].map(([key, composite]) => {
    if (key === '__typename')
      return 'n=s.__typename;if(n!==undefined&&n!==t.__typename)merges.typename(t,n);';
    const merged = composite ? `(v=${read('t', key)})==null?n:merges.values(v,n)` : 'n';
    return `n=${read('s', key)};if(n!==undefined)${write('t', key, merged)}`;
  });
  return build<Merge>({ own, put, merges: mergesOf(schema) }, `return (t,s)=>{let n,v;${code.join('')}}`);
}

/** Response keys of a selection set, on whatever type, and whether they hold objects. */
export function keysOf(document: DocumentNode, selectionSet: SelectionSetNode): Map<string, boolean> {
  const keys = new Map<string, boolean>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = keyOf(selection);
        keys.set(key, (keys.get(key) ?? false) || selection.selectionSet !== undefined);
        continue;
      }
      const fragment = fragmentAt(document, selection);
      if (fragment) collect(fragment.selectionSet);
    }
  };
  collect(selectionSet);
  return keys;
}
