import type { FetchDataRewrite, FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, type SelectionSetNode } from 'graphql';
import { operationOf, selectionOf } from './fetch-operation.ts';
import { keyOf } from '../fragments.ts';
import { placeIn } from './places.ts';
import { mapNode } from './plan-fetches.ts';

/**
 * The plan in which a fetch that sends arguments from around its objects (`@fromContext`) comes after those that bring
 * their values. Where these are another subgraph's, the planner asks for both at once, and the arguments are not there.
 * @returns the same plan if all values are there in time
 */
export function withContextsFirst(plan: QueryPlan): QueryPlan {
  const { node } = plan;
  if (!node) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: inOrder(node) };
  return node.rest ? { ...plan, node: { ...node, rest: inOrder(node.rest) } } : plan;
}

/** A part of a plan that is run as it is. */
interface Unit {
  readonly node: PlanNode;
  /** Those that are over before it begins. */
  readonly before: Set<Unit>;
  /** Places of the values that it takes from around its objects. */
  readonly takes: ReadonlySet<string>;
  /** Places of the fields that it brings. */
  readonly brings: ReadonlySet<string>;
}

function inOrder(whole: PlanNode): PlanNode {
  let takesAny = false;
  mapNode(whole, (node) => {
    takesAny ||= (node.contextRewrites ?? []).length > 0;
    return node;
  });
  if (!takesAny) return whole;
  if (whole.kind === 'Condition') return inClauses(whole);

  const units: Unit[] = [];
  let isLate = false;
  const collect = (node: PlanNode, before: readonly Unit[]): Unit[] => {
    if (node.kind === 'Parallel') return node.nodes.flatMap((one) => collect(one, before));
    if (node.kind !== 'Sequence') {
      const unit = { node: inClauses(node), before: new Set(before), ...trafficOf(node) };
      isLate ||= unit.node !== node;
      units.push(unit);
      return [unit];
    }
    const found: Unit[] = [];
    for (const one of node.nodes) found.push(...collect(one, [...before, ...found]));
    return found;
  };
  collect(whole, []);

  for (const unit of units)
    for (const other of units) {
      const isNeeded = other !== unit && [...unit.takes].some((place) => other.brings.has(place));
      if (!isNeeded || isAfter(unit, other) || isAfter(other, unit)) continue;
      unit.before.add(other);
      isLate = true;
    }
  return isLate ? inTurns(units) : whole;
}

/** Whether a part begins when another is over. */
function isAfter(unit: Unit, other: Unit): boolean {
  const seen = new Set(unit.before);
  // a set that grows while it is gone through is gone through to its end
  for (const one of seen) for (const earlier of one.before) seen.add(earlier);
  return seen.has(other);
}

/** The same for what hangs on a condition, which is one part of the plan around it. */
function inClauses(node: PlanNode): PlanNode {
  if (node.kind !== 'Condition') return node;
  const ifClause = node.ifClause && inOrder(node.ifClause);
  const elseClause = node.elseClause && inOrder(node.elseClause);
  if (ifClause === node.ifClause && elseClause === node.elseClause) return node;
  return { ...node, ...(ifClause && { ifClause }), ...(elseClause && { elseClause }) };
}

/** Each as soon as those before it are over, with others that wait as long. */
function inTurns(units: readonly Unit[]): PlanNode {
  const turns: PlanNode[][] = [];
  const known = new Map<Unit, number>();
  const turnOf = (unit: Unit): number => {
    const turn = known.get(unit) ?? Math.max(0, ...[...unit.before].map((one) => turnOf(one) + 1));
    known.set(unit, turn);
    return turn;
  };
  for (const unit of units) (turns[turnOf(unit)] ??= []).push(unit.node);
  const nodes = turns.flatMap((turn): PlanNode[] => {
    const [only, ...more] = turn;
    if (!only) return [];
    return more.length > 0 ? [{ kind: 'Parallel', nodes: turn }] : [only];
  });
  return { kind: 'Sequence', nodes };
}

function trafficOf(part: PlanNode): Pick<Unit, 'takes' | 'brings'> {
  const takes = new Set<string>();
  const brings = new Set<string>();
  const bring = ({ selections }: SelectionSetNode, place: string): void => {
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) bring(one.selectionSet, place);
      if (one.kind !== Kind.FIELD) continue;
      const field = placeIn(place, keyOf(one));
      brings.add(field);
      if (one.selectionSet) bring(one.selectionSet, field);
    }
  };
  mapNode(part, (node: FetchNode, place) => {
    for (const rewrite of node.contextRewrites ?? []) takes.add(placeTaken(rewrite, place));
    bring(selectionOf(node, operationOf(node)), place);
    return node;
  });
  return { takes, brings };
}

/** The place of a value: so many objects up, and down from there. */
function placeTaken({ path }: FetchDataRewrite, place: string): string {
  const keys = place.split('.');
  const ups = path.filter((one) => one === '..').length;
  const down = path.filter((one) => one !== '..' && !one.startsWith('... on '));
  return [...keys.slice(0, keys.length - ups), ...down].join('.');
}
