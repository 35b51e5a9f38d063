import type { IncomingHttpHeaders } from 'node:http';
import { createLineWriter, shortened, type Logger } from '../../platform/logger.ts';
import type { Trace } from '../../platform/trace.ts';
import type { Viewer } from '../../platform/viewer.ts';
import type { PreparedOperation } from '../operation/operation.ts';

/** What the client calls itself, in the headers that Apollo's clients send. */
export interface ClientName {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** One request that is over. */
export interface Outcome {
  readonly transport: 'http' | 'websocket' | 'sse' | 'multipart';
  /** undefined if it was refused before it had one */
  readonly operation: PreparedOperation | undefined;
  readonly client: ClientName;
  readonly viewer: Viewer | undefined;
  readonly trace: Trace;
  readonly seconds: number;
  /** `extensions.code` of its errors, each once */
  readonly codes: readonly string[];
  /** whether the client left before it had its answer */
  readonly canceled: boolean;
  /** why it ended, for a subscription */
  readonly ended?: string | undefined;
}

const text = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? shortened(value) : undefined;

export const operationNameOf = (operation: PreparedOperation | undefined): string | undefined =>
  shortened(operation?.name);

export const clientOf = (headers: IncomingHttpHeaders): ClientName => ({
  name: text(headers['apollographql-client-name']),
  version: text(headers['apollographql-client-version']),
});

/**
 * Writes one line per request of an operation over a transport. Variables and texts of operations are not in it: they
 * hold what users typed.
 */
export const requestLogOf = (
  logger: Logger,
  transport: Outcome['transport'],
  operation: PreparedOperation | undefined,
): ((outcome: Outcome) => void) => {
  const write = createLineWriter(logger, 'request', {
    transport,
    operation: operationNameOf(operation),
    type: operation?.type,
  });
  return ({ client, viewer, trace, seconds, codes, canceled, ended }) => {
    const who = viewer?.userId ?? viewer?.apiKeyId;
    let more = '';
    if (client.name !== undefined) more += `,"client":${JSON.stringify(client.name)}`;
    if (client.version !== undefined) more += `,"clientVersion":${JSON.stringify(client.version)}`;
    if (who !== undefined) more += `,"viewer":${JSON.stringify(who)}`;
    if (codes.length > 0) more += `,"codes":${JSON.stringify(codes)}`;
    if (canceled) more += ',"canceled":true';
    if (ended !== undefined) more += `,"ended":${JSON.stringify(ended)}`;
    write(trace.traceId, Math.round(seconds * 1000), more);
  };
};
