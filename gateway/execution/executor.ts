import type { ExecutionResult } from 'graphql';
import type { PreparedOperation } from '../operation/operation.ts';
import type { Asker } from './subgraph-client.ts';

export interface ExecutionRequest extends Asker {
  /** As the client sent them, checked: subgraphs fill in defaults themselves. */
  readonly variables: Record<string, unknown>;
}

/** Runs prepared operations. What fails on the way is in the result's errors; an executor does not throw. */
export interface Executor {
  /** Runs a query or a mutation, introspection included. */
  execute(operation: PreparedOperation, request: ExecutionRequest): Promise<ExecutionResult>;
  /**
   * Completes one event of a subscription: what other subgraphs know of it is fetched.
   * @param event what the stream's subgraph sent
   */
  executeEvent(
    operation: PreparedOperation,
    event: ExecutionResult,
    request: ExecutionRequest,
  ): Promise<ExecutionResult>;
}
