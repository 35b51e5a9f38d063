import type { ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import { inTrace } from '../../platform/trace.ts';
import { createBoundedQueue, type BoundedQueue } from './bounded-queue.ts';
import {
  subgraphUnavailable,
  type Asker,
  type SubgraphClient,
  type SubgraphRequest,
} from './subgraph-client.ts';

export interface UpstreamOptions {
  readonly logger: Logger;
  /** Events kept for a client that is slower than its stream. */
  readonly queueLimit: number;
  /** Losses of the connection in a row, without an event in between, after which the stream ends with an error. */
  readonly maxAttempts: number;
  /** Milliseconds before the first reconnection; doubled each time, up to 32 times as long. */
  readonly backoff: number;
  /** Told of each event that a slow client will not get. */
  readonly onDrop?: () => void;
}

/**
 * Opens a subgraph's stream and keeps it open: when the connection is lost the stream is asked for again, with a
 * fresh signature and growing pauses, and its reader notices nothing but a gap. It ends when the subgraph completes
 * it, when the subgraph refuses it (its errors come last), when it stays away for too long (with
 * `SUBGRAPH_UNAVAILABLE`), or when the reader returns or the asker's signal aborts.
 */
export function openUpstream(
  client: SubgraphClient,
  request: SubgraphRequest,
  asker: Asker,
  options: UpstreamOptions,
): BoundedQueue<ExecutionResult> {
  const { logger, queueLimit, maxAttempts, backoff, onDrop } = options;
  let losses = 0;
  let pause: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let stopped = false;

  const stop = (): void => {
    stopped = true;
    clearTimeout(pause);
    asker.signal.removeEventListener('abort', leave);
    unsubscribe?.();
  };
  const queue = createBoundedQueue<ExecutionResult>(queueLimit, stop, onDrop);
  const leave = (): void => void queue.return();
  const finish = (last?: ExecutionResult): void => {
    if (stopped) return;
    if (last) queue.push(last);
    queue.end();
    stop();
  };

  const lost = (cause: unknown): void => {
    if (stopped) return;
    losses += 1;
    inTrace(asker.trace, () =>
      logger.warn({ subgraph: client.name, cause: describe(cause), losses }, 'a stream was lost'),
    );
    if (losses >= maxAttempts) return finish({ errors: [subgraphUnavailable(client.name)] });
    // half fixed, half random: the streams of a subgraph that restarts do not come back all in one moment
    const longest = backoff * 2 ** Math.min(losses - 1, 5);
    pause = setTimeout(open, longest / 2 + (Math.random() * longest) / 2);
  };

  const open = (): void => {
    unsubscribe = client.streams.subscribe<Record<string, unknown>>(client.streamPayload(request, asker), {
      next(result) {
        losses = 0;
        queue.push(result as FormattedExecutionResult as ExecutionResult);
      },
      error(cause) {
        if (Array.isArray(cause)) finish({ errors: cause as GraphQLError[] });
        else lost(cause);
      },
      complete: () => finish(),
    });
  };

  asker.signal.addEventListener('abort', leave, { once: true });
  if (asker.signal.aborted) leave();
  else open();
  return queue;
}

function describe(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const { code, reason } = cause as { code?: number; reason?: string };
  return `closed with ${code ?? 'no code'} ${reason ?? ''}`.trim();
}
