import type { ExecutionResult } from 'graphql';
import { codedError } from '../../platform/errors.ts';
import { actualCost } from './actual-cost.ts';
import { compileCost, type CompiledCost, type CostOptions } from './cost.ts';
import { fragmentsOf } from './fragments.ts';
import { RequestRefused, type PreparedOperation } from './operation.ts';
import type { Variables } from './variable-values.ts';

export interface DemandOptions extends Pick<CostOptions, 'listSize' | 'maxListSize'> {
  /** What an operation may cost at most, estimated; 0 for no limit. */
  readonly maxCost: number;
}

/** What operations demand of the subgraphs, before and after they run. */
export interface Demand {
  /** What an operation costs with these variables, which may still be wrong. */
  estimate(operation: PreparedOperation, variables: Variables): number;
  /**
   * @throws {RequestRefused} with `COST_ESTIMATED_TOO_EXPENSIVE`; or `BAD_USER_INPUT` if the size of a list is not said
   * that must be. Nothing where there is no limit
   */
  check(operation: PreparedOperation, variables: Variables): void;
  /** The result with what it was estimated to cost, and did, in its extensions. */
  shown(operation: PreparedOperation, variables: Variables, result: ExecutionResult): ExecutionResult;
}

export function createDemand({ maxCost, listSize, maxListSize }: DemandOptions): Demand {
  // an operation that is dropped from the cache takes its cost with it
  const costs = new WeakMap<PreparedOperation, CompiledCost>();
  const optionsFor = ({ supergraph }: PreparedOperation): CostOptions => ({
    schema: supergraph.apiSchema,
    annotations: supergraph.annotations,
    listSize,
    maxListSize,
  });
  const costOf = (operation: PreparedOperation): CompiledCost => {
    let known = costs.get(operation);
    if (!known) {
      const { definition, document } = operation;
      known = compileCost(optionsFor(operation), definition, fragmentsOf(document));
      costs.set(operation, known);
    }
    return known;
  };

  return {
    estimate: (operation, variables) => costOf(operation).estimate(variables),
    check(operation, variables) {
      if (maxCost === 0) return;
      const cost = costOf(operation);
      const problems = cost.problems(variables);
      if (problems.length > 0)
        throw new RequestRefused(problems.map((problem) => codedError('BAD_USER_INPUT', problem)));
      const estimated = cost.estimate(variables);
      if (estimated > maxCost)
        throw new RequestRefused([
          codedError(
            'COST_ESTIMATED_TOO_EXPENSIVE',
            `The operation is estimated to cost ${estimated}; at most ${maxCost} is allowed. Ask for fewer fields, or shorter lists.`,
            { estimated, limit: maxCost },
          ),
        ]);
    },
    shown(operation, variables, result) {
      const { definition, document } = operation;
      const cost = {
        estimated: costOf(operation).estimate(variables),
        actual: actualCost(optionsFor(operation), definition, fragmentsOf(document), result.data, variables),
        ...(maxCost > 0 && { limit: maxCost }),
      };
      return { ...result, extensions: { ...result.extensions, cost } };
    },
  };
}
