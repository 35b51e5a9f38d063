import { codedError } from '../../platform/errors.ts';
import { RequestRefused, type PreparedOperation } from '../operation/operation.ts';
import { rootFieldIncluded } from '../operation/planning/root-conditions.ts';
import type { EventStream, SharedStreams, SubscriptionRequest } from './shared-streams.ts';

/**
 * Runs a subscription from its plan. `primary` is a stream from the subgraph that owns the root field; for each of
 * its events `rest` is fetched from the others. An event with errors is an answer like any other: the stream goes on.
 * @param coerced variables with defaults, for the conditions on the root field
 * @returns one result per event, until either side ends it
 * @throws {RequestRefused} if there is nothing to subscribe to
 */
export function subscribe(
  operation: PreparedOperation,
  request: SubscriptionRequest,
  coerced: Record<string, unknown>,
  streams: SharedStreams,
): EventStream {
  if (!rootFieldIncluded(operation, coerced))
    throw new RequestRefused([
      codedError(
        'BAD_USER_INPUT',
        'The root field is left out by @skip or @include: there is nothing to subscribe to.',
      ),
    ]);
  return streams.open(operation, request);
}
