import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, type SelectionSetNode } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { operationOf, selectionOf } from './fetch-operation.ts';
import { keyOf } from '../fragments.ts';
import { placeIn } from './places.ts';
import { mapNode } from './plan-fetches.ts';
import { joinsOf } from './refetch.ts';
import { fieldAt, fieldsSent, narrowed, typesBelow } from './sent-fields.ts';
import { partsOf } from './split-fetches.ts';
import { possibleTypes } from './unmet-requirements.ts';

/**
 * Where a field requires one that itself requires something, or their subgraphs are come to by several keys, the planner
 * may put a fetch before the one that brings what it sends. Such fetches are put off until all that they send is there;
 * where each waits for another, one of them is split, if a part of it waits for none.
 */
export function withFetchesPutOff(plan: QueryPlan, supergraph: Supergraph): QueryPlan {
  const { node } = plan;
  if (node?.kind !== 'Subscription') return node ? { ...plan, node: putInOrder(node, supergraph) } : plan;
  return node.rest ? { ...plan, node: { ...node, rest: putInOrder(node.rest, supergraph) } } : plan;
}

function putInOrder(node: PlanNode, supergraph: Supergraph): PlanNode {
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel') return node;
  // which fetch tells the types of interface objects, and for which others, only the planner's order says
  if (joinsOf(supergraph).hasInterfaceObjects) {
    if (node.kind === 'Parallel') return node;
    return { ...node, nodes: inOrder(node.nodes, supergraph, true).flat() };
  }
  const steps = stagesOf(singly(node)).flatMap((stage) => inOrder(stage, supergraph));
  return { kind: 'Sequence', nodes: steps.map(together) };
}

/** A mutation's fields are run one after another, and what is asked of each before the next: they stay where they are. */
function stagesOf(nodes: readonly PlanNode[]): PlanNode[][] {
  const stages: PlanNode[][] = [[]];
  for (const node of nodes)
    if (isMutation(node)) stages.push([node], []);
    else stages.at(-1)?.push(node);
  return stages;
}

function isMutation(part: PlanNode): boolean {
  let isFound = false;
  mapNode(part, (node) => {
    isFound ||= node.operationKind === 'mutation';
    return node;
  });
  return isFound;
}

/** The fetches that a part of a plan groups, with their paths and conditions. */
function singly(node: PlanNode): PlanNode[] {
  if (node.kind === 'Sequence' || node.kind === 'Parallel') return node.nodes.flatMap(singly);
  return node.kind === 'Flatten' ? singly(node.node).map((one) => ({ ...node, node: one })) : [node];
}

const together = (nodes: PlanNode[]): PlanNode =>
  nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes };

/** What a part of a plan sends to subgraphs, and what it brings: fields in their places, by type. */
interface Traffic {
  readonly sent: readonly string[];
  readonly brought: ReadonlySet<string>;
}

/**
 * @param isOneByOne whether nodes stay whole, and as they are in order where they may
 * @returns what can be done at once, step by step
 */
function inOrder(nodes: readonly PlanNode[], supergraph: Supergraph, isOneByOne = false): PlanNode[][] {
  let left = new Map(nodes.map((node) => [node, trafficOf(node, supergraph)]));
  const there = new Set<string>();
  const isThereFor =
    (node: PlanNode) =>
    (field: string): boolean =>
      there.has(field) || ![...left].some(([other, { brought }]) => other !== node && brought.has(field));
  const steps: PlanNode[][] = [];
  while (left.size > 0) {
    const ready = [...left].filter(([node, { sent }]) => sent.every(isThereFor(node)));
    const split = ready.length > 0 || isOneByOne ? undefined : splitOne(left, isThereFor, supergraph);
    if (split) {
      left = split;
      continue;
    }
    // where each waits for another there is no better order
    const step =
      ready.length > 0 && !isOneByOne ? ready : [ready[0] ?? ([...left][0] as [PlanNode, Traffic])];
    for (const [node, { brought }] of step) {
      for (const field of brought) there.add(field);
      left.delete(node);
    }
    steps.push(step.map(([node]) => node));
  }
  return steps;
}

/** The first node that has parts in their place. */
function splitOne(
  left: ReadonlyMap<PlanNode, Traffic>,
  isThereFor: (node: PlanNode) => (field: string) => boolean,
  supergraph: Supergraph,
): Map<PlanNode, Traffic> | undefined {
  for (const node of left.keys()) {
    const parts = partsOf(node, isThereFor(node), supergraph);
    if (!parts) continue;
    return new Map(
      [...left].flatMap((one) =>
        one[0] === node
          ? parts.map((part): [PlanNode, Traffic] => [part, trafficOf(part, supergraph)])
          : [one],
      ),
    );
  }
  return undefined;
}

function trafficOf(part: PlanNode, { supergraphSchema: schema }: Supergraph): Traffic {
  const sent: string[] = [];
  const brought = new Set<string>();
  const bring = ({ selections }: SelectionSetNode, types: readonly string[], place: string): void => {
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT)
        bring(one.selectionSet, narrowed(schema, types, one.typeCondition?.name.value), place);
      if (one.kind !== Kind.FIELD) continue;
      const below = placeIn(place, keyOf(one));
      for (const type of types) brought.add(fieldAt(place, type, keyOf(one)));
      brought.add(below);
      if (one.selectionSet) bring(one.selectionSet, typesBelow(schema, types, one.name.value), below);
    }
  };
  mapNode(part, (node: FetchNode, place) => {
    if (place !== '') sent.push(place);
    sent.push(...fieldsSent(schema, node.requires ?? [], place));
    const operation = operationOf(node);
    const root = schema.getRootType(operation.operation);
    if (!node.requires) bring(operation.selectionSet, root ? [root.name] : [], place);
    else
      for (const one of selectionOf(node, operation).selections)
        if (one.kind === Kind.INLINE_FRAGMENT)
          bring(one.selectionSet, possibleTypes(schema, one.typeCondition?.name.value ?? ''), place);
    return node;
  });
  return { sent, brought };
}
