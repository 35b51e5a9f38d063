import { prettyFormatQueryPlan } from '@apollo/query-planner';
import type { ExecutionResult } from 'graphql';
import type { CacheLedger } from '../execution/cache/headers.ts';
import type { PreparedOperation } from '../operation/operation.ts';

/** A result with the plan that it came by, in its extensions: it names subgraphs, so it is for developers only. */
export const withPlan = ({ plan }: PreparedOperation, result: ExecutionResult): ExecutionResult => ({
  ...result,
  extensions: { ...result.extensions, plan: { text: prettyFormatQueryPlan(plan), node: plan.node } },
});

/** A result with what of it came from the cache, in its extensions. */
export const withCache = (ledger: CacheLedger, result: ExecutionResult): ExecutionResult => ({
  ...result,
  extensions: { ...result.extensions, cache: ledger.report() },
});
