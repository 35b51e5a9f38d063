import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { build, literal, quote, read } from './code.ts';
import { isObject, own, put, typenameOf, type JsonObject } from './json.ts';
import { mergeObjects } from './merge.ts';
import { applyRewrites, isOfType } from './rewrites.ts';

/** An object as the JSON by which another subgraph knows it; undefined if what that takes is not there. */
export type Represent = (object: JsonObject) => string | undefined;

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
      if (isObject(part)) mergeObjects(selected, part);
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
  const general: Represent = (object) => represent(requirement, object);
  const cases = typesOf(requirement).flatMap(([typename, fields]) => {
    const sent = sentTypename(requirement, typename);
    if (fields === undefined || sent === undefined) return [];
    let before = '{';
    const parts = fields.map((key) => {
      const start = literal(`${before}${literal(key)}:`);
      before = ',';
      if (key === '__typename') return `r+=${start}+${literal(literal(sent))};`;
      return `v=${read('o', key)};if(v===undefined)return;r+=${start}+json(v);`;
    });
    return [`case ${literal(typename)}:{${parts.join('')}return r+'}';}`];
  });
  if (cases.length === 0) return general;
  return build<Represent>(
    { own, json, general },
    `return o=>{let r='',v;switch(o.__typename){${cases.join('')}default:return general(o);}}`,
  );
}

function json(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' ? `${value}` : JSON.stringify(value);
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
