import type { Cache } from './cache.ts';
import { createMemoryCache } from './cache-memory.ts';
import type { EventBus, PubSub } from './events/events.ts';
import { createMemoryEventBus, createMemoryPubSub } from './events/memory.ts';
import type { Leases } from './leases.ts';
import { createMemoryLeases } from './leases-memory.ts';
import type { Limits } from './limits.ts';
import { createMemoryLimits } from './limits-memory.ts';
import type { Logger } from './logger.ts';

/** What services share at run time. */
export interface Infrastructure {
  readonly events: EventBus;
  readonly pubsub: PubSub;
  readonly cache: Cache;
  readonly limits: Limits;
  readonly leases: Leases;
  /** Rejects unless it answers within two seconds. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface InfrastructureOptions {
  /** `redis://…`; without it everything is shared within this process only. */
  readonly redisUrl?: string | undefined;
  readonly logger: Logger;
  /** What every key in Redis begins with, `marquee:` if not given: platforms with different ones share nothing. */
  readonly prefix?: string;
  /** How messages go without Redis, within this process if not given. It is closed with the rest. */
  readonly localPubsub?: PubSub | undefined;
}

/**
 * Makes what services share. With Redis, it connects in the background and goes on through outages, in these modes
 * while Redis is away; each begins at once, or within two seconds where Redis is there but does not answer:
 *
 * | part | while Redis is away |
 * |---|---|
 * | events | `publish` rejects (the outbox keeps the event); consumers wait and go on where they were |
 * | pubsub | `publish` and new channels reject; open iterators hear nothing, and hear again afterwards |
 * | cache | is empty; so it is after 250 ms where Redis does not answer |
 * | limits | are counted per process, after 250 ms where Redis does not answer, with one warning per outage |
 * | leases | reject: a place that cannot be counted is not given |
 *
 * What rejects does so with the code SERVICE_UNAVAILABLE.
 */
export async function createInfrastructure({
  redisUrl,
  logger,
  prefix,
  localPubsub,
}: InfrastructureOptions): Promise<Infrastructure> {
  if (redisUrl === undefined) {
    const parts = {
      events: createMemoryEventBus({ logger }),
      pubsub: localPubsub ?? createMemoryPubSub(),
      cache: createMemoryCache(),
      limits: createMemoryLimits(),
      leases: createMemoryLeases(),
    };
    return { ...parts, ready: async () => undefined, close: () => closeParts(parts) };
  }
  // loaded only where it is used: it takes memory and time to start
  const [connections, events, pubsub, cache, limits, leases] = await Promise.all([
    import('./infrastructure-redis.ts'),
    import('./events/redis.ts'),
    import('./events/redis-pubsub.ts'),
    import('./cache-redis.ts'),
    import('./limits-redis.ts'),
    import('./leases-redis.ts'),
  ]);
  const connection = connections.connectRedis({ url: redisUrl, logger });
  const shared = { connection, logger, ...(prefix !== undefined && { prefix }) };
  const parts = {
    events: events.createRedisEventBus(shared),
    pubsub: pubsub.createRedisPubSub(shared),
    cache: cache.createRedisCache(shared),
    limits: limits.createRedisLimits(shared),
    leases: leases.createRedisLeases(shared),
  };
  return {
    ...parts,
    async ready() {
      await connection.run((redis) => redis.ping());
    },
    async close() {
      await closeParts(parts);
      await connection.close();
    },
  };
}

/** Events first: a running handler may need all the rest. */
async function closeParts(parts: Omit<Infrastructure, 'ready' | 'close'>): Promise<void> {
  await parts.events.close();
  await Promise.all([parts.pubsub.close(), parts.cache.close(), parts.limits.close(), parts.leases.close()]);
}
