import { getVariableValues } from 'graphql';
import type { PreparedOperation } from '../operation/operation.ts';
import { toResult, type Executed, type ExecutionRequest, type Executor } from './executor.ts';

/**
 * Runs operations that were reduced for their viewer, and answers what the client asked: fields that were left out
 * are null, with an error each. All others pass as they are.
 */
export function createRestoringExecutor(executor: Executor): Executor {
  const restored = (
    { restore, definition, supergraph }: PreparedOperation,
    executed: Executed,
    { variables }: ExecutionRequest,
  ): Executed => {
    if (!restore) return executed;
    const definitions = definition.variableDefinitions ?? [];
    const { coerced = {} } = getVariableValues(supergraph.apiSchema, definitions, variables);
    return restore(toResult(executed), coerced);
  };
  return {
    prepare: (operation) => executor.prepare?.(operation),
    execute: async (operation, request) =>
      restored(operation, await executor.execute(operation, request), request),
    executeEvent: async (operation, event, request) =>
      restored(operation, await executor.executeEvent(operation, event, request), request),
  };
}
