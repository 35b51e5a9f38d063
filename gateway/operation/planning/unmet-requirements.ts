import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { fieldSet, joins, subgraphNames, typesWithFields } from '../../supergraph/joins.ts';
import { mapFetches } from './plan-fetches.ts';
import { publicKey } from './private-keys.ts';

/** What subgraphs need of others before they can be asked for a field, by subgraph, type and field. */
interface Requirements {
  readonly requires: ReadonlyMap<string, Fields>;
  /** Fields that a subgraph has of others only, and finds nothing by. */
  readonly external: ReadonlySet<string>;
  /** Fields that a subgraph has. */
  readonly owned: ReadonlySet<string>;
  /** Fields of others that a subgraph gives below one of its own. */
  readonly provides: ReadonlyMap<string, Fields>;
}

/** Names of fields, and those of their objects; of fragments, the fields that are in them. */
type Fields = Map<string, Fields>;

/**
 * Whether some fetch of a plan asks a subgraph for a field without sending it what the field requires, or for a field
 * that the subgraph itself requires of others, or does not have. The planner makes such plans where a field requires
 * one that requires others.
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

/** Whether some subgraph has fields that are of others, without which no requirement is unmet. */
export const hasExternals = (supergraph: Supergraph): boolean => requirementsOf(supergraph).external.size > 0;

/** Names of the outermost fields that a subgraph needs of others for one of its own. */
export function requiredFor(supergraph: Supergraph, subgraph: string, type: string, field: string): string[] {
  const { requires } = requirementsOf(supergraph);
  const of = supergraph.supergraphSchema.getType(type);
  const owners = isObjectType(of) ? [type, ...of.getInterfaces().map(({ name }) => name)] : [type];
  return owners.flatMap((owner) => [...(requires.get(idOf(subgraph, owner, field))?.keys() ?? [])]);
}

