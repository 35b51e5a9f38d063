import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { getNamedType, isInterfaceType, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import { build, literal, quote, read } from './code.ts';
import { isObject, own, put, typenameOf, type JsonObject } from './json.ts';
import { mergesOf } from './merge.ts';
import { applyRewrites, isOfType } from './rewrites.ts';

/** Objects that one call asks about, each different representation once. */
export class Batch {
  /** JSON of the representations, with commas between them. */
  representations = '';
  /** JSON of each. */
  readonly texts: string[] = [];
  size = 0;
  /** Every object that is represented, and the index of its representation. */
  readonly targets: JsonObject[] = [];
  readonly indexes: number[] = [];
  /** Objects that hold what cannot be sent. */
  readonly unsendable: JsonObject[] = [];
  /** Indexes by what tells representations apart: by their text, or by a key's value for each kind of them. */
  #known: Map<string, number> | undefined;
  readonly #byKey: (Map<unknown, unknown> | undefined)[] = [];

  /** @returns the index */
  add(representation: string): number {
    const known = (this.#known ??= new Map());
    let index = known.get(representation);
    if (index === undefined) {
      index = this.append(representation);
      known.set(representation, index);
    }
    return index;
  }

  /** Adds what is known to be new. */
  append(representation: string): number {
    this.representations += this.size === 0 ? representation : `,${representation}`;
    this.texts.push(representation);
    return this.size++;
  }

  /** By the value of a key, for representations of one kind: the index, or with it the other values if there are some. */
  byKey(kind: number): Map<unknown, unknown> {
    return (this.#byKey[kind] ??= new Map());
  }

  /** Takes objects, and leaves out those that cannot be represented. */
  take(objects: readonly JsonObject[], represent: Represent): void {
    for (const object of objects) {
      let index: number | undefined;
      try {
        index = represent(object, this);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.unsendable.push(object); // it has more levels than the stack
      }
      if (index === undefined) continue;
      this.targets.push(object);
      this.indexes.push(index);
    }
  }
}

/**
 * Adds an object to a batch, as the JSON by which another subgraph knows it.
 * @returns its index; undefined if something that it takes is not there
 */
export type Represent = (object: JsonObject, batch: Batch) => number | undefined;

/** How the objects of one fetch are represented, from the plan's `requires`. */
export interface Requirement {
  readonly schema: GraphQLSchema;
  readonly requires: readonly QueryPlanSelectionNode[];
  readonly rewrites: readonly FetchDataRewrite[];
}

/** Represents any object, by any requirement. */
export function represent(
  { schema, requires, rewrites }: Requirement,
  object: JsonObject,
): string | undefined {
  const representation = select(schema, object, requires);
  if (!isObject(representation) || !representation['__typename']) return undefined;
  applyRewrites(schema, rewrites, representation);
  return JSON.stringify(representation);
}

/** What a selection takes of a value: null if a field of it is missing. */
function select(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
): unknown {
  if (Array.isArray(value)) return value.map((element) => select(schema, element, selections));
  if (!isObject(value)) return null;
  const selected: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const key = selection.alias ?? selection.name;
      const found = own(value, key);
      if (found === undefined) return null;
      put(selected, key, selection.selections ? select(schema, found, selection.selections) : found);
    } else if (meets(schema, value, selection.typeCondition)) {
      const part = select(schema, value, selection.selections);
      if (isObject(part)) mergesOf(schema).objects(selected, part);
    }
  }
  return selected;
}

function meets(schema: GraphQLSchema, object: JsonObject, condition: string | undefined): boolean {
  if (condition === undefined) return true;
  const typename = typenameOf(object);
  return typename !== undefined && isOfType(schema, typename, condition);
}

/**
 * The same as code for the usual requirement: one set of plain fields for each type. Types for which it is more than
 * that are left to {@link represent}.
 */
export function compileRepresentation(requirement: Requirement): Represent {
  const general: Represent = (object, batch) => {
    const representation = represent(requirement, object);
    return representation === undefined ? undefined : batch.add(representation);
  };
  const kinds: string[] = [];
  const cases = typesOf(requirement).flatMap(([typename, keys]) => {
    const sent = sentTypename(requirement, typename);
    if (keys === undefined || sent === undefined) return [];
    const kind = `${sent} ${keys.join(' ')}`;
    if (!kinds.includes(kind)) kinds.push(kind);
    const telling = tellingKey(requirement, typename, keys);
    return [`case ${literal(typename)}:{${caseCode(sent, keys, kinds.indexOf(kind), telling)}}`];
  });
  if (cases.length === 0) return general;
  return build<Represent>(
    { own, json, general },
    `return (o,b)=>{switch(o.__typename){${cases.join('')}default:return general(o,b);}}`,
  );
}

/**
 * Code that represents an object by certain keys. One whose values are those of a known one is not written down again.
 * @param telling the key by which it is looked for
 */
function caseCode(sent: string, keys: readonly string[], kind: number, telling: string | undefined): string {
  const values = keys.filter((key) => key !== '__typename');
  const reads = values.map((key, at) => `const v${at}=${read('o', key)};if(v${at}===undefined)return;`);
  const parts = keys.map((key) => {
    const value = key === '__typename' ? literal(literal(sent)) : `json(v${values.indexOf(key)})`;
    return `${literal(`${key === keys[0] ? '{' : ','}${literal(key)}:`)}+${value}`;
  });
  const text = `${parts.join('+')}+'}'`;
  if (telling === undefined) return `${reads.join('')}return b.add(${text});`;
  const by = values.indexOf(telling);
  const others = values.flatMap((_key, at) => (at === by ? [] : [`v${at}`]));
  const lookup = `${reads.join('')}const m=b.byKey(${kind}),k=m.get(v${by});`;
  if (others.length === 0)
    return `${lookup}if(k!==undefined)return k;const i=b.append(${text});m.set(v${by},i);return i;`;
  const same = others.map((value) => `&&k.${value}===${value}`).join('');
  return (
    `${lookup}if(k!==undefined${same})return k.i;` +
    `const i=b.add(${text});m.set(v${by},{i,${others.join(',')}});return i;`
  );
}

/** The key that tells objects apart best: an ID, or else a String, before anything else. */
function tellingKey({ schema }: Requirement, typename: string, keys: readonly string[]): string | undefined {
  const type = schema.getType(typename);
  const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  const typeOf = (key: string): string | undefined => {
    const of = own(fields, key) as GraphQLField<unknown, unknown> | undefined;
    return of && getNamedType(of.type).name;
  };
  const values = keys.filter((key) => key !== '__typename');
  return (
    values.find((key) => typeOf(key) === 'ID') ?? values.find((key) => typeOf(key) === 'String') ?? values[0]
  );
}

function json(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  // a subgraph may send what is beyond all numbers, `1e999`
  return Number.isFinite(value) ? `${value as number}` : JSON.stringify(value);
}

/** Types that an object may be of, with the keys that it is represented by; undefined where it is not so simple. */
function typesOf({ schema, requires }: Requirement): [typename: string, keys: string[] | undefined][] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) || isInterfaceType(type),
  );
  return types.flatMap(({ name }): [string, string[] | undefined][] => {
    const meant = requires.filter(
      (one) =>
        one.kind === 'Field' || one.typeCondition === undefined || isOfType(schema, name, one.typeCondition),
    );
    const [only] = meant;
    if (meant.length !== 1 || only?.kind !== 'InlineFragment') return [];
    return [[name, plainKeys(only.selections)]];
  });
}

function plainKeys(selections: readonly QueryPlanSelectionNode[]): string[] | undefined {
  const keys = selections.flatMap((one) =>
    one.kind === 'Field' && one.selections === undefined ? [one.alias ?? one.name] : [],
  );
  return keys.length === selections.length && keys.includes('__typename') ? keys : undefined;
}

/** The type's name as the subgraph is to see it; undefined where a rewrite does more than to set it. */
function sentTypename({ schema, rewrites }: Requirement, typename: string): string | undefined {
  let sent = typename;
  for (const rewrite of rewrites) {
    const [on = '', field, more] = rewrite.path;
    if (rewrite.kind !== 'ValueSetter' || field !== '__typename' || more !== undefined) return undefined;
    if (typeof rewrite.setValueTo !== 'string' || !on.startsWith('... on ')) return undefined;
    if (isOfType(schema, sent, on.slice('... on '.length))) sent = rewrite.setValueTo;
  }
  return sent;
}
