import type { ServerResponse } from 'node:http';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { ExecutedInParts } from '../execution/deferred-executor.ts';
import { jsonPart } from './multipart.ts';
import { codesOf } from './pipeline.ts';
import { drained } from './stream-response.ts';

const BOUNDARY = '-';
const part = jsonPart(BOUNDARY);

/**
 * Writes an answer in parts, as Apollo's clients read it (`deferSpec=20220824`): the first is a result with `hasNext`,
 * those that follow have a list `incremental`.
 * https://github.com/apollographql/router/blob/dev/docs/source/executing-operations/defer-support.mdx
 * @param present makes a result what clients may see
 * @returns codes of the errors in it, each once
 */
export async function sendParts(
  response: ServerResponse,
  { first, rest }: ExecutedInParts,
  present: (result: ExecutionResult) => FormattedExecutionResult,
): Promise<string[]> {
  const codes = new Set<string>();
  const presented = (result: ExecutionResult): FormattedExecutionResult => {
    const shown = present(result);
    for (const code of codesOf(shown)) codes.add(code);
    return shown;
  };
  response.writeHead(200, {
    'content-type': `multipart/mixed;boundary="${BOUNDARY}";deferSpec=20220824`,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(`\r\n--${BOUNDARY}${part(JSON.stringify({ ...presented(first), hasNext: true }))}`);
  for await (const { increments, hasNext } of rest) {
    if (response.destroyed) break;
    const incremental = increments.map(({ label, path, data, errors }) => ({
      ...presented({ data, ...(errors.length > 0 && { errors }) }),
      path,
      ...(label !== undefined && { label }),
    }));
    const json = JSON.stringify({ ...(incremental.length > 0 && { incremental }), hasNext });
    if (!response.write(part(json))) await drained(response);
  }
  response.end('--\r\n');
  return [...codes];
}
