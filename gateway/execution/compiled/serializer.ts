import {
  getNullableType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLAbstractType,
  type GraphQLEnumType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { build, escape, literal, read } from './code.ts';
import { isWritable, own, type JsonObject } from './json.ts';
import { createObjectText } from './object-text.ts';
import type { RuntimeType, Selections } from './selections.ts';

/**
 * Writes the answer's `data` as JSON.
 * @param introspected JSON of the introspection fields, by key
 * @param plain whether no string of the data has a character that JSON escapes
 * @returns undefined if a value surprises it: then the general way has to find out what is wrong
 */
export type Serialize = (
  data: JsonObject,
  introspected: Readonly<Record<string, string>>,
  plain: boolean,
) => string | undefined;

/** Code that writes answers, with its length. */
export interface Serializer {
  readonly serialize: Serialize;
  readonly characters: number;
}

const surprised = new Error('a value does not fit');
const surprise = (): never => {
  throw surprised;
};

/** A custom scalar as JSON. */
const json = (value: unknown): string => (isWritable(value) ? JSON.stringify(value) : surprise());

/** Leaves as JSON. Only what a subgraph may send passes; the rest is for the general way to refuse. */
const scalars: Readonly<Record<string, (value: unknown) => string>> = {
  Int: (value) => (typeof value === 'number' && (value | 0) === value ? `${value}` : surprise()),
  Float: (value) => (typeof value === 'number' && Number.isFinite(value) ? `${value}` : surprise()),
  Boolean: (value) => (value === true ? 'true' : value === false ? 'false' : surprise()),
};

/**
 * What is between the quotes of a string; `p` is whether all are plain. IDs may be numbers
 * (https://spec.graphql.org/October2021/#sec-ID).
 */
const strings: Readonly<Record<string, string>> = {
  String: `function String(v){return typeof v!=='string'?surprise():p?v:escape(v);}`,
  ID: `function ID(v){return typeof v==='string'?String(v):Number.isInteger(v)?v:surprise();}`,
};
const stringWriters = Object.entries(strings)
  .map(([name, code]) => `${code}function quoted${name}(v){return '"'+${name}(v)+'"';}`)
  .join('');

const isString = (type: GraphQLOutputType): type is GraphQLScalarType =>
  isScalarType(type) && Object.hasOwn(strings, type.name);

/**
 * Code that writes an operation's answer and checks every value on the way: one function for each selection and type
 * of object, with the keys, the names of types and the order of fields in its text.
 * @param schema what clients see
 * @param most characters: objects of interfaces within each other take code for each combination of their types
 * @returns undefined if that would be too much code
 */
export function compileSerializer(
  schema: GraphQLSchema,
  selections: Selections,
  rootType: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  most: number,
): Serializer | undefined {
  const writer = createWriter(schema, selections, most);
  const root = writer.object(rootType, selectionSets);
  const characters = writer.characters();
  if (characters > most) return undefined;
  const write = build<(...given: Parameters<Serialize>) => string>(
    writer.scope,
    `let x,p;${stringWriters}${writer.functions.join('')}return (d,i,q)=>{x=i;p=q;return ${root}(d);};`,
  );
  const serialize: Serialize = (data, introspected, plain) => {
    try {
      return write(data, introspected, plain);
    } catch (error) {
      if (error === surprised) return undefined;
      throw error;
    }
  };
  return { serialize, characters };
}

interface Writer {
  readonly functions: readonly string[];
  /** How long they are; once beyond the most, no more are written. */
  characters(): number;
  /** What the functions use that is not code. */
  readonly scope: Record<string, unknown>;
  /** Name of the function that writes an object. */
  object(type: RuntimeType, sets: readonly SelectionSetNode[]): string;
}

function createWriter(schema: GraphQLSchema, selections: Selections, most: number): Writer {
  const functions: string[] = [];
  let characters = 0;
  const add = (code: string): void => {
    functions.push(code);
    characters += code.length;
  };
  const scope: Record<string, unknown> = { own, surprise, escape, json, ...scalars };
  const objects = createNames();
  const choices = createNames();
  let count = 0;

  const object = (type: RuntimeType, sets: readonly SelectionSetNode[]): string =>
    objects.get(type, sets) ?? writeObject(type, sets, objects.set(type, sets, `object${count++}`));

  const writeObject = (type: RuntimeType, sets: readonly SelectionSetNode[], name: string): string => {
    if (characters > most) return name;
    const definitions = type.getFields();
    const text = createObjectText();
    let before = '{';
    for (const field of selections.of(type, sets).fields) {
      const { key, source } = field;
      const of = definitions[field.name]?.type;
      const inner = of && getNullableType(of);
      const start = `${before}${literal(key)}:`;
      if (field.name === '__typename') text.add(start + literal(type.name));
      else if (field.name === '__schema' || field.name === '__type') text.put(start, `x[${literal(key)}]`);
      else if (!of || !inner) continue;
      else if (isString(inner)) text.putString(start, read('o', source), inner.name, inner === of);
      else text.put(start, value(of, field.sets, read('o', source)));
      before = ',';
    }
    text.add(before === '{' ? '{}' : '}');
    add(`function ${name}(o){${checkObject(type)}${text.code()}}`);
    return name;
  };

  /** An expression for a value, null or not. It is read into `v`, since it is used twice. */
  const value = (type: GraphQLOutputType, sets: readonly SelectionSetNode[], expression: string): string => {
    const inner = isNonNullType(type) ? type.ofType : type;
    const absent = isNonNullType(type) ? 'surprise()' : `'null'`;
    return `((v=${expression})===null||v===undefined?${absent}:${writerOf(inner, sets)}(v))`;
  };

  /** The name of the function that writes values of a type, null excepted. */
  const writerOf = (type: GraphQLOutputType, sets: readonly SelectionSetNode[]): string => {
    if (isListType(type)) return list(type.ofType, sets);
    if (isEnumType(type)) return enumeration(type);
    if (isString(type)) return `quoted${type.name}`;
    if (isLeafType(type)) return Object.hasOwn(scalars, type.name) ? type.name : 'json';
    if (isObjectType(type)) return object(type, sets);
    return isAbstractType(type) ? choice(type, sets) : 'surprise';
  };

  const list = (of: GraphQLOutputType, sets: readonly SelectionSetNode[]): string => {
    const name = `list${count++}`;
    add(
      `function ${name}(a){if(!Array.isArray(a))surprise();const n=a.length;if(n===0)return '[]';let r='[',v;` +
        `for(let i=0;i<n;i++){if(i!==0)r+=',';r+=${value(of, sets, 'a[i]')};}return r+']';}`,
    );
    return name;
  };

  const enumeration = (type: GraphQLEnumType): string => {
    const name = `enum_${type.name}`;
    const texts = new Map<unknown, string>(type.getValues().map((one) => [one.name, literal(one.name)]));
    scope[name] = (given: unknown) => texts.get(given) ?? surprise();
    return name;
  };

  /** An object of an abstract type is written by its own type, or as the interface where it says no more than that. */
  const choice = (type: GraphQLAbstractType, sets: readonly SelectionSetNode[]): string => {
    const known = choices.get(type, sets);
    if (known !== undefined) return known;
    const name = choices.set(type, sets, `choice${count++}`);
    const cases = schema
      .getPossibleTypes(type)
      .map((one) => `case ${literal(one.name)}:return ${object(one, sets)}(o);`);
    const unresolved = isInterfaceType(type) ? [type, ...schema.getImplementations(type).interfaces] : [];
    for (const one of unresolved) {
      if (selections.of(one, sets).needsOwnType) continue;
      const unnamed = one === type ? 'case undefined:case null:' : '';
      cases.push(`${unnamed}case ${literal(one.name)}:return ${object(one, sets)}(o);`);
    }
    add(`function ${name}(o){switch(o.__typename){${cases.join('')}default:return surprise();}}`);
    return name;
  };

  return { functions, characters: () => characters, scope, object };
}

/** An object of an object type that names another type is not what it should be. */
const checkObject = (type: RuntimeType): string =>
  `if(typeof o!=='object'||Array.isArray(o)` +
  (isObjectType(type) ? `||(o.__typename!=null&&o.__typename!==${literal(type.name)})` : '') +
  `)surprise();`;

/** Names of functions by type and selection. */
function createNames() {
  const names = new Map<readonly SelectionSetNode[], Map<object, string>>();
  return {
    get: (type: object, sets: readonly SelectionSetNode[]): string | undefined => names.get(sets)?.get(type),
    set(type: object, sets: readonly SelectionSetNode[], name: string): string {
      let byType = names.get(sets);
      if (!byType) names.set(sets, (byType = new Map<object, string>()));
      byType.set(type, name);
      return name;
    },
  };
}
