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
    executed: Promise<Executed>,
    { variables }: ExecutionRequest,
  ): Promise<Executed> => {
    if (!restore) return executed;
    const definitions = definition.variableDefinitions ?? [];
    const { coerced = {} } = getVariableValues(supergraph.apiSchema, definitions, variables);
    return executed.then((result) => restore(toResult(result), coerced));
  };
  return {
    prepare: (operation) => executor.prepare?.(operation),
    execute: (operation, request) => restored(operation, executor.execute(operation, request), request),
    executeEvent: (operation, event, request) =>
      restored(operation, executor.executeEvent(operation, event, request), request),
  };
}
