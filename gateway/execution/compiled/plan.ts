import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import type { GraphQLError } from 'graphql';
import type { Logger } from '../../../platform/logger.ts';
import type { Conditions } from '../../operation/conditions.ts';
import type { PreparedOperation } from '../../operation/operation.ts';
import type { EntityCache } from '../cache/entity-cache.ts';
import { compileFetch, fetchKey, type PlanContext } from './fetch.ts';
import { compileNeeded } from './needless.ts';
import { parsePath, type PathStep } from './paths.ts';
import type { Step } from './run.ts';

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
    case 'Fetch': {
      const step = compileFetch(node, path, context);
      return context.inParts ? beginOnce(node, step) : step;
    }
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
      // what one part of an answer does without, another may bring too late
      const needed =
        path.length > 0 || context.inParts
          ? undefined
          : compileNeeded(node.nodes, conditions, context.schema);
      if (!needed) return (run) => Promise.all(steps.map((step) => step(run))).then(nothing);
      return (run) => {
        const isNeeded = needed(run.request.variables);
        return Promise.all(steps.flatMap((step, at) => (isNeeded[at] ? [step(run)] : []))).then(nothing);
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
      throw new Error('The planner was not asked to defer anything.');
  }
}

const nothing = (): void => undefined;

/** The fetch for all parts of an answer that need it: who comes first begins it, and all wait for it. */
function beginOnce(node: FetchNode, step: Step): Step {
  return (run) => {
    let begun = run.begun?.get(node);
    if (!begun) {
      const errors: GraphQLError[] = [];
      begun = { over: step({ ...run, errors }), errors };
      run.begun?.set(node, begun);
    }
    return begun.over;
  };
}

/**
 * What the steps of an operation's plan are made with.
 * @param fetches of the plan
 * @param cache keeps answers of subgraphs to queries
 */
export const planContext = (
  { supergraph, type }: Pick<PreparedOperation, 'supergraph' | 'type'>,
  fetches: readonly FetchNode[],
  logger: Logger,
  cache: EntityCache | undefined,
): PlanContext => ({
  schema: supergraph.supergraphSchema,
  subgraphs: supergraph.subgraphs,
  logger,
  repeated: repeatedFetches(type === 'mutation' ? [] : fetches),
  apart: fetches.some(({ contextRewrites = [] }) => contextRewrites.length > 0),
  caching: cache && type === 'query' ? { cache, supergraph } : undefined,
});

/** Keys of the fetches that occur more than once: only those can be equal calls. */
function repeatedFetches(fetches: readonly FetchNode[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const fetch of fetches) {
    const key = fetchKey(fetch);
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  return repeated;
}

/** All fetches of a plan, but not the one that a subscription follows. */
export function fetchesOf(node: PlanNode | SubscriptionNode | undefined): FetchNode[] {
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
