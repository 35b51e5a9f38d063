import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '../../platform/logger.ts';
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
  typeof value === 'string' ? value.slice(0, 100) : undefined;

export const clientOf = (headers: IncomingHttpHeaders): ClientName => ({
  name: text(headers['apollographql-client-name']),
  version: text(headers['apollographql-client-version']),
});

/** Writes one line per request. Variables and texts of operations are not in it: they hold what users typed. */
export const createRequestLog = (parent: Logger): ((outcome: Outcome) => void) => {
  // nothing of these lines is secret, and to look for what is would cost as much as to write them
  const logger = parent.child({}, { redact: [] });
  return ({ transport, operation, client, viewer, trace, seconds, codes, canceled, ended }) => {
    // what is undefined is not written
    logger.info(
      {
        traceId: trace.traceId,
        transport,
        operation: operation?.name,
        type: operation?.type,
        milliseconds: Math.round(seconds * 1000),
        client: client.name,
        clientVersion: client.version,
        viewer: viewer?.userId ?? viewer?.apiKeyId,
        codes: codes.length > 0 ? codes : undefined,
        canceled: canceled ? true : undefined,
        ended,
      },
      'request',
    );
  };
};
