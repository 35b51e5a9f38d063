import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { argumentOf, fieldSet } from '../supergraph/joins.ts';

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

interface JoinedType {
  readonly isInterface: boolean;
  readonly directives: readonly ConstDirectiveNode[];
  readonly fields: readonly FieldDefinitionNode[];
}

/** The keys by which subgraphs find objects. */
export interface Joins {
  /** Whether some subgraph has an interface as one object (`@interfaceObject`). */
  readonly hasInterfaceObjects: boolean;
  /** Names of the fields of each key by which a subgraph finds objects of a type or, of an interface, of any of its types. */
  keys(subgraph: string, type: string): readonly (readonly string[])[];
}

const known = new WeakMap<object, Refetches>();
const knownJoins = new WeakMap<object, Joins>();

/** What of a supergraph's types can be fetched again where it was found. */
export function refetchesOf({ sdl, supergraphSchema }: Supergraph): Refetches {
  let refetches = known.get(supergraphSchema);
  if (!refetches) known.set(supergraphSchema, (refetches = readRefetches(sdl)));
  return refetches;
}

export function joinsOf({ sdl, supergraphSchema }: Supergraph): Joins {
  let joins = knownJoins.get(supergraphSchema);
  if (!joins) knownJoins.set(supergraphSchema, (joins = readJoins(sdl)));
  return joins;
}

function readJoins(sdl: string): Joins {
  const { graphs, types } = readTypes(sdl);
  const keys = new Map<string, string[][]>();
  let hasInterfaceObjects = false;
  for (const [name, { directives }] of types)
    for (const one of directives.filter((directive) => directive.name.value === 'join__type')) {
      hasInterfaceObjects ||= argumentOf(one, 'isInterfaceObject') === true;
      const key = argumentOf(one, 'key');
      if (typeof key !== 'string' || argumentOf(one, 'resolvable') === false) continue;
      const id = `${String(argumentOf(one, 'graph'))} ${name}`;
      keys.set(id, [...(keys.get(id) ?? []), fieldsOfKey(key)]);
    }
  return {
    hasInterfaceObjects,
    keys: (subgraph, type) => keys.get(`${graphs.get(subgraph)} ${type}`) ?? [],
  };
}

const fieldsOfKey = (key: string): string[] =>
  fieldSet(key).selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));

/** https://specs.apollo.dev/join/v0.5/ */
function readTypes(sdl: string): {
  /** By the subgraph's name. */
  readonly graphs: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, JoinedType>;
} {
  const graphs = new Map<string, string>();
  const types = new Map<string, JoinedType>();
  for (const one of parse(sdl, { noLocation: true }).definitions) {
    if (one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value === 'join__Graph')
      for (const { name, directives = [] } of one.values ?? [])
        for (const directive of directives) graphs.set(String(argumentOf(directive, 'name')), name.value);
    if (one.kind === Kind.OBJECT_TYPE_DEFINITION || one.kind === Kind.INTERFACE_TYPE_DEFINITION)
      types.set(one.name.value, {
        isInterface: one.kind === Kind.INTERFACE_TYPE_DEFINITION,
        directives: one.directives ?? [],
        fields: one.fields ?? [],
      });
  }
  return { graphs, types };
}

function readRefetches(sdl: string): Refetches {
  const { graphs, types } = readTypes(sdl);
  const keysIn = (graph: string, { directives }: JoinedType): string[] =>
    directives.flatMap((one) => {
      const key = argumentOf(one, 'key');
      const isKey = isJoin(one, 'type', graph) && argumentOf(one, 'resolvable') !== false;
      // an interface object is asked for by another name than its own
      return isKey && argumentOf(one, 'isInterfaceObject') !== true && typeof key === 'string' ? [key] : [];
    });
  const fieldsIn = (graph: string, { fields }: JoinedType): string[] =>
    fields.flatMap(({ name, directives = [] }) => {
      const joins = directives.filter((one) => one.name.value === 'join__field');
      const own = joins.filter((one) => isJoin(one, 'field', graph));
      const isOwn = own.some((one) =>
        ['external', 'requires', 'usedOverridden', 'overrideLabel', 'contextArguments'].every(
          (reason) => (argumentOf(one, reason) ?? false) === false,
        ),
      );
      return joins.length === 0 || isOwn ? [name.value] : [];
    });
  const read = (graph: string, name: string): Refetch | undefined => {
    const type = types.get(name);
    if (!type) return undefined;
    const all = [type];
    if (type.isInterface)
      for (const one of types.values())
        if (
          !one.isInterface &&
          one.directives.some(
            (join) => isJoin(join, 'implements', graph) && argumentOf(join, 'interface') === name,
          )
        )
          all.push(one);
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
  };

  const refetches = new Map<string, Refetch | undefined>();
  return (subgraph, type) => {
    const graph = graphs.get(subgraph);
    if (graph === undefined) return undefined;
    const id = `${graph} ${type}`;
    if (!refetches.has(id)) refetches.set(id, read(graph, type));
    return refetches.get(id);
  };
}

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

const isJoin = (directive: ConstDirectiveNode, kind: string, graph: string): boolean =>
  directive.name.value === `join__${kind}` && argumentOf(directive, 'graph') === graph;
