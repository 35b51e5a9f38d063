import {
  getArgumentValues,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { fragmentAt } from '../../../operation/fragments.ts';
import { parseResult, subgraphUnavailable } from '../../subgraph/answer.ts';
import type { SubgraphAnswer, SubgraphClient } from '../../subgraph/client.ts';
import { callKey, sabotage, wrongLeaf, wrongObject, wrongList, wrongTypename } from './faults.ts';
import { inShape, leaf, realName, selected, withRealNames } from './mock-values.ts';
import { isKey, KEY_OBJECT, numberOf, type World } from './mock-world.ts';
import { hash } from './random.ts';
import type { Path } from './values.ts';

/** An object that a subgraph speaks of: an entity by its number, or a part of one by the way to it. */
interface Thing {
  readonly type: GraphQLObjectType;
  readonly number: number;
  readonly part: string;
  /** What a representation brought beside the key. */
  readonly brought: Readonly<Record<string, unknown>>;
  /** Length of the path to the entity that it is or belongs to. */
  readonly depth: number;
}

/** Stands for null that has taken its parent along. */
const voided = new Error('voided');

/** Ends the key under which a helpful subgraph tells which values are null for being misshapen: paths in the value. */
export const MISSHAPEN = '__misshapen';

/** What a subgraph answers to the body of a request; undefined if it does not. */
export type Answers = (body: string) => string | undefined;

/** A client that has its answers from a function. */
export function createMockClient(name: string, answer: Answers): SubgraphClient {
  const post = async (body: string): Promise<SubgraphAnswer> => {
    await new Promise((resolve) => setImmediate(resolve));
    const text = answer(body);
    try {
      if (text !== undefined) return { text, result: parseResult(text, 200) };
    } catch {
      // as the log of a real one would tell
    }
    throw subgraphUnavailable(name);
  };
  return {
    name,
    url: `http://${name}.test/graphql`,
    post,
    send: async (request: object) => (await post(JSON.stringify(request))).result,
  } as unknown as SubgraphClient;
}

/**
 * A subgraph that answers any operation over its schema with values made up from the names of things: an entity's field
 * has one value, wherever it is asked for. It runs in the caller's process, and in the order of the calls.
 */
export function createAnswers(name: string, schema: GraphQLSchema, world: World): Answers {
  const documents = new Map<string, DocumentNode>();
  return (body) => {
    const { query, variables = {} } = JSON.parse(body) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    if (name === world.faults.down) return undefined;
    let document = documents.get(query);
    if (!document) documents.set(query, (document = parse(query, { noLocation: true })));
    const call = `${query.replace(/^(query|mutation|subscription) \w+/, '')} ${JSON.stringify(variables['id'])}`;
    world.calls.add(callKey(name, call));
    return sabotage(name, call, world.faults, () => resolve(name, schema, world, document, variables));
  };
}

function resolve(
  name: string,
  schema: GraphQLSchema,
  world: World,
  document: DocumentNode,
  variables: Record<string, unknown>,
): { data: Record<string, unknown> | null; errors?: object[] } {
  const { faults, helpful } = world;
  const errors: object[] = [];
  /** The entity of a representation that is answered just now. */
  let asked: { readonly number: number; readonly depth: number } | undefined;
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  const values: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (defaultValue) values[variable.name.value] = valueFromASTUntyped(defaultValue);
  Object.assign(values, variables);

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
        const fragment = fragmentAt(document, selection);
        if (!fragment) continue;
        const wanted = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
        if (wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type)))
          add(fragment.selectionSet);
      }
    };
    for (const set of sets) add(set);
    return fields;
  };

  const spares = (field: string): boolean =>
    faults.keysHold === true && (isKey(field) || field === KEY_OBJECT);
  const fault = (thing: Thing, field: string, kind: string): number =>
    hash(faults.seed, faults.keysHold ? '' : name, thing.number, thing.part, field, kind) % 1000;

  const object = (thing: Thing, sets: readonly SelectionSetNode[], path: Path): object => {
    const result = Object.create(null) as Record<string, unknown>;
    const isInterface = world.isInterface(thing.type.name);
    const telling = fault(thing, '', 'typename') < faults.wrongTypename && path.length > 0;
    if (helpful && !isInterface) result['__typename'] = thing.type.name;
    for (const [key, nodes] of collect(thing.type, sets)) {
      const field = nodes[0]?.name.value ?? '';
      if (field === '__typename') {
        if (helpful && isInterface && path.at(-2) === '_entities') continue;
        const told = telling ? wrongTypename(thing.type, schema, thing.number) : thing.type.name;
        if (told !== undefined) result[key] = told;
        // asked for and not told, it is not told by way of help either
        else delete result[key];
      } else if (field === '_entities')
        result[key] = entities(
          nodes.flatMap((node) => node.selectionSet ?? []),
          [...path, key],
        );
      else {
        if (!spares(field) && fault(thing, field, 'missing') < faults.missing) continue;
        const { result: found, nulled } = fieldOf(thing, nodes, [...path, key]);
        result[key] = found;
        if (nulled.length > 0) result[`${key}${MISSHAPEN}`] = nulled;
      }
    }
    if (fault(thing, '', 'extra') < faults.extra) {
      // own keys, as JSON.parse makes them
      result['__proto__'] = { polluted: true };
      result['prototype'] = [1];
      result['extra'] = { __typename: 'Nobody' };
    }
    return result;
  };

  const entities = (sets: readonly SelectionSetNode[], path: Path): unknown[] =>
    (values['representations'] as Record<string, unknown>[]).map((representation, index) => {
      const type = schema.getType(String(representation['__typename']));
      const number = numberOf(representation);
      if (number === undefined || !(isObjectType(type) || isInterfaceType(type))) return null;
      const own = isInterfaceType(type) ? schema.getType(world.concrete(type.name, number)) : type;
      if (!isObjectType(own)) return null;
      if (hash(faults.seed, name, own.name, number, 'lost') % 1000 < faults.lostEntity) return null;
      const brought = Object.fromEntries(
        Object.entries(representation)
          .filter(([key]) => key !== '__typename' && key !== KEY_OBJECT && !isKey(key))
          .map(([key, value]): [string, unknown] => {
            const required = own.getFields()[realName(key)];
            return [key, required ? inShape(required.type, value) : value];
          }),
      );
      const at = [...path, index];
      // nothing is asked of it: the reference makes such a call all the same, ours makes none and could be told no error
      if (collect(own, sets).size === 0) return {};
      if (!faults.keysHold && hash(faults.seed, name, own.name, number, 'whole') % 1000 < faults.error) {
        errors.push({
          message: `${name} ${own.name}:${number} is lost`,
          path: at,
          extensions: { code: 'NOT_FOUND', number, below: 0 },
        });
        return null;
      }
      asked = { number, depth: at.length };
      try {
        return object({ type: own, number, part: '', brought, depth: at.length }, sets, at);
      } catch (error) {
        if (error === voided) return null;
        throw error;
      }
    });

  const fieldOf = (
    thing: Thing,
    nodes: readonly FieldNode[],
    path: Path,
  ): { result: unknown; nulled: Path[] } => {
    const [node] = nodes;
    const definition = node && thing.type.getFields()[node.name.value];
    if (!node || !definition) throw new Error(`${name} has no field ${thing.type.name}.${node?.name.value}`);
    const args = JSON.stringify(getArgumentValues(definition, node, values));
    const required = world.requiring.get(`${thing.type.name}.${definition.name}`);
    const needed = required ? JSON.stringify(selected(thing.brought, required)) : '';
    const depends = helpful ? withRealNames(needed) : needed;
    const sets = nodes.flatMap((one) => one.selectionSet ?? []);
    const seed = `${thing.part}/${definition.name}${args}${depends}`;
    /** Where misshapen values are null. */
    const nulled: Path[] = [];
    const keeps = isKey(definition.name) || definition.name === KEY_OBJECT;

    const value = (type: GraphQLOutputType, at: Path, way: string): unknown => {
      if (isNonNullType(type)) return value(type.ofType, at, way);
      const luck = hash(thing.number, way) % 100;
      const misshapen = fault(thing, way, 'shape') < faults.wrongShape;
      if (misshapen && helpful && !isLeafType(type)) nulled.push(at.slice(path.length));
      if (isListType(type)) {
        if (misshapen) return helpful ? null : wrongList(luck);
        return Array.from({ length: luck % 4 }, (_, index) =>
          nullable(type.ofType, [...at, index], `${way}#${index}`),
        );
      }
      if (isLeafType(type)) {
        if (!spares(definition.name) && fault(thing, way, 'leaf') < faults.wrongLeaf)
          return wrongLeaf(type, luck);
        return leaf(type, definition.name, thing.number, luck);
      }
      const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
      const objectType = possible[hash(way, 'type') % possible.length];
      if (!isObjectType(objectType)) return null;
      let number = hash(thing.number, way, 'next') % 12;
      // behind an interface that is an entity, the number tells the type
      const entity = world.entityInterfaces.find((one) => world.isPossible(one, objectType.name));
      while (entity !== undefined && world.concrete(entity, number) !== objectType.name) number += 1;
      const isEntity =
        !keeps && Object.keys(objectType.getFields()).some((key) => isKey(key) || key === KEY_OBJECT);
      const next = {
        type: objectType,
        number: isEntity ? number : thing.number,
        part: isEntity ? '' : way,
        brought: {},
        depth: isEntity ? at.length : thing.depth,
      };
      if (!misshapen) return object(next, sets, at);
      const shape = wrongObject(luck, () => object(next, sets, at));
      return helpful ? null : shape;
    };

    /** With what can befall a value at its place. */
    const nullable = (type: GraphQLOutputType, at: Path, way: string): unknown => {
      try {
        const spared = spares(definition.name);
        if (!spared && fault(thing, way, 'silent') < faults.silentNull) return null;
        if (!spared && fault(thing, way, 'error') < faults.error) {
          const message = `${name} ${thing.type.name}:${thing.number}${way} fails`;
          const code = ['NOT_FOUND', undefined, 'FORBIDDEN', 'INVALID_GRAPHQL'][hash(way) % 4];
          errors.push({
            message,
            path: at,
            // where the entity is, for whoever checks
            extensions: {
              ...(code !== undefined && { code }),
              number: asked?.number ?? thing.number,
              below: at.length - (asked?.depth ?? thing.depth),
            },
          });
          throw voided;
        }
        if (!isNonNullType(type) && !keeps && hash(thing.number, way, 'null') % 100 < 8) return null;
        return value(type, at, way);
      } catch (error) {
        if (error !== voided || isNonNullType(type)) throw error;
        return null;
      }
    };
    const result = nullable(definition.type, path, seed);
    return { result, nulled };
  };

  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`${name} has no ${operation.operation}`);
  let data: Record<string, unknown> | null;
  try {
    data = object(
      { type: root, number: 0, part: '', brought: {}, depth: 0 },
      [operation.selectionSet],
      [],
    ) as Record<string, unknown>;
  } catch (error) {
    if (error !== voided) throw error;
    data = null;
  }
  return { data, ...(errors.length > 0 && { errors }) };
}
