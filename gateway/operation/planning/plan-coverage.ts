import type {
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
  SubscriptionNode,
} from '@apollo/query-planner';
import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type DocumentNode,
  type GraphQLInterfaceType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { joins, nameIn, subgraphNames } from '../../supergraph/joins.ts';
import { operationOf } from './fetch-operation.ts';
import { keyOf, withoutSpreads } from '../fragments.ts';
import { placeIn } from './places.ts';
import { mapFetches } from './plan-fetches.ts';
import { possibleTypes } from './unmet-requirements.ts';
import { valuesFor } from './unresolvable.ts';

/**
 * Whether a plan brings all that an operation asks for: of each object that a place of the answer may hold, by its type,
 * each key with the field that it stands for. Of objects that a subgraph is to be sent, those count of which all is there
 * that is sent: the others it is not asked about. Conditions are taken to hold, and `__typename` to be known. A plan with
 * too many places is not looked through.
 * @param document what the plan was made of
 */
export function bringsAll(
  plan: QueryPlan,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  supergraph: Supergraph,
): boolean {
  const { supergraphSchema: schema } = supergraph;
  const possibleIn = possibleTypesIn(supergraph);
  const givenBy = givenTypesIn(supergraph);
  const isBefore = orderOf(plan);
  /** Names of fields by place, type and key, each with what brings it. */
  const fields = new Map<string, Map<string, Map<string, FetchNode[]>>>();
  /** Types of the objects at a place. */
  const present = new Map<string, ReadonlySet<string>>([['', new Set([rootOf(schema, operation)])]]);
  const fieldsAt = (place: string, type: string): Map<string, Map<string, FetchNode[]>> => {
    const id = `${place} ${type}`;
    const known = fields.get(id) ?? new Map<string, Map<string, FetchNode[]>>();
    fields.set(id, known);
    return known;
  };
  const returned = (type: string, field: string): string | undefined => {
    const of = schema.getType(type);
    const result = isObjectType(of) ? getNamedType(of.getFields()[field]?.type) : undefined;
    return isCompositeType(result) ? result.name : undefined;
  };

  /** Places with the types around them, by those without. */
  const typedPlaces = new Map<string, Set<string>>([['', new Set([''])]]);
  let count = 0;
  const belowOf = (place: string, type: string, key: string): string => {
    const below = placeIn(`${place}<${type}>`, key);
    const path = below.replaceAll(TYPES_IN_PLACE, '').replace(/^\./, '');
    const known = typedPlaces.get(path) ?? new Set();
    if (!known.has(below)) count += 1;
    typedPlaces.set(path, known.add(below));
    return below;
  };

  const bring = (
    { selections }: SelectionSetNode,
    types: ReadonlySet<string>,
    place: string,
    node: FetchNode,
  ): void => {
    for (const one of selections) {
      if (count > MOST_PLACES) return;
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value;
        const own = condition === undefined ? types : common(types, possibleIn(node.serviceName, condition));
        bring(one.selectionSet, own, place, node);
      }
      if (one.kind !== Kind.FIELD) continue;
      const key = renamed(node, keyOf(one));
      for (const type of types) {
        const below = belowOf(place, type, key);
        const known = fieldsAt(place, type);
        const names = known.get(key) ?? new Map<string, FetchNode[]>();
        known.set(key, names.set(one.name.value, [...(names.get(one.name.value) ?? []), node]));
        const object = returned(type, one.name.value);
        if (object === undefined || !one.selectionSet) continue;
        const possible = common(
          new Set(possibleIn(node.serviceName, object)),
          givenBy(type, one.name.value, object),
        );
        present.set(below, new Set([...(present.get(below) ?? []), ...possible]));
        bring(one.selectionSet, possible, below, node);
      }
    }
  };
  /** Whether all that is to be sent of objects of a type is there when a fetch begins. */
  const isThere = (
    selections: readonly QueryPlanSelectionNode[],
    type: string,
    place: string,
    node: FetchNode,
  ): boolean =>
    selections.every((one) => {
      if (one.kind === 'InlineFragment')
        return (
          (one.typeCondition !== undefined && !possibleTypes(schema, one.typeCondition).includes(type)) ||
          isThere(one.selections, type, place, node)
        );
      const key = one.alias ?? one.name;
      if (key === '__typename') return true;
      const brought = [...(fieldsAt(place, type).get(key)?.values() ?? [])].flat();
      if (!brought.some((before) => isBefore(before, node))) return false;
      const below = belowOf(place, type, key);
      const { selections: inner } = one;
      return !inner || [...(present.get(below) ?? [])].every((other) => isThere(inner, other, below, node));
    });
  /** Whether some object is sent a part of what it was to be, and so asked for what requires the rest. */
  let isPartial = false;
  mapFetches(plan, (node, path) => {
    const { requires } = node;
    const { selectionSet } = operationOf(node);
    for (const place of typedPlaces.get(path) ?? []) {
      const here = present.get(place) ?? new Set<string>();
      if (!requires) bring(selectionSet, here, place, node);
      else {
        const sent = [...here].filter((type) => {
          const parts = requires.filter(
            (one) =>
              one.kind === 'InlineFragment' && possibleTypes(schema, one.typeCondition ?? '').includes(type),
          );
          const there = parts.filter((part) => isThere([part], type, place, node));
          isPartial ||= there.length > 0 && there.length < parts.length;
          return there.length > 0;
        });
        for (const one of selectionSet.selections)
          if (one.kind === Kind.FIELD && one.selectionSet)
            bring(one.selectionSet, new Set(sent), place, node);
      }
    }
    return node;
  });
  if (count > MOST_PLACES) return true;
  if (isPartial) return false;

  type Values = NonNullable<ReturnType<typeof valuesFor>>;
  const isBrought = (
    { selections }: SelectionSetNode,
    types: ReadonlySet<string>,
    place: string,
    around: Values,
  ): boolean =>
    selections.every((one) => {
      const values = valuesFor(one, around);
      if (!values) return true;
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value;
        const own = condition === undefined ? types : common(types, possibleTypes(schema, condition));
        return isBrought(one.selectionSet, own, place, values);
      }
      if (one.kind !== Kind.FIELD || one.name.value.startsWith('__')) return true;
      const key = keyOf(one);
      return [...types].every((type) => {
        const below = belowOf(place, type, key);
        const names = fieldsAt(place, type).get(key);
        if (!names && supergraph.typelessFields.has(`${type}.${one.name.value}`)) return true;
        if (names?.size !== 1 || !names.has(one.name.value)) return false;
        const object = returned(type, one.name.value);
        if (object === undefined || !one.selectionSet) return true;
        const own = common(present.get(below) ?? new Set(), possibleTypes(schema, object));
        return isBrought(one.selectionSet, own, below, values);
      });
    });
  const asked = withoutSpreads(document, operation.selectionSet);
  return isBrought(asked, present.get('') ?? new Set(), '', new Map());
}

