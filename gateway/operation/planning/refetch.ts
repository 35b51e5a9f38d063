import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { isInterfaceType, isObjectType, Kind, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import {
  fieldSet,
  joins,
  subgraphNames,
  typesWithFields,
  type TypeWithFields,
} from '../../supergraph/joins.ts';

/** How a subgraph finds objects of one type again, by a key that it knows itself. */
export interface Refetch {
  /** Of its fields, asked for where the objects are found first. */
  readonly key: SelectionSetNode;
  /** The same, as a plan names it. */
  readonly requires: readonly QueryPlanSelectionNode[];
  /** Fields that it answers of any object that it is given the key of, with nothing else. */
  readonly fields: ReadonlySet<string>;
}

/** By subgraph and type; undefined where the subgraph has no key for the type. */
export type Refetches = (subgraph: string, type: string) => Refetch | undefined;

/** The keys by which subgraphs find objects. */
export interface Joins {
  /** Whether some subgraph has an interface as one object (`@interfaceObject`). */
  readonly hasInterfaceObjects: boolean;
  /** Names of the fields of each key by which a subgraph finds objects of a type or, of an interface, of any of its types. */
  keys(subgraph: string, type: string): readonly (readonly string[])[];
}

const known = new WeakMap<GraphQLSchema, Refetches>();
const knownJoins = new WeakMap<GraphQLSchema, Joins>();

/** What of a supergraph's types can be fetched again where it was found. */
export function refetchesOf({ supergraphSchema: schema }: Supergraph): Refetches {
  let refetches = known.get(schema);
  if (!refetches) known.set(schema, (refetches = readRefetches(schema)));
  return refetches;
}

/** By which keys the subgraphs of a supergraph find objects. */
export function joinsOf({ supergraphSchema: schema }: Pick<Supergraph, 'supergraphSchema'>): Joins {
  let joined = knownJoins.get(schema);
  if (!joined) knownJoins.set(schema, (joined = readJoins(schema)));
  return joined;
}

function readJoins(schema: GraphQLSchema): Joins {
  const names = subgraphNames(schema);
  const keys = new Map<string, string[][]>();
  let hasInterfaceObjects = false;
  for (const type of typesWithFields(schema))
    for (const { graph, key, resolvable, isInterfaceObject } of joins(type, 'type')) {
      hasInterfaceObjects ||= isInterfaceObject === true;
      if (typeof key !== 'string' || resolvable === false) continue;
      const id = `${names.get(graph)} ${type.name}`;
      keys.set(id, [...(keys.get(id) ?? []), fieldsOfKey(key)]);
    }
  return { hasInterfaceObjects, keys: (subgraph, type) => keys.get(`${subgraph} ${type}`) ?? [] };
}

const fieldsOfKey = (key: string): string[] =>
  fieldSet(key).selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));

function readRefetches(schema: GraphQLSchema): Refetches {
  const graphs = new Map([...subgraphNames(schema)].map(([graph, name]) => [name, graph]));
  const refetches = new Map<string, Refetch | undefined>();
  return (subgraph, name) => {
    const graph = graphs.get(subgraph);
    const type = schema.getType(name);
    if (graph === undefined || !(isObjectType(type) || isInterfaceType(type))) return undefined;
    const id = `${subgraph} ${name}`;
    if (!refetches.has(id)) refetches.set(id, readRefetch(schema, graph, type));
    return refetches.get(id);
  };
}

function readRefetch(schema: GraphQLSchema, graph: unknown, type: TypeWithFields): Refetch | undefined {
  const isOfInterface = (one: TypeWithFields): boolean =>
    joins(one, 'implements').some((join) => join['graph'] === graph && join['interface'] === type.name);
  const all = isInterfaceType(type) ? [type, ...schema.getPossibleTypes(type).filter(isOfInterface)] : [type];
  const keys = all.map((one) => keysIn(graph, one));
  const key = keys[0]?.find((text) => keys.every((others) => others.includes(text)));
  if (key === undefined) return undefined;
  const fields = all.map((one) => fieldsIn(graph, one));
  const selectionSet = fieldSet(key);
  return {
    key: selectionSet,
    requires: required(selectionSet),
    fields: new Set(fields[0]?.filter((field) => fields.every((others) => others.includes(field)))),
  };
}

const keysIn = (graph: unknown, type: TypeWithFields): string[] =>
  joins(type, 'type').flatMap(({ graph: own, key, resolvable, isInterfaceObject }) =>
    // an interface object is asked for by another name than its own
    own === graph && resolvable !== false && isInterfaceObject !== true && typeof key === 'string'
      ? [key]
      : [],
  );

/** Arguments that make a field one which cannot be asked for with the key alone. */
const REASONS = ['external', 'requires', 'usedOverridden', 'overrideLabel', 'contextArguments'];

const fieldsIn = (graph: unknown, type: TypeWithFields): string[] =>
  Object.values(type.getFields()).flatMap((field) => {
    const all = joins(field, 'field');
    const isOwn = all.some(
      (join) => join['graph'] === graph && REASONS.every((reason) => (join[reason] ?? false) === false),
    );
    return all.length === 0 || isOwn ? [field.name] : [];
  });

const required = ({ selections }: SelectionSetNode): QueryPlanSelectionNode[] =>
  selections.flatMap((one): QueryPlanSelectionNode[] => {
    if (one.kind === Kind.FIELD)
      return [
        {
          kind: 'Field',
          name: one.name.value,
          ...(one.selectionSet && { selections: required(one.selectionSet) }),
        },
      ];
    if (one.kind !== Kind.INLINE_FRAGMENT) return [];
    return [
      {
        kind: 'InlineFragment',
        ...(one.typeCondition && { typeCondition: one.typeCondition.name.value }),
        selections: required(one.selectionSet),
      },
    ];
  });
