import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { fieldSet, joins } from '../supergraph/joins.ts';
import { mapFetches } from './plan-fetches.ts';
import { publicKey } from './private-keys.ts';

/** What subgraphs need of others before they can be asked for a field, by subgraph, type and field. */
interface Requirements {
  readonly requires: ReadonlyMap<string, Fields>;
  /** Fields that a subgraph has of others only, and provides nowhere. */
  readonly external: ReadonlySet<string>;
}

/** Names of fields, and those of their objects; of fragments, the fields that are in them. */
type Fields = Map<string, Fields>;

/**
 * Whether some fetch of a plan asks a subgraph for a field without sending it what the field requires, or for a field that
 * the subgraph itself requires of others. The planner makes such plans where a field requires one that requires others.
 */
export function hasUnmetRequirements(plan: QueryPlan, supergraph: Supergraph): boolean {
  const requirements = requirementsOf(supergraph);
  let isUnmet = false;
  mapFetches(plan, (node) => {
    isUnmet ||= asksTooEarly(node, supergraph.supergraphSchema, requirements);
    return node;
  });
  return isUnmet;
}

function asksTooEarly(node: FetchNode, schema: GraphQLSchema, { requires, external }: Requirements): boolean {
  const [operation] = parse(node.operation, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return false;
  const isMet = (type: WithFields, field: string, known: readonly Fields[]): boolean =>
    [type, ...type.getInterfaces()].every(({ name }) => {
      const id = idOf(node.serviceName, name, field);
      const needed = requires.get(id);
      return !external.has(id) && (!needed || known.some((fields) => covers(fields, needed)));
    });
  /** @param given what is sent of the objects */
  const isIn = (type: Maybe<GraphQLNamedType>, set: SelectionSetNode, given?: Fields): boolean => {
    const known = given ? [asked(set), given] : [asked(set)];
    const isAmong = (own: Maybe<GraphQLNamedType>, { selections }: SelectionSetNode): boolean =>
      selections.some((one) => {
        if (one.kind === Kind.INLINE_FRAGMENT)
          return isAmong(
            one.typeCondition ? schema.getType(one.typeCondition.name.value) : own,
            one.selectionSet,
          );
        if (one.kind !== Kind.FIELD) return false;
        const name = one.name.value;
        if (name === '_entities' && one.selectionSet)
          return isIn(undefined, one.selectionSet, sent(node.requires ?? []));
        if (!isObjectType(own) && !isInterfaceType(own)) return false;
        if (!isMet(own, name, known)) return true;
        const field = own.getFields()[name];
        return field && one.selectionSet ? isIn(getNamedType(field.type), one.selectionSet) : false;
      });
    return isAmong(type, set);
  };
  return isIn(schema.getRootType(operation.operation), operation.selectionSet);
}

type WithFields = GraphQLObjectType | GraphQLInterfaceType;
type Maybe<Value> = Value | null | undefined;

const known = new WeakMap<Supergraph, Requirements>();

function requirementsOf(supergraph: Supergraph): Requirements {
  let requirements = known.get(supergraph);
  if (!requirements) known.set(supergraph, (requirements = readRequirements(supergraph)));
  return requirements;
}

function readRequirements({ supergraphSchema: schema }: Supergraph): Requirements {
  const names = new Map<unknown, string>();
  const graphs = schema.getType('join__Graph');
  if (graphs && 'getValues' in graphs)
    for (const value of graphs.getValues())
      for (const { name } of joins(value, 'graph')) names.set(value.name, String(name));
  const requires = new Map<string, Fields>();
  const external = new Set<string>();
  const provided = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { graph, key } of joins(type, 'type'))
      if (typeof key === 'string')
        for (const name of asked(fieldSet(key)).keys()) provided.add(`${names.get(graph)} ${name}`);
    for (const field of Object.values(type.getFields()))
      for (const join of joins(field, 'field')) {
        const graph = names.get(join['graph']) ?? '';
        const id = idOf(graph, type.name, field.name);
        if (typeof join['requires'] === 'string') requires.set(id, asked(fieldSet(join['requires'])));
        if (join['external'] === true) external.add(id);
        if (typeof join['provides'] === 'string')
          for (const name of allNames(asked(fieldSet(join['provides'])))) provided.add(`${graph} ${name}`);
      }
  }
  for (const id of external) {
    const [graph, coordinate] = id.split(' ');
    if (provided.has(`${graph} ${coordinate?.split('.')[1]}`)) external.delete(id);
  }
  return { requires, external };
}

const idOf = (subgraph: string, type: string, field: string): string => `${subgraph} ${type}.${field}`;

const allNames = (fields: Fields): string[] =>
  [...fields].flatMap(([name, below]) => [name, ...allNames(below)]);

const covers = (fields: Fields, needed: Fields): boolean =>
  [...needed].every(([name, below]) => {
    const own = fields.get(name);
    return own !== undefined && covers(own, below);
  });

const asked = ({ selections }: SelectionSetNode, into: Fields = new Map()): Fields => {
  for (const one of selections)
    if (one.kind === Kind.INLINE_FRAGMENT) asked(one.selectionSet, into);
    else if (one.kind === Kind.FIELD) {
      const below = into.get(one.name.value) ?? new Map();
      into.set(one.name.value, one.selectionSet ? asked(one.selectionSet, below) : below);
    }
  return into;
};

const sent = (selections: readonly QueryPlanSelectionNode[], into: Fields = new Map()): Fields => {
  for (const one of selections)
    if (one.kind === 'InlineFragment') sent(one.selections, into);
    else {
      const name = publicKey(one.name);
      const below = into.get(name) ?? new Map();
      into.set(name, one.selections ? sent(one.selections, below) : below);
    }
  return into;
};
