import {
  getArgumentValues,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { subgraphUnavailable, type SubgraphClient } from '../../subgraph-client.ts';
import { hash } from './random.ts';

/** What goes wrong, in thousandths of all values or calls; the same for the same seed, object and field. */
export interface Faults {
  readonly seed: number;
  /** A resolver throws: null with an error, and what must not be null takes its parent along. */
  readonly error: number;
  /** Null where the schema may not even allow it, and no word about it. */
  readonly silentNull: number;
  /** A key that is not there. */
  readonly missing: number;
  /** A leaf that nothing can coerce. */
  readonly wrongLeaf: number;
  /** A scalar where an object or list should be. */
  readonly wrongShape: number;
  /** An entity that the subgraph does not know. */
  readonly lostEntity: number;
  /** A call that fails altogether. */
  readonly lostCall: number;
  /** A call that is answered with an error without a path, and no data. */
  readonly refusedCall: number;
  /** Whether entities are known by their keys wherever they are found: what identifies them is spared. */
  readonly keysHold?: boolean;
  /** A subgraph that answers nothing at all. */
  readonly down?: string | undefined;
}

export const noFaults: Faults = {
  seed: 0,
  error: 0,
  silentNull: 0,
  missing: 0,
  wrongLeaf: 0,
  wrongShape: 0,
  lostEntity: 0,
  lostCall: 0,
  refusedCall: 0,
};

/** What all subgraphs agree on: which fields hang on others, and of which type an object behind an interface is. */
export interface World {
  readonly requiring: ReadonlySet<string>;
  concrete(abstract: string, number: number): string;
  isInterface(name: string): boolean;
  /** What goes wrong at present. */
  faults: Faults;
}

export function createWorld(supergraphSchema: GraphQLSchema, sdl: string): World {
  const requiring = new Set<string>();
  for (const type of parse(sdl).definitions)
    if ('fields' in type && 'name' in type && type.name)
      for (const field of type.fields ?? [])
        if (
          field.directives?.some(({ arguments: given }) =>
            given?.some((one) => one.name.value === 'requires'),
          )
        )
          requiring.add(`${type.name.value}.${field.name.value}`);
  return {
    requiring,
    concrete(abstract, number) {
      const type = supergraphSchema.getType(abstract);
      if (!isAbstractType(type)) return abstract;
      const names = supergraphSchema
        .getPossibleTypes(type)
        .map((one) => one.name)
        .sort();
      return names[number % names.length] ?? abstract;
    },
    isInterface: (name) => isInterfaceType(supergraphSchema.getType(name)),
    faults: noFaults,
  };
}

/** An object that a subgraph speaks of: an entity by its number, or a part of one by the way to it. */
interface Thing {
  readonly type: GraphQLObjectType;
  readonly number: number;
  readonly part: string;
  /** JSON of what a representation brought beside the key. */
  readonly brought: string;
}

type Path = readonly (string | number)[];

/** Stands for null that has taken its parent along. */
const voided = new Error('voided');

const keyFields: Readonly<Record<string, string>> = { id: '', sku: 'sku-', email: 'mail-' };

/**
 * A subgraph that answers any operation over its schema with values made up from the names of things: an entity's field
 * has one value, wherever it is asked for. It runs in the caller's process, and in the order of the calls.
 */
export function createMockSubgraph(name: string, schema: GraphQLSchema, world: World): SubgraphClient {
  const documents = new Map<string, DocumentNode>();
  const answer = async (body: string, toReference: boolean): Promise<string> => {
    await new Promise((resolve) => setImmediate(resolve));
    const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    const { faults } = world;
    if (name === faults.down) throw subgraphUnavailable(name);
    const luck =
      hash(faults.seed, name, query.replace(/^(query|mutation) \w+/, ''), JSON.stringify(variables['id'])) %
      1000;
    if (luck < faults.lostCall) throw subgraphUnavailable(name);
    if (luck < faults.lostCall + faults.refusedCall)
      return JSON.stringify({
        data: null,
        errors: [{ message: `${name} refuses`, extensions: { code: 'FORBIDDEN' } }],
      });
    let document = documents.get(query);
    if (!document) documents.set(query, (document = parse(query)));
    return JSON.stringify(resolve(name, schema, world, document, variables, toReference));
  };
  return {
    name,
    url: `http://${name}.test/graphql`,
    async post(body: string) {
      const text = await answer(body, false);
      return { text, result: JSON.parse(text) as object };
    },
    // The reference errs where it is told a type's name too often (that of an interface object replaces the object's
    // own) or too seldom (inside of a fragment on an interface it forgets what the object is). So that all else can be
    // compared, it is told the names of all objects but interface objects that it knows already.
    async send(request: object) {
      return JSON.parse(await answer(JSON.stringify(request), true)) as object;
    },
  } as unknown as SubgraphClient;
}

function resolve(
  name: string,
  schema: GraphQLSchema,
  world: World,
  document: DocumentNode,
  variables: Record<string, unknown>,
  toReference: boolean,
): object {
  const { faults } = world;
  const errors: { message: string; path: Path; extensions: object }[] = [];
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  const defaults: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (defaultValue && 'value' in defaultValue)
      defaults[variable.name.value] =
        defaultValue.kind === Kind.INT ? Number(defaultValue.value) : defaultValue.value;
  const values = { ...defaults, ...variables };

  const included = (node: { directives?: FieldNode['directives'] }): boolean =>
    (node.directives ?? []).every((directive) => {
      const value = directive.arguments?.[0]?.value;
      const holds =
        value?.kind === Kind.VARIABLE
          ? values[value.name.value] === true
          : value?.kind === Kind.BOOLEAN && value.value;
      return directive.name.value === 'include' ? holds : directive.name.value === 'skip' ? !holds : true;
    });

  const collect = (type: GraphQLObjectType, sets: readonly SelectionSetNode[]) => {
    const fields = new Map<string, FieldNode[]>();
    const add = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (!included(selection)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          fields.set(key, [...(fields.get(key) ?? []), selection]);
          continue;
        }
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection
            : document.definitions.find(
                (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
              );
        if (!fragment || !('selectionSet' in fragment)) continue;
        const condition = 'typeCondition' in fragment && fragment.typeCondition?.name.value;
        const wanted = condition ? schema.getType(condition) : type;
        if (wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type)))
          add(fragment.selectionSet);
      }
    };
    for (const set of sets) add(set);
    return fields;
  };

  const fault = (thing: Thing, field: string, kind: string): number =>
    hash(faults.seed, name, thing.number, thing.part, field, kind) % 1000;

  const object = (thing: Thing, sets: readonly SelectionSetNode[], path: Path): object => {
    const result = Object.create(null) as Record<string, unknown>;
    if (toReference && !world.isInterface(thing.type.name)) result['__typename'] = thing.type.name;
    for (const [key, nodes] of collect(thing.type, sets)) {
      const field = nodes[0]?.name.value ?? '';
      if (field === '__typename') {
        if (!toReference || path.at(-2) !== '_entities' || !world.isInterface(thing.type.name))
          result[key] = thing.type.name;
      } else if (field === '_entities')
        result[key] = entities(
          nodes.flatMap((node) => node.selectionSet ?? []),
          [...path, key],
        );
      else {
        const spared = faults.keysHold && field in keyFields;
        if (!spared && fault(thing, field, 'missing') < faults.missing) continue;
        result[key] = fieldOf(thing, nodes, [...path, key]);
      }
    }
    return result;
  };

  const entities = (sets: readonly SelectionSetNode[], path: Path): unknown[] =>
    (values['representations'] as Record<string, unknown>[]).map((representation, index) => {
      const type = schema.getType(String(representation['__typename']));
      const known = Object.keys(keyFields).find((key) => representation[key] !== undefined);
      if (!isObjectType(type) && !isInterfaceType(type))
        throw new Error(`unknown ${String(representation['__typename'])}`);
      const number = Number(/\d+$/.exec(String(representation[known ?? '']))?.[0] ?? Number.NaN);
      if (Number.isNaN(number)) return null;
      const own = isInterfaceType(type) ? schema.getType(world.concrete(type.name, number)) : type;
      if (!isObjectType(own)) return null;
      if (hash(faults.seed, name, own.name, number, 'lost') % 1000 < faults.lostEntity) return null;
      const { __typename, id, sku, email, ...brought } = representation;
      void [__typename, id, sku, email];
      try {
        return object({ type: own, number, part: '', brought: JSON.stringify(brought) }, sets, [
          ...path,
          index,
        ]);
      } catch (error) {
        if (error === voided) return null;
        throw error;
      }
    });

  const fieldOf = (thing: Thing, nodes: readonly FieldNode[], path: Path): unknown => {
    const [node] = nodes;
    const definition = node && thing.type.getFields()[node.name.value];
    if (!node || !definition) throw new Error(`${name} has no field ${thing.type.name}.${node?.name.value}`);
    const args = JSON.stringify(getArgumentValues(definition, node, values));
    const depends = world.requiring.has(`${thing.type.name}.${definition.name}`) ? thing.brought : '';
    const sets = nodes.flatMap((one) => one.selectionSet ?? []);
    const seed = `${thing.part}/${definition.name}${args}${depends}`;

    const value = (type: GraphQLOutputType, at: Path, way: string): unknown => {
      if (isNonNullType(type)) return value(type.ofType, at, way);
      const luck = hash(thing.number, way) % 100;
      if (isListType(type)) {
        if (fault(thing, way, 'shape') < faults.wrongShape) return 'no list';
        return Array.from({ length: luck % 4 }, (_, index) =>
          nullable(type.ofType, [...at, index], `${way}#${index}`),
        );
      }
      if (isLeafType(type)) {
        if (definition.name in keyFields) return `${keyFields[definition.name]}${thing.number}`;
        const wrong = fault(thing, way, 'leaf') < faults.wrongLeaf;
        if (isEnumType(type)) return wrong ? 'NOPE' : type.getValues()[luck % type.getValues().length]?.name;
        switch (type.name) {
          case 'Int':
            return wrong ? 'twelve' : luck - 50;
          case 'Float':
            return wrong ? 'much' : luck / 8;
          case 'Boolean':
            return wrong ? 'yes' : luck % 2 === 0;
          case 'String':
          case 'ID':
            return wrong
              ? { not: 'text' }
              : `${definition.name} ${luck} "\\\u00e9\ud83d\ude00`.slice(0, 4 + (luck % 20));
          default:
            return { free: [luck, null, { form: true }], __proto_: 1 };
        }
      }
      if (fault(thing, way, 'shape') < faults.wrongShape) return 7;
      let number = hash(thing.number, way, 'next') % 12;
      let own = schema.getType(world.concrete(type.name, number));
      for (let tries = 0; isAbstractType(type) && tries < 12; tries++) {
        if (isObjectType(own) && schema.isSubType(type, own)) break;
        own = schema.getType(world.concrete(type.name, ++number));
      }
      const objectType = isObjectType(type) ? type : own;
      if (!isObjectType(objectType)) return null;
      const isEntity = Object.keys(objectType.getFields()).some((key) => key in keyFields);
      const next = {
        type: objectType,
        number: isEntity ? number : thing.number,
        part: isEntity ? '' : way,
        brought: '',
      };
      return object(next, sets, at);
    };

    /** With what can befall a value at its place. */
    const nullable = (type: GraphQLOutputType, at: Path, way: string): unknown => {
      try {
        const spared = faults.keysHold && definition.name in keyFields;
        if (!spared && fault(thing, way, 'silent') < faults.silentNull) return null;
        if (!spared && fault(thing, way, 'error') < faults.error) {
          const message = `${name} ${thing.type.name}:${thing.number}${way} fails`;
          errors.push({ message, path: at, extensions: { code: 'NOT_FOUND' } });
          throw voided;
        }
        if (
          !isNonNullType(type) &&
          !(definition.name in keyFields) &&
          hash(thing.number, way, 'null') % 100 < 8
        )
          return null;
        return value(type, at, way);
      } catch (error) {
        if (error !== voided || isNonNullType(type)) throw error;
        return null;
      }
    };
    return nullable(definition.type, path, seed);
  };

  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`${name} has no ${operation.operation}`);
  let data: object | null;
  try {
    data = object({ type: root, number: 0, part: '', brought: '' }, [operation.selectionSet], []);
  } catch (error) {
    if (error !== voided) throw error;
    data = null;
  }
  return { data, ...(errors.length > 0 && { errors }) };
}
