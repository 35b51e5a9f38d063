import type { FormattedExecutionResult } from 'graphql';
import { codedError } from '../../../platform/errors.ts';

/** What a client is told where a subgraph did not answer. */
export const subgraphUnavailable = (name: string) =>
  codedError('SUBGRAPH_UNAVAILABLE', `The service "${name}" did not answer. Try again later.`, {
    service: name,
  });

/**
 * Whether a status blames the request, and not who answers: one client's requests must not have a subgraph left alone
 * that serves the others. So do 408 and 429: it answers, and those who ask less, or faster, get what they want.
 */
export const isRefusal = (status: number): boolean => status >= 400 && status < 500;

/**
 * Reads a GraphQL answer (https://spec.graphql.org/October2021/#sec-Response-Format). One of any status counts, for a
 * refusal such as 401 brings its errors along.
 * @throws if it is none
 */
export function parseResult(text: string, status: number): FormattedExecutionResult {
  let result: unknown;
  try {
    result = JSON.parse(text);
  } catch (error) {
    throw new Error(`status ${status}, and no JSON: ${(error as Error).message}`);
  }
  if (!isResult(result)) throw new Error(`status ${status}, and no GraphQL answer`);
  if (status >= 300 && !result.errors?.length)
    throw new Error(`status ${status}, and no error that tells why`);
  return result;
}

/** Whether it has the form of an answer: data that is an object or null, errors in a list, and one of the two at least. */
export function isResult(value: unknown): value is FormattedExecutionResult {
  if (typeof value !== 'object' || value === null) return false;
  const { data, errors } = value as { data?: unknown; errors?: unknown };
  const hasErrors = Array.isArray(errors);
  const hasData = typeof data === 'object' && !Array.isArray(data);
  return (
    (hasData || (hasErrors && data === undefined)) && (hasErrors || errors === undefined || errors === null)
  );
}
