import { Redis, type RedisOptions } from 'ioredis';
import { codedError, isCoded } from './errors.ts';
import type { Logger } from './logger.ts';

/** What every key and channel in Redis begins with, unless a platform is given a name of its own. */
export const defaultPrefix = 'marquee:';

/** A connection to Redis that fails at once while Redis is away, and comes back by itself. */
export interface RedisConnection {
  /**
   * Runs commands. Before the first connection is made they wait for it.
   * @throws a SERVICE_UNAVAILABLE error: at once while Redis is away, after two seconds when it does not answer. What
   * was sent may have happened all the same. An error that Redis answers to a wrong command is thrown as it is.
   */
  run<Result>(commands: (redis: Redis) => Promise<Result>): Promise<Result>;
  /**
   * Runs commands whose answer is of use only if it comes soon. Nobody waits for longer than 250 ms; and from when one
   * had to until Redis has answered it or is away, nobody waits at all.
   * @returns undefined if Redis is away or does not answer in time. What was sent may have happened all the same.
   * @throws an error that Redis answers to a wrong command
   */
  runSoon<Result extends {} | null>(commands: (redis: Redis) => Promise<Result>): Promise<Result | undefined>;
  /** Another connection to the same Redis, for blocking reads and subscriptions. Whoever asks for it closes it. */
  duplicate(options?: RedisOptions): Redis;
  /** Calls `listener` each time that Redis can be used again after it was away. */
  onReturn(listener: () => void): void;
  close(): Promise<void>;
}

/** How long anybody waits for an answer of Redis. */
export const answerWithinMilliseconds = 2_000;
const soonMilliseconds = 250;

/** Replies by which a server says that it cannot do its work now: it loads, fails over, or is full. */
const passing = /^(LOADING|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|OOM|MISCONF|NOREPLICAS)\b/;

/**
 * Connects to Redis.
 * @param url `redis://user:password@host:port/database`, or `rediss:` for TLS
 */
export function connectRedis({ url, logger }: { url: string; logger: Logger }): RedisConnection {
  const client = new Redis(url, {
    connectTimeout: answerWithinMilliseconds,
    commandTimeout: answerWithinMilliseconds,
    // a command in flight when the connection breaks fails: whether it was done is not known, and callers know best
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
    // after a failover the old primary is read-only: look up the new one
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  const listeners: (() => void)[] = [];
  let away = false;
  let closing = false;
  let reason = 'the connection was closed';

  client.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.message || String(error.code); // an error for several addresses at once has no message
  });
  client.on('close', () => {
    // one line for an outage, however many attempts to reconnect fail
    if (!away && !closing) logger.error({ error: reason }, 'Redis is away');
    away = true;
  });
  client.on('ready', () => {
    reason = 'the connection was closed';
    if (!away) return;
    away = false;
    logger.info('Redis is back');
    for (const listener of listeners) listener();
  });

  const unavailable = (cause?: unknown) =>
    Object.assign(
      codedError('SERVICE_UNAVAILABLE', 'A part of the platform does not answer; try again shortly.'),
      {
        cause: cause ?? new Error(`Redis is away: ${reason}`),
      },
    );

  const run: RedisConnection['run'] = async (commands) => {
    if (away || closing) throw unavailable();
    try {
      return await commands(client);
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'ReplyError' && !passing.test(message)) throw error;
      // a server that hangs holds its connections open: break ours, so that callers after this one do not wait
      if (message === 'Command timed out') {
        reason = `no answer within ${answerWithinMilliseconds} ms`;
        hangUp(client);
      }
      throw unavailable(error);
    }
  };
  /** Answers that nobody waits for any more and that Redis has not given yet. */
  let overdue = 0;

  return {
    run,
    async runSoon(commands) {
      if (overdue > 0) return undefined;
      const answer = run(commands);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => {
          overdue += 1;
          const over = (): void => void (overdue -= 1);
          answer.then(over, over);
          resolve(undefined);
        }, soonMilliseconds);
      });
      try {
        return await Promise.race([answer, late]);
      } catch (error) {
        if (isCoded(error)) return undefined;
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    duplicate: (options) => client.duplicate(options),
    onReturn(listener) {
      listeners.push(listener);
    },
    async close() {
      closing = true;
      try {
        if (client.status === 'ready') await client.quit();
      } catch (error) {
        // to part in good order is a courtesy: a Redis that hangs, or leaves just now, makes no stop fail
        logger.warn({ error: (error as Error).message }, 'Redis did not answer at the stop');
      } finally {
        client.disconnect();
        hangUp(client);
      }
    },
  };
}

/** Breaks a connection without waiting for the other side, which may never answer. ioredis then reconnects, if it may. */
export function hangUp(redis: Redis): void {
  // there is no stream before the first attempt to connect
  (redis.stream as typeof redis.stream | undefined)?.destroy();
}
