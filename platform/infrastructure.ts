import { Redis } from 'ioredis';
import type { Cache } from './cache.ts';
import { createMemoryCache } from './cache-memory.ts';
import { createRedisCache } from './cache-redis.ts';
import type { EventBus, PubSub } from './events/events.ts';
import { createMemoryEventBus, createMemoryPubSub } from './events/memory.ts';
import { createRedisEventBus, createRedisPubSub } from './events/redis.ts';
import type { Leases } from './leases.ts';
import { createMemoryLeases } from './leases-memory.ts';
import { createRedisLeases } from './leases-redis.ts';
import type { Limits } from './limits.ts';
import { createMemoryLimits } from './limits-memory.ts';
import { createRedisLimits } from './limits-redis.ts';
import type { Logger } from './logger.ts';

/** What services share at run time. */
export interface Infrastructure {
  readonly events: EventBus;
  readonly pubsub: PubSub;
  readonly cache: Cache;
  readonly limits: Limits;
  readonly leases: Leases;
  /** Rejects when it cannot be reached. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
