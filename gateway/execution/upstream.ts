import type { ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Logger } from '../../platform/logger.ts';
import { isObject, isWritable } from './compiled/json.ts';
import { isResult, subgraphUnavailable } from './subgraph/answer.ts';
import type { Asker, SubgraphClient, SubgraphRequest } from './subgraph/client.ts';

export interface UpstreamOptions {
  /** Told of each loss of a connection, once for every stream on it. */
  readonly onLoss: (subgraph: string, cause: string) => void;
  /** Losses of the connection in a row, soon and without an event in between, after which the stream ends with an error. */
  readonly maxAttempts: number;
  /** Milliseconds before the first reconnection; doubled each time that it is lost soon again, up to 32 times as long. */
  readonly backoff: number;
}

/** Why a subgraph's stream is over: it was complete, it was refused, or it stayed away for too long. */
export type UpstreamEnd = 'upstream_complete' | 'upstream_refused' | 'upstream_lost';

export interface UpstreamSink {
  next(event: ExecutionResult): void;
  /** Called once, unless the stream was closed before. @param last errors that tell why */
  end(reason: UpstreamEnd, last?: ExecutionResult): void;
}

/** How often a message that nobody can read may break the connection under a stream; then it ends: it may be its own. */
const MOST_BREAKS = 5;
/** Connections that streams go to after one such message, and after more. */
const APART = [8, 64] as const;
/** Milliseconds after which such a message is forgotten. */
const FORGOTTEN = 10 * 60_000;
/**
 * Milliseconds after which the loss of a connection is one by itself, and pauses begin again with the shortest: longer than
 * one takes to fail.
 */
const LASTING = 15_000;
/**
 * Close a WebSocket over which something was said that was too long, no message, or more than the other end could bear
 * (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1). graphql-ws closes all streams where one throws.
 */
const OF_MESSAGE: readonly (number | undefined)[] = [
  1002,
  1003,
  1007,
  1009,
  1011,
  CloseCode.BadRequest,
  CloseCode.InternalServerError,
];
/** Codes of errors of `ws` about what came, packed or not. */
const ERROR_OF_MESSAGE = /^(WS_ERR|Z)_/;

/**
 * Opens a subgraph's stream and keeps it open: when the connection is lost the stream is asked for again, with a
 * fresh signature and growing pauses, and its reader notices nothing but a gap. It ends when the subgraph completes
 * it, when the subgraph refuses it (its errors come last), or when it stays away for too long (with
 * `SUBGRAPH_UNAVAILABLE`).
 *
 * A message that is too long, or none of graphql-ws, breaks the connection under all streams, and so does what a subgraph
 * cannot bear; and it does not tell whose it was. So they come back over several connections, by chance: those of one
 * stream that are like this break fewer and fewer of the others' until it is ended.
 * @returns closes it, from this side
 */
