import type { ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Credentials, Identity, Origin } from '../admission/identity.ts';
import type { EventStream } from '../execution/shared-streams.ts';
import type { ExecutedInParts } from '../execution/deferred-executor.ts';
import type { Executed } from '../execution/executor.ts';
import type { Asker } from '../execution/subgraph/client.ts';
import type { Outcome } from '../observability/request-log.ts';
import { RequestRefused, type OperationRequest, type PreparedOperation } from '../operation/operation.ts';
import { isCoded } from '../../platform/errors.ts';
import type { Trace } from '../../platform/trace.ts';

/**
 * The steps that every transport takes with a request, in this order. What refuses a request throws a coded error, at
 * once or later. A step returns a promise only where it has to wait.
 */
export interface Pipeline {
  /** Finds out who asks, and counts the request. */
  admit(credentials: Credentials, origin: Origin): Identity | Promise<Identity>;
  /** Counts a further request of somebody already admitted, or several at once. */
  count(identity: Identity, requests?: number): Promise<void>;
  /** Hash or id to text, and text to operation, whose cost is counted. */
  prepare(
    request: OperationRequest,
    identity: Identity,
    trace: Trace,
  ): PreparedOperation | Promise<PreparedOperation>;
  /** Runs a query or mutation. */
  execute(operation: PreparedOperation, request: OperationRequest, asker: Asker): Promise<Executed>;
  /** Runs one for a client that takes its answer in parts. */
  executeInParts(
    operation: PreparedOperation,
    request: OperationRequest,
    asker: Asker,
  ): Promise<Executed | ExecutedInParts>;
  /** Begins a subscription. It ends when its subgraph ends it, or when the stream is returned. */
  subscribe(
    operation: PreparedOperation,
    request: OperationRequest,
    asker: Omit<Asker, 'signal'>,
  ): EventStream;
  /** A result as clients may see it. */
  present(result: ExecutionResult, trace: Trace): FormattedExecutionResult;
  /** Writes the log line and the metrics of a request that is over. */
  observe(outcome: Outcome): void;
}

/** The errors of a request that was refused before it ran; whatever else was thrown is kept for the masking. */
export function refusalErrors(error: unknown): readonly GraphQLError[] {
  if (error instanceof RequestRefused) return error.errors;
  return [error as GraphQLError];
}

/** Codes among the errors of an answer, each once. */
export const codesOf = ({ errors }: FormattedExecutionResult): string[] => [
  ...new Set(errors?.map((error) => String(error.extensions?.['code'])) ?? []),
];

/** True for what a client brought about; all else is a fault of ours, for the log. */
export const isRefusal = (error: unknown): boolean => error instanceof RequestRefused || isCoded(error);
