import { prettyFormatQueryPlan } from '@apollo/query-planner';
import type { ExecutionResult } from 'graphql';
import type { PreparedOperation } from '../operation/operation.ts';

/** A result with the plan that it came by, in its extensions: it names subgraphs, so it is for developers only. */
export const withPlan = ({ plan }: PreparedOperation, result: ExecutionResult): ExecutionResult => ({
  ...result,
  extensions: { ...result.extensions, plan: { text: prettyFormatQueryPlan(plan), node: plan.node } },
});
