import type { ExecutionResult } from 'graphql';
import type { PreparedOperation } from '../operation/operation.ts';
import type { CacheHeaders, CacheLedger } from './cache/headers.ts';
import type { Asker } from './subgraph/client.ts';

export interface ExecutionRequest extends Asker {
  /** As the client sent them, checked: subgraphs fill in defaults themselves. */
  readonly variables: Record<string, unknown>;
  /** Told what is taken from the cache, where there is one. */
  readonly caching?: CacheLedger | undefined;
  /** Told when a subgraph has answered, or failed to; perhaps more than once. */
  readonly onAnswer?: (() => void) | undefined;
  /** Whether subgraphs are asked for everything, and nothing of their answers is kept. */
  readonly uncached?: boolean | undefined;
}

/** A whole answer without errors, already written: `{"data":…}`. */
export interface ExecutedText {
  readonly text: string;
  /** How long it may be kept; nobody may keep it if not given. */
  readonly caching?: CacheHeaders | undefined;
}

/** What an execution came to. */
export type Executed = ExecutionResult | ExecutedText;

export const isText = (executed: Executed): executed is ExecutedText => 'text' in executed;

/** The result as an object, for those who cannot use text. */
export const toResult = (executed: Executed): ExecutionResult =>
  isText(executed) ? (JSON.parse(executed.text) as ExecutionResult) : executed;

/** Runs prepared operations. What fails on the way is in the result's errors; an executor does not throw. */
export interface Executor {
  /** Runs a query or a mutation, introspection included. */
  execute(operation: PreparedOperation, request: ExecutionRequest): Promise<Executed>;
  /** Makes what an operation's first execution would have to make; for operations that are expected. */
  prepare?(operation: PreparedOperation): void;
  /**
   * Completes one event of a subscription: what other subgraphs know of it is fetched.
   * @param event what the stream's subgraph sent
   */
  executeEvent(
    operation: PreparedOperation,
    event: ExecutionResult,
    request: ExecutionRequest,
  ): Promise<Executed>;
}
