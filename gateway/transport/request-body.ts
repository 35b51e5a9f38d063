import { codedError } from '../../platform/errors.ts';
import { isWritable } from '../execution/compiled/json.ts';
import type { OperationRequest } from '../operation/operation.ts';

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (message: string) => codedError('BAD_REQUEST', message);

/** Levels of objects and lists in variables, their map being one: whatever goes through them does so level by level. */
const MOST_LEVELS = 100;

/**
 * Checks that a parsed JSON value is a GraphQL request
 * (https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters).
 * @throws `BAD_REQUEST`
 */
export function toOperationRequest(body: unknown): OperationRequest {
  if (!isMap(body)) throw malformed('The body must be a JSON object with a "query".');
  const { query, documentId, operationName, variables, extensions } = body;
  if (documentId !== undefined && (typeof documentId !== 'string' || documentId === ''))
    throw malformed('"documentId" must be a string.');
  // a message of graphql-ws must have a text, be it empty
  const text = query === '' ? undefined : query;
  if (documentId !== undefined && text !== undefined)
    throw malformed('Send "query" or "documentId", not both.');
  const named = documentId !== undefined || (isMap(extensions) && isMap(extensions['persistedQuery']));
  if (typeof text !== 'string' && !(text === undefined && named))
    throw malformed('"query" must be a string.');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw malformed('"operationName" must be a string.');
  if (variables !== undefined && variables !== null && !isMap(variables))
    throw malformed('"variables" must be a map.');
  if (!isWritable(variables, MOST_LEVELS))
    throw malformed(`"variables" must have at most ${MOST_LEVELS} levels of objects and lists.`);
  if (extensions !== undefined && extensions !== null && !isMap(extensions))
    throw malformed('"extensions" must be a map.');
  return {
    query: text,
    documentId,
    // Apollo's clients send an empty name for an operation without one
    operationName: operationName === '' ? undefined : (operationName ?? undefined),
    variables: variables ?? undefined,
    extensions: extensions ?? undefined,
  };
}

/** Reads a GraphQL request from a URL's parameters. @throws `BAD_REQUEST` */
export function fromSearch(search: URLSearchParams): OperationRequest {
  const json = (name: string): unknown => {
    const text = search.get(name);
    if (text === null || text === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw malformed(`"${name}" must be JSON.`);
    }
  };
  return toOperationRequest({
    query: search.get('query') ?? undefined,
    documentId: search.get('documentId') ?? undefined,
    operationName: search.get('operationName') ?? undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

/**
 * Reads a GraphQL request from a JSON body, or a batch of them from an array.
 * @param maxBatch how many requests may come at once; 0 if they must come one by one
 * @throws `BAD_REQUEST`
 */
export function fromBody(body: Buffer, maxBatch = 0): OperationRequest | readonly OperationRequest[] {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw malformed('The body is not JSON.');
  }
  if (!Array.isArray(value)) return toOperationRequest(value);
  if (maxBatch === 0) throw malformed('Batches are not supported: send one operation per request.');
  if (value.length === 0 || value.length > maxBatch)
    throw malformed(`A batch has 1 to ${maxBatch} operations, not ${value.length}.`);
  return value.map(toOperationRequest);
}