function asksTooEarly(
  node: FetchNode,
  schema: GraphQLSchema,
  { requires, external, owned, provides }: Requirements,
): boolean {
  const [operation] = parse(node.operation, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return false;
  /** The field as the subgraph may have it: of the type, or of an interface that it knows as one object. */
  const idsOf = (type: GraphQLObjectType, field: string): string[] =>
    [type, ...type.getInterfaces()].map(({ name }) => idOf(node.serviceName, name, field));
  /**
   * @param types that the objects may be of
   * @param given what is sent of those of a type
   * @param provided what the subgraph gives of them though it has it of others
   */
  const isIn = (
    types: readonly string[],
    set: SelectionSetNode,
    given?: (type: string) => Fields,
    provided?: Fields,
  ): boolean => {
    const isMet = (type: string, id: string, field: string): boolean => {
      if (external.has(id) && !provided?.has(field)) return false;
      const needed = requires.get(id);
      if (!needed) return true;
      const known = [asked(askedOf(schema, type, set)), ...(given ? [given(type)] : [])];
      return known.some((fields) => covers(fields, needed));
    };
    const isAmong = (own: readonly string[], { selections }: SelectionSetNode): boolean =>
      selections.some((one) => {
        if (one.kind === Kind.INLINE_FRAGMENT) {
          const condition = one.typeCondition?.name.value;
          const possible = condition === undefined ? own : possibleTypes(schema, condition);
          return isAmong(
            own.filter((type) => possible.includes(type)),
            one.selectionSet,
          );
        }
        if (one.kind !== Kind.FIELD) return false;
        const name = one.name.value;
        if (name === '_entities' && one.selectionSet) {
          const all = node.requires ?? [];
          const sentOf = (type: string) => sent(all.filter((part) => isSentOf(schema, type, part)));
          return isIn(sentTypes(schema, all), one.selectionSet, sentOf);
        }
        const objects = own.map((type) => schema.getType(type)).filter((type) => isObjectType(type));
        const isWrong = (type: GraphQLObjectType): boolean => {
          const ids = idsOf(type, name);
          if (!name.startsWith('__') && !ids.some((id) => owned.has(id))) return true;
          return ids.some((id) => !isMet(type.name, id, name));
        };
        if (objects.some(isWrong)) return true;
        if (!one.selectionSet) return false;
        const below = new Set(
          objects.flatMap((type) => {
            const field = type.getFields()[name];
            return field ? possibleTypes(schema, getNamedType(field.type).name) : [];
          }),
        );
        const inner = objects.flatMap((type) => idsOf(type, name).map((id) => provides.get(id)));
        const fields = [provided?.get(name), ...inner].flatMap((some) => [...(some ?? [])]);
        return isIn([...below], one.selectionSet, undefined, new Map(fields));
      });
    return isAmong(types, set);
  };
  const root = schema.getRootType(operation.operation);
  return isIn(root ? [root.name] : [], operation.selectionSet);
}

/** Object types that representations are made of. */
const sentTypes = (schema: GraphQLSchema, requires: readonly QueryPlanSelectionNode[]): string[] => [
  ...new Set(
    requires.flatMap((one) =>
      one.kind === 'InlineFragment' ? possibleTypes(schema, one.typeCondition ?? '') : [],
    ),
  ),
];

const isSentOf = (schema: GraphQLSchema, type: string, one: QueryPlanSelectionNode): boolean =>
  one.kind === 'Field' ||
  one.typeCondition === undefined ||
  possibleTypes(schema, one.typeCondition).includes(type);

/** What of a selection is asked of objects of one type. */
const askedOf = (schema: GraphQLSchema, type: string, set: SelectionSetNode): SelectionSetNode => ({
  ...set,
  selections: set.selections.flatMap((one): SelectionNode[] => {
    if (one.kind !== Kind.INLINE_FRAGMENT) return [one];
    const condition = one.typeCondition?.name.value;
    const isAsked = condition === undefined || possibleTypes(schema, condition).includes(type);
    return isAsked ? [{ ...one, selectionSet: askedOf(schema, type, one.selectionSet) }] : [];
  }),
});

export function possibleTypes(schema: GraphQLSchema, name: string): string[] {
  const type = schema.getType(name);
  if (isAbstractType(type)) return schema.getPossibleTypes(type).map((one) => one.name);
  return isObjectType(type) ? [name] : [];
}

const known = new WeakMap<Supergraph, Requirements>();

function requirementsOf(supergraph: Supergraph): Requirements {
  let requirements = known.get(supergraph);
  if (!requirements) known.set(supergraph, (requirements = readRequirements(supergraph)));
  return requirements;
}

function readRequirements({ supergraphSchema: schema }: Supergraph): Requirements {
  const names = subgraphNames(schema);
  const requires = new Map<string, Fields>();
  const external = new Set<string>();
  const owned = new Set<string>();
  const provides = new Map<string, Fields>();
  const keys = new Set<string>();
  for (const type of typesWithFields(schema)) {
    for (const { graph, key } of joins(type, 'type'))
      if (typeof key === 'string')
        for (const name of asked(fieldSet(key)).keys()) keys.add(`${names.get(graph)} ${name}`);
    for (const field of Object.values(type.getFields())) {
      const own = joins(field, 'field');
      for (const { graph } of own.length > 0 ? own : joins(type, 'type'))
        owned.add(idOf(names.get(graph) ?? '', type.name, field.name));
      for (const join of own) {
        const graph = names.get(join['graph']) ?? '';
        const id = idOf(graph, type.name, field.name);
        if (typeof join['requires'] === 'string') requires.set(id, asked(fieldSet(join['requires'])));
        if (join['external'] === true) external.add(id);
        if (typeof join['provides'] === 'string') provides.set(id, asked(fieldSet(join['provides'])));
      }
    }
  }
  for (const id of external) {
    const [graph, coordinate] = id.split(' ');
    if (keys.has(`${graph} ${coordinate?.split('.')[1]}`)) external.delete(id);
  }
  return { requires, external, owned, provides };
}

const idOf = (subgraph: string, type: string, field: string): string => `${subgraph} ${type}.${field}`;

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
