import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { compileFetch, fetchKey, type PlanContext } from './fetch.ts';
import { parsePath, type PathStep } from './paths.ts';
import type { Step } from './run.ts';
import type { Conditions } from './conditions.ts';

/**
 * A query plan as steps.
 * @param path where in the answer the node works
 */
export function compilePlan(
  node: PlanNode,
  conditions: Conditions,
  context: PlanContext,
  path: readonly PathStep[] = [],
): Step {
  const compile = (child: PlanNode): Step => compilePlan(child, conditions, context, path);
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, path, context);
    case 'Flatten':
      return compilePlan(node.node, conditions, context, [...path, ...parsePath(node.path)]);
    case 'Sequence': {
      const steps = node.nodes.map(compile);
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map(compile);
      return async (run) => {
        await Promise.all(steps.map((step) => step(run)));
      };
    }
    case 'Condition': {
      const yes = node.ifClause && compile(node.ifClause);
      const no = node.elseClause && compile(node.elseClause);
      return async (run) => {
        const step = conditions.valueOf(node.condition, run.request.variables) === true ? yes : no;
        await step?.(run);
      };
    }
    case 'Defer':
      throw new Error('A plan with @defer cannot be run here.');
  }
}

/** Keys of the fetches that occur more than once in a plan: only those can be equal calls. */
export function repeatedFetches(node: PlanNode | SubscriptionNode | undefined): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const fetch of fetchesOf(node)) {
    const key = fetchKey(fetch);
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  return repeated;
}

function fetchesOf(node: PlanNode | SubscriptionNode | undefined): FetchNode[] {
  switch (node?.kind) {
    case 'Fetch':
      return [node];
    case 'Flatten':
      return fetchesOf(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesOf);
    case 'Condition':
      return [...fetchesOf(node.ifClause), ...fetchesOf(node.elseClause)];
    case 'Subscription':
      return fetchesOf(node.rest);
    default:
      return [];
  }
}
