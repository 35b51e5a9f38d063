import { isAbstractType, Kind, type DocumentNode, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import { build, read, write } from './code.ts';
import { isObject, own, put, type JsonObject } from './json.ts';

/** Takes what a fetch brought into an object that is already there. */
export type Merge = (target: JsonObject, source: JsonObject) => void;

/**
 * Merges objects of any shape. What came later counts; objects are merged, and lists of one length element by
 * element, since they are the same list asked for in parts.
 */
export function mergeObjects(target: JsonObject, source: JsonObject): void {
  if (target === source) return;
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value !== undefined) put(target, key, mergeValues(own(target, key), value));
  }
}

export function mergeValues(target: unknown, source: unknown): unknown {
  if (isObject(target) && isObject(source)) {
    mergeObjects(target, source);
    return target;
  }
  if (Array.isArray(target) && Array.isArray(source) && target.length === source.length) {
    for (const [index, value] of source.entries()) target[index] = mergeValues(target[index], value);
    return target;
  }
  return source;
}

/**
 * The merge of one fetch, which knows the keys that it asked for. All else that a subgraph may have sent is left.
 * @param keys response keys, and whether they hold objects
 */
export function compileMerge(schema: GraphQLSchema, keys: ReadonlyMap<string, boolean>): Merge {
  const code = [...keys].map(([key, composite]) => {
    if (key === '__typename') return 'n=s.__typename;if(n!==undefined&&n!==t.__typename)mergeTypename(t,n);';
    const merged = composite ? `(v=${read('t', key)})==null?n:mergeValues(v,n)` : 'n';
    return `n=${read('s', key)};if(n!==undefined)${write('t', key, merged)}`;
  });
  const mergeTypename = (target: JsonObject, typename: unknown): void => {
    if (!typename) return; // it tells nothing, and what is known stays
    // an interface object knows the interface's name only: that must not replace the name of the object's own type
    const known = own(target, '__typename');
    if (typeof known === 'string' && typeof typename === 'string' && isAbstractType(schema.getType(typename)))
      return;
    target['__typename'] = typename;
  };
  return build<Merge>({ own, put, mergeValues, mergeTypename }, `return (t,s)=>{let n,v;${code.join('')}}`);
}

/** Response keys of a selection set, on whatever type, and whether they hold objects. */
export function keysOf(document: DocumentNode, selectionSet: SelectionSetNode): Map<string, boolean> {
  const keys = new Map<string, boolean>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        keys.set(key, (keys.get(key) ?? false) || selection.selectionSet !== undefined);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else
        for (const one of document.definitions)
          if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value)
            collect(one.selectionSet);
    }
  };
  collect(selectionSet);
  return keys;
}
