import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { placeOf } from './places.ts';

/**
 * A plan with other nodes in place of its fetches; those under a path or a condition stay under it.
 * @param map told of the place of the objects, too, that the fetch is about
 */
export function mapFetches(plan: QueryPlan, map: (node: FetchNode, place: string) => PlanNode): QueryPlan {
  const { node } = plan;
  if (!node) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: mapNode(node, map) };
  const primary = map(node.primary, '');
  // a stream comes from one subgraph, whatever is made of it
  if (primary.kind !== 'Fetch') throw new Error('A subscription cannot be split over several fetches.');
  return { ...plan, node: { ...node, primary, ...(node.rest && { rest: mapNode(node.rest, map) }) } };
}

/** The same for a part of a plan. */
export function mapNode(
  node: PlanNode,
  map: (node: FetchNode, place: string) => PlanNode,
  place = '',
): PlanNode {
  switch (node.kind) {
    case 'Fetch':
      return map(node, place);
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((one) => mapNode(one, map, place)) };
    case 'Flatten':
      return { ...node, node: mapNode(node.node, map, placeOf(place, node.path)) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: mapNode(node.ifClause, map, place) }),
        ...(node.elseClause && { elseClause: mapNode(node.elseClause, map, place) }),
      };
    case 'Defer':
      throw new Error('The planner was not asked to defer anything.');
  }
}
