import {
  GraphQLError,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import { maskedError, type ErrorCode } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { duringTrace, type Trace } from '../../platform/trace.ts';
import { withoutSuggestion } from '../operation/refused.ts';

/** What subgraphs and Apollo's libraries add to errors, and clients have no use for. */
const internal = ['serviceName', 'exception', 'stacktrace', 'response', 'query', 'variables'];

/**
 * Codes by which a subgraph refuses the text that it was sent, and that is the gateway's: they would have the client mend,
 * or send again, what was no fault of its own. Not that of validation, since of a scalar's values only a subgraph knows
 * which are valid, and clients write them in their texts.
 */
const ofOurText: ReadonlySet<unknown> = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_ONLY',
]);

/**
 * A result as clients may see it: coded errors as they are, but for what is internal and for names that a subgraph
 * suggests; all others masked and logged under the trace's id.
 */
export function forClients(result: ExecutionResult, trace: Trace, logger: Logger): FormattedExecutionResult {
  const { data, errors, extensions } = result;
  const shown = extensions && { extensions };
  if (!errors || errors.length === 0) return { data: data ?? null, ...shown };
  return {
    errors: errors.map((error) => {
      const whole: GraphQLFormattedError =
        error instanceof GraphQLError ? error.toJSON() : (error as GraphQLFormattedError);
      const { serviceName, code } = whole.extensions ?? {};
      const extensions =
        serviceName !== undefined && ofOurText.has(code)
          ? {}
          : Object.fromEntries(
              Object.entries(whole.extensions ?? {}).filter(([name]) => !internal.includes(name)),
            );
      const message = serviceName === undefined ? whole.message : withoutSuggestion(whole.message);
      const masked = maskedError({ ...whole, message, extensions }, trace.traceId);
      if (masked.extensions?.['code'] === 'INTERNAL_SERVER_ERROR')
        duringTrace(trace, () =>
          logger.warn(
            { subgraph: serviceName, cause: whole.message, code, path: whole.path },
            'an error was masked',
          ),
        );
      return masked;
    }),
    ...(data !== undefined && { data }),
    ...shown,
  };
}
