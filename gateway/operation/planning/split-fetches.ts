import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isInterfaceType, isObjectType, Kind, type SelectionNode } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { fieldSet, joins, subgraphNames } from '../../supergraph/joins.ts';
import { operationOf, selectionOf, withSelection } from './fetch-operation.ts';
import { placeOf } from './places.ts';
import { publicKey } from './private-keys.ts';
import { fieldsSent } from './sent-fields.ts';
import { requiredFor } from './unmet-requirements.ts';

/**
 * A fetch as two: one of what can be asked for by now, and one of the rest.
 * @param isThere whether a field that is sent is there
 * @returns undefined if there is nothing to ask for by now, or nothing else
 */
export function partsOf(
  node: PlanNode,
  isThere: (field: string) => boolean,
  supergraph: Supergraph,
  place = '',
): PlanNode[] | undefined {
  if (node.kind === 'Flatten')
    return partsOf(node.node, isThere, supergraph, placeOf(place, node.path))?.map((one) => ({
      ...node,
      node: one,
    }));
  return node.kind === 'Fetch' ? splitFetch(node, isThere, supergraph, place) : undefined;
}

function splitFetch(
  node: FetchNode,
  isThere: (field: string) => boolean,
  supergraph: Supergraph,
  place: string,
): FetchNode[] | undefined {
  if (!node.requires) return undefined;
  const { supergraphSchema: schema } = supergraph;
  const operation = operationOf(node);
  const asked = selectionOf(node, operation);
  /** What is sent by now of objects of a type, and by it. */
  const sent = new Map<string, QueryPlanSelectionNode>();
  const early: SelectionNode[] = [];
  const late: SelectionNode[] = [];
  for (const one of asked.selections) {
    const type = one.kind === Kind.INLINE_FRAGMENT ? one.typeCondition?.name.value : undefined;
    const part = node.requires.find(
      (other) => other.kind === 'InlineFragment' && other.typeCondition === type,
    );
    if (one.kind !== Kind.INLINE_FRAGMENT || type === undefined || part?.kind !== 'InlineFragment') {
      late.push(one);
      continue;
    }
    const ready = part.selections.filter((input) =>
      fieldsSent(schema, [{ ...part, selections: [input] }], place).every(isThere),
    );
    const names = new Set(ready.map(nameOf));
    const key = keysIn(supergraph, node.serviceName, type).find((fields) =>
      fields.every((name) => names.has(name)),
    );
    const needed = new Set(['__typename', ...(key ?? [])]);
    const isEarly = (selection: SelectionNode): boolean => {
      if (selection.kind !== Kind.FIELD) return false;
      const required = requiredFor(supergraph, node.serviceName, type, selection.name.value);
      if (!required.every((name) => names.has(name))) return false;
      for (const name of required) needed.add(name);
      return true;
    };
    const [now, later] = key
      ? parted(one.selectionSet.selections, isEarly)
      : [[], one.selectionSet.selections];
    const isWorthwhile = now.some((selection) => !isTypename(selection));
    const rest = isWorthwhile ? later : one.selectionSet.selections;
    if (rest.length > 0) late.push({ ...one, selectionSet: { ...one.selectionSet, selections: rest } });
    if (!isWorthwhile) continue;
    early.push({ ...one, selectionSet: { ...one.selectionSet, selections: now } });
    sent.set(type, { ...part, selections: ready.filter((input) => needed.has(nameOf(input))) });
  }
  if (early.length === 0 || late.length === 0) return undefined;
  return [
    { ...withSelection(node, operation, { ...asked, selections: early }), requires: [...sent.values()] },
    withSelection(node, operation, { ...asked, selections: late }),
  ];
}

const nameOf = (input: QueryPlanSelectionNode): string =>
  input.kind === 'Field' ? publicKey(input.name) : '';

const isTypename = (one: SelectionNode): boolean =>
  one.kind === Kind.FIELD && one.name.value === '__typename';

/** Those for which something holds, and the others. */
const parted = <One>(all: readonly One[], holds: (one: One) => boolean): [One[], One[]] => {
  const parts: [One[], One[]] = [[], []];
  for (const one of all) parts[holds(one) ? 0 : 1].push(one);
  return parts;
};

/** Keys by which a subgraph finds objects of a type, as names of their outermost fields. */
function keysIn({ supergraphSchema: schema }: Supergraph, subgraph: string, name: string): string[][] {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const names = subgraphNames(schema);
  return joins(type, 'type').flatMap(({ graph, key, resolvable }) =>
    names.get(graph) === subgraph && typeof key === 'string' && resolvable !== false
      ? [fieldSet(key).selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []))]
      : [],
  );
}
