import type { SubscriptionNode } from '@apollo/query-planner';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { codedError } from '../../platform/errors.ts';
import { RequestRefused, type PreparedOperation } from '../operation/operation.ts';
import { rootFieldIncluded } from '../operation/root-conditions.ts';
import type { ExecutionRequest, Executor } from './executor.ts';
import { openUpstream, type UpstreamOptions } from './upstream.ts';

/**
 * Runs a subscription from its plan. `primary` is a stream from the subgraph that owns the root field; for each of
 * its events `rest` is fetched from the others. An event with errors is an answer like any other: the stream goes on.
 * @param coerced variables with defaults, for the conditions on the root field
 * @returns one result per event, until either side ends it
 * @throws {RequestRefused} if there is nothing to subscribe to
 */
export function subscribe(
  operation: PreparedOperation,
  request: ExecutionRequest,
  coerced: Record<string, unknown>,
  executor: Executor,
  options: UpstreamOptions,
): AsyncGenerator<ExecutionResult> {
  if (!rootFieldIncluded(operation, coerced))
    throw new RequestRefused([
      codedError(
        'BAD_USER_INPUT',
        'The root field is left out by @skip or @include: there is nothing to subscribe to.',
      ),
    ]);
  const { primary } = operation.plan.node as SubscriptionNode;
  const client = operation.supergraph.subgraphs.get(primary.serviceName);
  if (!client) throw new Error(`The plan names the unknown subgraph "${primary.serviceName}".`);

  const variables = Object.fromEntries(
    (primary.variableUsages ?? []).flatMap((name) =>
      name in request.variables ? [[name, request.variables[name]]] : [],
    ),
  );
  const events = openUpstream(
    client,
    { query: primary.operation, variables, operationName: primary.operationName },
    request,
    options,
  );

  const complete = async (event: ExecutionResult): Promise<ExecutionResult> => {
    // errors before any data are the stream's own end, and nothing can be fetched for them
    if (event.data === undefined) return { errors: (event.errors ?? []).map((error) => toError(error)) };
    return executor.executeEvent(operation, event, request);
  };

  // Not an async generator function: its `return` would wait for the event that is being waited for.
  return {
    async next() {
      const { done, value } = await events.next();
      return done ? { done: true, value: undefined } : { done: false, value: await complete(value) };
    },
    async return() {
      await events.return();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await events.return();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** An error as it came over the wire, as an error object. */
function toError({ message, path, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { path, extensions });
}
