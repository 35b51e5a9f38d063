import type { FetchNode, FlattenNode, PlanNode } from '@apollo/query-planner';
import {
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { operationOf, selectionOf, withOperation, withSelection } from './fetch-operation.ts';
import { keyOf } from '../fragments.ts';
import { namedType, setOf, TYPE_NAME } from '../nodes.ts';
import { placeIn } from './places.ts';
import { mapNode } from './plan-fetches.ts';
import { refetchesOf, type Refetch } from './refetch.ts';
import { freeVariable, representationsVariable } from './representations-variable.ts';

/**
 * Which fields are to be fetched apart from the object that they are of.
 * @param object its place
 * @param key the field's key in it
 * @returns those with equal names are fetched together; undefined if the field stays
 */
export type Apart = (object: string, key: string) => string | undefined;

/**
 * The plan with some fields of entities moved out of the fetches that find the entities, into fetches of their own from
 * the same subgraph. A field stays where it is if the subgraph cannot be asked for it again.
 */
export const moveFields = (plan: PlanNode, supergraph: Supergraph, apart: Apart): PlanNode =>
  mapNode(plan, (fetch, place) => moveOut(fetch, place, supergraph, apart));

/** Fields that are fetched together: of the objects at one path, by type. */
interface Moved {
  readonly path: readonly string[];
  readonly types: Map<string, { readonly refetch: Refetch; readonly selections: SelectionNode[] }>;
}

function moveOut(node: FetchNode, place: string, supergraph: Supergraph, apart: Apart): PlanNode {
  // what is renamed on its way in belongs to the fetch as it is
  if (node.outputRewrites?.length || node.contextRewrites?.length) return { ...node };
  const schema = supergraph.supergraphSchema;
  const refetches = refetchesOf(supergraph);
  const found = new Map<string, Moved>();

  const take = (field: FieldNode, { type, place: at, path, conditional }: Where): Refetch | undefined => {
    const group = conditional || !path ? undefined : apart(at, keyOf(field));
    const refetch = group === undefined ? undefined : refetches(node.serviceName, type.name);
    const { value: name } = field.name;
    if (!path || !refetch?.fields.has(name)) return undefined;
    const id = `${at} ${group}`;
    const moved: Moved = found.get(id) ?? { path, types: new Map() };
    found.set(id, moved);
    const same = moved.types.get(type.name);
    if (same) same.selections.push(field);
    else moved.types.set(type.name, { refetch, selections: [field] });
    return refetch;
  };
  const without = (set: SelectionSetNode, where: Where): SelectionSetNode => {
    let lost: Refetch | undefined;
    const selections = set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const type = one.typeCondition ? schema.getType(one.typeCondition.name.value) : where.type;
        if (!type) return [one];
        const conditional = where.conditional || (one.directives ?? []).length > 0;
        return [{ ...one, selectionSet: without(one.selectionSet, { ...where, type, conditional }) }];
      }
      if (one.kind !== Kind.FIELD) return [one];
      const field = { ...one, ...(one.selectionSet && { selectionSet: inside(one, where) }) };
      const refetch = take(field, where);
      lost ??= refetch;
      return refetch ? [] : [field];
    });
    return { ...set, selections: lost ? [TYPE_NAME, ...lost.key.selections, ...selections] : selections };
  };
  const inside = (field: FieldNode, { type, place: at, path = [], conditional }: Where): SelectionSetNode => {
    const set = field.selectionSet ?? setOf([]);
    const definition =
      isObjectType(type) || isInterfaceType(type) ? type.getFields()[field.name.value] : undefined;
    if (!definition) return set; // `_entities`
    const key = keyOf(field);
    return without(set, {
      type: getNamedType(definition.type),
      place: placeIn(at, key),
      path: [...path, key, ...listsOf(definition.type)],
      conditional: conditional || (field.directives ?? []).length > 0,
    });
  };

  const operation = operationOf(node);
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no type for a ${operation.operation}.`);
  // fields of the objects that the fetch is about are not moved: a fetch is split as it is
  const where: Where = { type: root, place, path: undefined, conditional: false };
  const selectionSet = without(selectionOf(node, operation), where);
  if (found.size === 0) return { ...node };

  // fields that were moved may have lost fields of their own: the outer ones are fetched first
  const byDepth = new Map<number, FlattenNode[]>();
  for (const { path, types } of found.values()) {
    const fetch: PlanNode = {
      kind: 'Flatten',
      path: [...path],
      node: withOperation(
        {
          kind: 'Fetch',
          serviceName: node.serviceName,
          operationName: node.operationName,
          operationKind: 'query' as FetchNode['operationKind'],
          operation: '',
          variableUsages: node.variableUsages ?? [],
          requires: [...types].map(([typeCondition, { refetch }]) => ({
            kind: 'InlineFragment',
            typeCondition,
            selections: [{ kind: 'Field', name: '__typename' }, ...refetch.requires],
          })),
        },
        entityQuery(
          node,
          operation,
          [...types].map(([type, { selections }]) => ({
            kind: Kind.INLINE_FRAGMENT,
            typeCondition: namedType(type),
            selectionSet: setOf(selections),
          })),
        ),
      ),
    };
    byDepth.set(path.length, [...(byDepth.get(path.length) ?? []), fetch]);
  }
  return {
    kind: 'Sequence',
    nodes: [
      withSelection(node, operation, selectionSet),
      ...[...byDepth]
        .sort(([one], [other]) => one - other)
        .map(([, nodes]): PlanNode => ({ kind: 'Parallel', nodes })),
    ],
  };
}

/** Where a selection set of a fetch stands. */
interface Where {
  readonly type: GraphQLNamedType;
  readonly place: string;
  /** From the objects that the fetch is about to those of the set; undefined if they are the same. */
  readonly path: readonly string[] | undefined;
  /** Whether it is not always asked. */
  readonly conditional: boolean;
}

/** A query for entities, named as the operation of another fetch and with its variables. */
function entityQuery(
  { requires }: FetchNode,
  operation: ReturnType<typeof operationOf>,
  selections: readonly SelectionNode[],
): DocumentNode {
  const { name, variableDefinitions = [] } = operation;
  const taken = requires && representationsVariable({ kind: Kind.DOCUMENT, definitions: [operation] });
  const others = variableDefinitions.filter(({ variable }) => variable.name.value !== taken);
  const own = freeVariable(others.map(({ variable }) => variable.name.value));
  const [entities] = parse(`query ($${own}: [_Any!]!) { _entities(representations: $${own}) }`, {
    noLocation: true,
  }).definitions;
  if (entities?.kind !== Kind.OPERATION_DEFINITION) throw new Error('It is an operation.');
  const [field] = entities.selectionSet.selections;
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...entities,
        ...(name && { name }),
        variableDefinitions: [...(entities.variableDefinitions ?? []), ...others],
        selectionSet: setOf([{ ...field, selectionSet: setOf(selections) } as FieldNode]),
      },
    ],
  };
}

/** A plan's path goes through each level of a list. */
function listsOf(type: GraphQLOutputType): string[] {
  if (isNonNullType(type)) return listsOf(type.ofType);
  return isListType(type) ? ['@', ...listsOf(type.ofType)] : [];
}
