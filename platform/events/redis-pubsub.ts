import { once } from 'node:events';
import { answerWithinMilliseconds, defaultPrefix, type RedisConnection } from '../infrastructure-redis.ts';
import type { Logger } from '../logger.ts';
import { codedError } from '../errors.ts';
import type { PubSub } from './events.ts';
import { BoundedQueue } from '../bounded-queue.ts';

interface Channel {
  readonly queues: Set<BoundedQueue<unknown>>;
  /** resolves when Redis has confirmed the subscription, on the connection that there is now */
  listening: Promise<unknown>;
}

/** A connection that only listens would not notice that the other side is gone. */
const pingEveryMilliseconds = 15_000;

/**
 * Messages between all services, through Redis. One connection listens for this process, once to each channel however
 * many subscribers it has here. While Redis is away, `publish` and `subscribe` to a new channel reject with
 * SERVICE_UNAVAILABLE; running iterators stay open, miss what is said, and hear again when Redis is back. Messages
 * of one publisher arrive in order.
 */
export function createRedisPubSub(options: {
  connection: RedisConnection;
  logger: Logger;
  prefix?: string;
}): PubSub {
  const { connection, logger, prefix = defaultPrefix } = options;
  const channels = new Map<string, Channel>();
  let closing = false;

  // which channels to listen to is known here, also of those left while Redis was away
  const subscriber = connection.duplicate({ autoResubscribe: false });
  subscriber.on('error', (error: Error) =>
    logger.debug({ err: error }, 'the connection that listens failed'),
  );
  subscriber.on('ready', () => {
    if (channels.size === 0) return;
    const listening = listen(...channels.keys());
    for (const channel of channels.values()) channel.listening = listening;
  });
  subscriber.on('message', (name: string, json: string) => {
    for (const queue of channels.get(name)?.queues ?? []) {
      // each reader gets a message of its own; anybody can say something else by hand
      try {
        queue.push(JSON.parse(json));
      } catch (error) {
        logger.warn({ channel: name, err: error }, 'a message is not JSON');
      }
    }
  });
  const pinging = setInterval(() => {
    if (subscriber.status === 'ready') subscriber.ping().catch(reconnect);
  }, pingEveryMilliseconds).unref();

  function reconnect(error: unknown): void {
    if (closing || subscriber.status !== 'ready') return; // it ends already, or begins
    logger.warn({ err: error }, 'the connection that listens is made anew');
    subscriber.stream.destroy();
  }

  function listen(...names: string[]): Promise<unknown> {
    const listening = subscriber.subscribe(...names);
    listening.catch(reconnect);
    return listening;
  }

  let beginning: Promise<unknown> | undefined;
  /**
   * Waits for the end of the handshake. ioredis would send SUBSCRIBE in the midst of it and have it confirmed; then
   * Redis refuses the check that ends the handshake, since it takes no INFO from those who subscribe, and ioredis breaks
   * the connection: what is said until there is a new one would be lost to those who were told that they listen.
   */
  async function untilReady(): Promise<void> {
    if (subscriber.status === 'ready') return;
    beginning ??= once(subscriber, 'ready', { signal: AbortSignal.timeout(answerWithinMilliseconds) });
    try {
      await beginning;
    } finally {
      beginning = undefined;
    }
  }

  /** Begins to listen, or joins those who do. Count and command change in one step, so their order is the same. */
  function join(name: string, queue: BoundedQueue<unknown>): Promise<unknown> {
    const channel = channels.get(name) ?? { queues: new Set(), listening: listen(name) };
    channels.set(name, channel);
    channel.queues.add(queue);
    return channel.listening;
  }

  function leave(name: string, queue: BoundedQueue<unknown>): void {
    const channel = channels.get(name);
    if (!channel?.queues.delete(queue) || channel.queues.size > 0) return;
    channels.delete(name);
    // away: the subscription ended with the connection
    if (subscriber.status === 'ready') subscriber.unsubscribe(name).catch(reconnect);
  }

  return {
    async publish(channel, message) {
      if (closing) throw unavailable();
      await connection.run((redis) => redis.publish(`${prefix}pubsub:${channel}`, JSON.stringify(message)));
    },

    async subscribe<Message>(channel: string, limit = 100) {
      if (closing) throw unavailable();
      const name = `${prefix}pubsub:${channel}`;
      const queue = new BoundedQueue<unknown>(limit, () => leave(name, queue));
      try {
        // the shared connection knows whether Redis is there, and says so at once
        await connection.run(async () => {
          await untilReady();
          await join(name, queue);
        });
      } catch (error) {
        leave(name, queue);
        throw error;
      }
      return queue as BoundedQueue<Message>;
    },

    async close() {
      closing = true;
      clearInterval(pinging);
      for (const { queues } of channels.values()) for (const queue of queues) queue.end();
      channels.clear();
      subscriber.disconnect();
      subscriber.stream?.destroy();
    },
  };
}

const unavailable = () => codedError('SERVICE_UNAVAILABLE', 'The service is stopping; try again shortly.');
