import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Every code that `extensions.code` of a Marquee error may hold, and nothing else. */
const errorCodes = [
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'COST_ESTIMATED_TOO_EXPENSIVE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_ONLY',
  'RATE_LIMITED',
  'RESUBSCRIBE',
  'PAYLOAD_TOO_LARGE',
  'SERVICE_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * A refusal or failure that clients can tell apart by its code.
 * @param code one of {@link errorCodes}
 * @param message what was wrong and what to do about it, fit for a client's eyes
 * @param extensions further fields for clients, such as `field`
 */
export function codedError(
  code: ErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

export const unauthenticated = (
  message = 'Sign in first: send an access token as "Authorization: Bearer …".',
) => codedError('UNAUTHENTICATED', message);
/** For a token whose sign-in has ended. */
export const signedOut = () => unauthenticated('This sign-in has ended: sign in again.');
export const forbidden = (message = 'You may not do this.') => codedError('FORBIDDEN', message);
export const badUserInput = (field: string, message: string) =>
  codedError('BAD_USER_INPUT', `${field}: ${message}`, { field });
export const notFound = (what: string, id: string) => codedError('NOT_FOUND', `There is no ${what} "${id}".`);

const known = new Set<unknown>(errorCodes);

/** True for an error whose message was written for clients. Judged by `extensions.code`, never by class. */
export const isCoded = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  known.has((error as { extensions?: { code?: unknown } }).extensions?.code) &&
  (error as { extensions: { code: unknown } }).extensions.code !== 'INTERNAL_SERVER_ERROR';

/**
 * What a client may see of an error: coded ones as they are, anything else masked with the trace id under which
 * the log has the whole of it.
 */
export function maskedError(error: GraphQLFormattedError, traceId: string): GraphQLFormattedError {
  const { locations, path } = error;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  if (isCoded(error)) {
    const { stacktrace: _, ...extensions } = error.extensions ?? {};
    return { message: error.message, ...where, extensions };
  }
  return {
    message: 'Something went wrong on our side.',
    ...where,
    extensions: { code: 'INTERNAL_SERVER_ERROR', traceId },
  };
}