/** @returns whether one fetch of a plan is over when another begins, rather than at work beside it */
function orderOf({ node: whole }: QueryPlan): (before: FetchNode, after: FetchNode) => boolean {
  type Step = readonly [of: object, index: number, inTurn: boolean];
  const steps = new Map<FetchNode, readonly Step[]>();
  const walk = (node: PlanNode | SubscriptionNode, around: readonly Step[]): void => {
    switch (node.kind) {
      case 'Fetch':
        steps.set(node, around);
        break;
      case 'Sequence':
      case 'Parallel':
        node.nodes.forEach((one, index) => walk(one, [...around, [node, index, node.kind === 'Sequence']]));
        break;
      case 'Flatten':
        walk(node.node, around);
        break;
      case 'Subscription':
        walk(node.primary, [[node, 0, true]]);
        if (node.rest) walk(node.rest, [[node, 1, true]]);
        break;
      case 'Condition':
        for (const clause of [node.ifClause, node.elseClause]) if (clause) walk(clause, around);
    }
  };
  if (whole) walk(whole, []);
  return (before, after) => {
    const others = steps.get(after) ?? [];
    const [of, index, inTurn] =
      (steps.get(before) ?? []).find(
        (step, at) => others[at]?.[0] !== step[0] || others[at][1] !== step[1],
      ) ?? [];
    const other = others.find((step) => step[0] === of);
    return inTurn === true && index !== undefined && other !== undefined && index < other[1];
  };
}