export function openUpstream(
  client: SubgraphClient,
  request: SubgraphRequest,
  asker: Asker,
  sink: UpstreamSink,
  { onLoss, maxAttempts, backoff }: UpstreamOptions,
): () => void {
  let losses = 0;
  let hasty = 0;
  let askedAt = 0;
  let breaks = 0;
  let brokenAt = 0;
  let streams = client.streams;
  let pause: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let over = false;

  const close = (): void => {
    over = true;
    clearTimeout(pause);
    unsubscribe?.();
  };
  const finish = (reason: UpstreamEnd, last?: ExecutionResult): void => {
    if (over) return;
    close();
    sink.end(reason, last);
  };

  const lost = (cause: unknown): void => {
    if (over) return;
    unsubscribe?.(); // the connection counts it among its streams until then
    const lasted = performance.now() - askedAt > LASTING;
    losses = lasted ? 1 : losses + 1;
    onLoss(client.name, describe(cause));
    if (isOfMessage(cause)) {
      const now = performance.now();
      breaks = now - brokenAt > FORGOTTEN ? 1 : breaks + 1;
      brokenAt = now;
      streams = client.streamsApart(placeAfter(breaks));
    }
    if (losses >= maxAttempts || breaks >= MOST_BREAKS)
      return finish('upstream_lost', { errors: [subgraphUnavailable(client.name)] });
    // an event says little for a connection that breaks right after it, each time
    hasty = lasted ? 1 : hasty + 1;
    // half fixed, half random: the streams of a subgraph that restarts do not come back all in one moment
    const longest = backoff * 2 ** Math.min(hasty - 1, 5);
    pause = setTimeout(open, longest / 2 + (Math.random() * longest) / 2);
  };

  const open = (): void => {
    askedAt = performance.now();
    unsubscribe = streams.subscribe<Record<string, unknown>>(client.streamPayload(request, asker), {
      next(result) {
        if (over) return;
        // errors before any data refuse the stream (https://spec.graphql.org/October2021/#CreateSourceEventStream())
        if (result.data === undefined)
          return finish('upstream_refused', { errors: refusalOf(client.name, result.errors) });
        losses = 0;
        sink.next(
          isResult(result)
            ? (result as ExecutionResult)
            : { data: null, errors: [subgraphUnavailable(client.name)] },
        );
      },
      error(cause) {
        if (Array.isArray(cause)) finish('upstream_refused', { errors: refusalOf(client.name, cause) });
        else lost(cause);
      },
      complete: () => finish('upstream_complete'),
    });
  };

  open();
  return close;
}

/** One of the further connections, by chance. */
const placeAfter = (breaks: number): number => {
  const [first, further] = APART;
  return Math.floor(breaks === 1 ? Math.random() * first : first + Math.random() * further);
};

/** Whether a connection broke by what was said over it, for either side. */
function isOfMessage(cause: unknown): boolean {
  if (cause instanceof Error) return !('code' in cause);
  const { code, error } = cause as { code?: number; error?: NodeJS.ErrnoException };
  return OF_MESSAGE.includes(code) || ERROR_OF_MESSAGE.test(error?.code ?? '');
}

/** Errors by which a subgraph refuses a stream; what is no list of errors says nothing but that there is no stream. */
function refusalOf(subgraph: string, errors: unknown): GraphQLError[] {
  const known = (Array.isArray(errors) ? (errors as unknown[]) : []).flatMap((error) => {
    if (!isObject(error) || typeof error['message'] !== 'string' || !isWritable(error)) return [];
    const { path, locations: _ofItsText, extensions, ...rest } = error;
    const more = { ...(isObject(extensions) ? extensions : {}), serviceName: subgraph };
    return [{ ...rest, extensions: more, ...(isPath(path) && { path }) }];
  });
  return known.length > 0 ? (known as unknown as GraphQLError[]) : [subgraphUnavailable(subgraph)];
}

const isPath = (path: unknown): boolean =>
  Array.isArray(path) && path.every((one) => typeof one === 'string' || Number.isInteger(one));

/** Milliseconds within which losses are one line. */
const GATHER = 1_000;

/** Logs losses: a connection takes all streams of its subgraph along, and one line says so better than thousands. */
export function createLossLog(logger: Logger): UpstreamOptions['onLoss'] {
  const gathered = new Map<string, { cause: string; streams: number }>();
  return (subgraph, cause) => {
    const losses = gathered.get(subgraph);
    if (losses) {
      losses.streams += 1;
      return;
    }
    const first = { cause, streams: 1 };
    gathered.set(subgraph, first);
    setTimeout(() => {
      gathered.delete(subgraph);
      logger.warn({ subgraph, ...first }, 'streams were lost');
    }, GATHER).unref();
  };
}

function describe(cause: unknown): string {
  const { message, code, reason } = cause as { message?: string; code?: number; reason?: string };
  if (message !== undefined) return message;
  return `closed with ${code ?? 'no code'} ${reason ?? ''}`.trim();
}
