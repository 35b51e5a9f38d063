import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type SelectionSetNode } from 'graphql';
import { operationOf, selectionOf } from './fetch-operation.ts';
import { keyOf } from './fragments.ts';
import { placeIn } from './places.ts';
import { mapNode } from './plan-fetches.ts';

/**
 * Where a field requires one that itself requires something, and their subgraphs are come to by several keys, the planner
 * may put a fetch before the one that brings what it sends. Such fetches are put off until all that they send is there.
 * @returns the same plan if there are none
 */
export function withFetchesPutOff(plan: QueryPlan): QueryPlan {
  const { node } = plan;
  if (node?.kind !== 'Sequence') return plan;
  const nodes = inOrder(node.nodes);
  return nodes.every((one, at) => one === node.nodes[at]) ? plan : { ...plan, node: { ...node, nodes } };
}

/** What a part of a plan sends to subgraphs, and what it brings: places of fields. */
interface Traffic {
  readonly sent: ReadonlySet<string>;
  readonly brought: ReadonlySet<string>;
}

function inOrder(nodes: readonly PlanNode[]): PlanNode[] {
  const left = new Map(nodes.map((node) => [node, trafficOf(node)]));
  const there = new Set<string>();
  const isReady = (node: PlanNode, { sent }: Traffic): boolean =>
    [...sent].every(
      (field) =>
        there.has(field) || ![...left].some(([other, { brought }]) => other !== node && brought.has(field)),
    );
  const ordered: PlanNode[] = [];
  while (left.size > 0) {
    // where each waits for another there is no better order
    const [node, { brought }] =
      [...left].find(([one, traffic]) => isReady(one, traffic)) ?? ([...left][0] as [PlanNode, Traffic]);
    for (const field of brought) there.add(field);
    left.delete(node);
    ordered.push(node);
  }
  return ordered;
}

function trafficOf(part: PlanNode): Traffic {
  const sent = new Set<string>();
  const brought = new Set<string>();
  const send = (selections: readonly QueryPlanSelectionNode[], place: string): void => {
    for (const one of selections) {
      if (one.kind === 'InlineFragment') send(one.selections, place);
      else if (one.name !== '__typename') {
        const field = placeIn(place, one.alias ?? one.name);
        sent.add(field);
        send(one.selections ?? [], field);
      }
    }
  };
  const bring = ({ selections }: SelectionSetNode, place: string): void => {
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) bring(one.selectionSet, place);
      if (one.kind !== Kind.FIELD) continue;
      const field = placeIn(place, keyOf(one));
      brought.add(field);
      if (one.selectionSet) bring(one.selectionSet, field);
    }
  };
  mapNode(part, (node: FetchNode, place) => {
    send(node.requires ?? [], place);
    bring(selectionOf(node, operationOf(node)), place);
    return node;
  });
  return { sent, brought };
}
