import type { EventType } from '../domain-events.ts';
import { codedError } from '../errors.ts';
import { defaultPrefix, type RedisConnection } from '../infrastructure-redis.ts';
import type { DeliveryOptions } from './delivery.ts';
import type { EventBus } from './events.ts';
import { startConsumer, type Consumer } from './redis-consumer.ts';

export interface RedisEventBusOptions extends DeliveryOptions {
  readonly connection: RedisConnection;
  readonly prefix?: string;
  /**
   * About how many events of one type are kept, 100,000 if not given. A group that falls behind by more loses the
   * oldest, and a group that is new begins with the oldest that are kept.
   */
  readonly maxLength?: number;
  /**
   * Milliseconds without a sign of life after which a consumer counts as dead and the event it had is given to
   * another member of its group; 30,000 if not given. A handler may take longer: its consumer gives signs meanwhile.
   */
  readonly deadAfterMilliseconds?: number;
}

/**
 * An event bus in Redis Streams: one stream for each type of event, one consumer group for each group.
 *
 * - `publish` resolves when the event is in its stream, and rejects with SERVICE_UNAVAILABLE while Redis is away; the
 *   outbox then publishes it later.
 * - A group begins with the oldest events kept, and goes on where it stopped. `consume` resolves while Redis is away,
 *   too; events arrive when it is back.
 * - A consumer handles one event at a time, across all its types in the order of publishing. The order breaks where
 *   a group has several members (each takes the next event), and where an event of a member that died comes after
 *   newer ones. Consumers bear it by `sequence`: of two events about one entity the lower one is old.
 * - An event that failed `maxAttempts` times, or took that many processes down, goes to the stream `<type>:dead` with
 *   the group and the reason.
 * - An event can come twice: when it was handled and Redis went away before it knew.
 */
export function createRedisEventBus(options: RedisEventBusOptions): EventBus {
  const { connection, prefix = defaultPrefix, maxLength = 100_000 } = options;
  const consumers = new Set<Consumer>();
  let closing = false;
  // the braces keep all streams in one slot of a cluster: a consumer reads several at once
  const streamOf = (type: EventType) => `${prefix}{events}:${type}`;
  const stopping = () => codedError('SERVICE_UNAVAILABLE', 'The service is stopping; try again shortly.');

  return {
    async publish(event) {
      if (closing) throw stopping();
      await connection.run((redis) =>
        redis.xadd(streamOf(event.type), 'MAXLEN', '~', maxLength, '*', 'event', JSON.stringify(event)),
      );
    },

    async consume(group, types, handler) {
      if (closing) throw stopping();
      const consumer = await startConsumer({
        ...options,
        group,
        streams: [...new Set(types)].map(streamOf),
        handler: handler as Parameters<typeof startConsumer>[0]['handler'],
      });
      consumers.add(consumer);
      return async () => {
        consumers.delete(consumer);
        await consumer.stop();
      };
    },

    async close() {
      closing = true;
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      consumers.clear();
    },
  };
}
