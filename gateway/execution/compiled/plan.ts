import type { DeferNode, FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { compileFetch, fetchKey, type PlanContext } from './fetch.ts';
import { parsePath, type PathStep } from './paths.ts';
import type { Run, Step } from './run.ts';
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
    case 'Fetch': {
      const step = compileFetch(node, path, context);
      const { id } = node;
      if (id === undefined) return step;
      return async (run) => {
        await step(run);
        run.parts?.fetched(id);
      };
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
      return (run) => Promise.all(steps.map((step) => step(run))).then(nothing);
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
      return compileDefer(node, compile);
  }
}

const nothing = (): void => undefined;

/** Resolves when the primary part is done; the deferred ones go on by themselves, and are told of by the run. */
function compileDefer({ primary, deferred }: DeferNode, compile: (node: PlanNode) => Step): Step {
  const first = primary.node && compile(primary.node);
  const parts = deferred.map(({ depends, label = '', node }) => ({
    needs: depends.map(({ id }) => id),
    label,
    step: node && compile(node),
  }));
  return async (run) => {
    const { parts: open } = run;
    if (!open) throw new Error('A plan with deferred parts was run as a whole.');
    // what a part depends on may lie in the primary part of any around it
    const primaryDone = first?.(run);
    const whole = Promise.all([run.outer, primaryDone]).then(() => undefined);
    for (const { needs, label, step } of parts) {
      const own: Run = { ...run, errors: [], outer: whole };
      // a fetch under a condition that does not hold is never over, but the primary part is
      const ready = step ? Promise.race([whole, Promise.all(needs.map(open.whenFetched))]) : whole;
      open.begin(
        label,
        own.errors,
        ready.then(() => step?.(own)),
      );
    }
    await primaryDone;
  };
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
    case 'Defer':
      return [...fetchesOf(node.primary.node), ...node.deferred.flatMap((one) => fetchesOf(one.node))];
    case 'Subscription':
      return fetchesOf(node.rest);
    default:
      return [];
  }
}