const rootOf = (schema: Supergraph['supergraphSchema'], { operation }: OperationDefinitionNode): string =>
  schema.getRootType(operation)?.name ?? '';

/** That are looked at: with each level there are as many times more as an object may have types. */
const MOST_PLACES = 10_000;

/** In the place of a part: the type of the object that it is of. */
const TYPES_IN_PLACE = /<[^>]*>/g;

const common = (types: ReadonlySet<string>, others: readonly string[]): Set<string> =>
  new Set(others.filter((type) => types.has(type)));

/** The key of a field that was asked for under another, as it would clash with that of a second type. */
const renamed = ({ outputRewrites }: FetchNode, key: string): string => {
  const rewrite = outputRewrites?.find((one) => one.kind === 'KeyRenamer' && one.path.at(-1) === key);
  return rewrite?.kind === 'KeyRenamer' ? rewrite.renameKeyTo : key;
};

const known = new WeakMap<Supergraph, (subgraph: string, type: string) => readonly string[]>();

/** Types of the objects that a subgraph may give for a type. */
function possibleTypesIn(supergraph: Supergraph): (subgraph: string, type: string) => readonly string[] {
  const before = known.get(supergraph);
  if (before) return before;
  const { supergraphSchema: schema } = supergraph;
  const names = subgraphNames(schema);
  const types = new Map<string, string[]>();
  const add = (graph: unknown, name: string, type: string): void => {
    const id = `${names.get(graph)} ${name}`;
    types.set(id, [...(types.get(id) ?? []), type]);
  };
  const interfacesOf = (type: GraphQLInterfaceType, graph: unknown): string[] =>
    joins(type, 'implements').flatMap((join) => (join['graph'] === graph ? [String(join['interface'])] : []));
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type))
      for (const { graph, interface: name } of joins(type, 'implements')) add(graph, String(name), type.name);
    if (isUnionType(type))
      for (const { graph, member } of joins(type, 'unionMember')) add(graph, type.name, String(member));
    if (isInterfaceType(type))
      for (const { graph, isInterfaceObject } of joins(type, 'type'))
        if (isInterfaceObject === true)
          for (const name of [type.name, ...interfacesOf(type, graph)])
            for (const one of schema.getPossibleTypes(type)) add(graph, name, one.name);
  }
  const possibleIn = (subgraph: string, name: string): readonly string[] =>
    isObjectType(schema.getType(name)) ? [name] : (types.get(`${subgraph} ${name}`) ?? []);
  known.set(supergraph, possibleIn);
  return possibleIn;
}

const knownGiven = new WeakMap<Supergraph, GivenTypes>();

/** @returns types of the objects that a field may hold, of all that it returns */
type GivenTypes = (type: string, field: string, returned: string) => readonly string[];

/** A field that several subgraphs have is the same in each: its objects are of types that all of them give. */
function givenTypesIn(supergraph: Supergraph): GivenTypes {
  const before = knownGiven.get(supergraph);
  if (before) return before;
  const { supergraphSchema: schema } = supergraph;
  const names = subgraphNames(schema);
  const possibleIn = possibleTypesIn(supergraph);
  const types = new Map<string, readonly string[]>();
  const read: GivenTypes = (type, name, returned) => {
    const all = possibleTypes(schema, returned);
    const of = schema.getType(type);
    const field = isObjectType(of) ? of.getFields()[name] : undefined;
    if (!of || !field || all.length < 2) return all;
    const own = joins(field, 'field');
    // one without a subgraph says that the field is that of an interface
    const sources = (own.length > 0 ? own : joins(of, 'type')).filter(
      (join) => join['external'] !== true && join['graph'] !== undefined,
    );
    return sources.reduce<readonly string[]>((left, join) => {
      const object = own.length > 0 && join['type'] !== undefined ? nameIn(join['type']) : returned;
      const given = possibleIn(names.get(join['graph']) ?? '', object);
      return left.filter((one) => given.includes(one));
    }, all);
  };
  const given: GivenTypes = (type, name, returned) => {
    const id = `${type}.${name}`;
    const found = types.get(id) ?? read(type, name, returned);
    types.set(id, found);
    return found;
  };
  knownGiven.set(supergraph, given);
  return given;
}
