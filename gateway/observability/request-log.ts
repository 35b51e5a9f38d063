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

/** Keeps what `make` makes for an operation and a transport for as long as there is the operation. */
export function perOperation<Made>(
  make: (transport: Outcome['transport'], operation: PreparedOperation | undefined) => Made,
): (transport: Outcome['transport'], operation: PreparedOperation | undefined) => Made {
  const of: Partial<Record<Outcome['transport'], { none?: Made; some: WeakMap<PreparedOperation, Made> }>> =
    {};
  return (transport, operation) => {
    const { [transport]: made = (of[transport] = { some: new WeakMap() }) } = of;
    if (!operation) return (made.none ??= make(transport, undefined));
    let own = made.some.get(operation);
    if (own === undefined) made.some.set(operation, (own = make(transport, operation)));
    return own;
  };
}

/** Writes one line per request. Variables and texts of operations are not in it: they hold what users typed. */
export const createRequestLog = (logger: Logger): ((outcome: Outcome) => void) => {
  const writerOf = perOperation((transport, operation) =>
    createLineWriter(logger, 'request', {
      transport,
      operation: operationNameOf(operation),
      type: operation?.type,
    }),
  );
  return ({ transport, operation, client, viewer, trace, seconds, codes, canceled, ended }) => {
    const who = viewer?.userId ?? viewer?.apiKeyId;
    let fields = `,"traceId":"${trace.traceId}","milliseconds":${Math.round(seconds * 1000)}`;
    if (client.name !== undefined) fields += `,"client":${JSON.stringify(client.name)}`;
    if (client.version !== undefined) fields += `,"clientVersion":${JSON.stringify(client.version)}`;
    if (who !== undefined) fields += `,"viewer":${JSON.stringify(who)}`;
    if (codes.length > 0) fields += `,"codes":${JSON.stringify(codes)}`;
    if (canceled) fields += ',"canceled":true';
    if (ended !== undefined) fields += `,"ended":${JSON.stringify(ended)}`;
    writerOf(transport, operation)(fields);
  };
};
