import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Redis } from 'ioredis';
import { defaultPrefix, type RedisConnection } from './infrastructure-redis.ts';
import type { Allowance, Limits } from './limits.ts';
import { createMemoryLimits, wholeSeconds } from './limits-memory.ts';
import type { Logger } from './logger.ts';

/**
 * Takes points only if so many are left. Returns what would be used with them, and the milliseconds left of the window:
 * rate-limiter-flexible's own script takes them in any case. KEYS: window. ARGV: points, seconds, limit.
 */
const takeIfLeft = `
local wanted = tonumber(redis.call('get', KEYS[1]) or 0) + tonumber(ARGV[1])
local left = redis.call('pttl', KEYS[1])
if wanted > tonumber(ARGV[3]) then
  if left < 0 then left = tonumber(ARGV[2]) * 1000 end
  return {wanted, left}
end
redis.call('incrby', KEYS[1], ARGV[1])
if left < 0 then
  left = tonumber(ARGV[2]) * 1000
  redis.call('pexpire', KEYS[1], left)
end
return {wanted, left}
`;

/**
 * Counts for all processes together. While Redis is away nobody is refused for that: each process counts on its own,
 * so that a limit lets through at most itself times the number of processes. So it does, too, from when Redis lets a
 * request wait for 250 ms until it answers or is away. A window that was to be reset meanwhile runs to its end. The log
 * gets one warning per outage.
 */
export function createRedisLimits(options: {
  connection: RedisConnection;
  logger: Logger;
  prefix?: string;
}): Limits {
  const { connection, logger, prefix = defaultPrefix } = options;
  const meanwhile = createMemoryLimits();
  const listeners: (() => void)[] = [];
  let alone = false;
  // a limiter is bound to one limit and window; of these a platform has a few dozen
  const limiters = new LRUCache<string, RateLimiterRedis>({ max: 200 });

  function limiterOf(redis: Redis, limit: number, seconds: number): RateLimiterRedis {
    const name = `${limit}/${seconds}`;
    const limiter =
      limiters.get(name) ??
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${prefix}limit`,
        points: limit,
        duration: seconds,
        customIncrTtlLuaScript: takeIfLeft,
      });
    limiters.set(name, limiter);
    return limiter;
  }

  async function use(
    redis: Redis,
    key: string,
    points: number,
    limit: number,
    seconds: number,
  ): Promise<Allowance> {
    try {
      return allowance(true, await limiterOf(redis, limit, seconds).consume(key, points), limit, points);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return allowance(false, refusal, limit, points);
      throw refusal;
    }
  }

  /** @returns undefined if Redis is away, or does not answer soon */
  async function attempt<Result extends {}>(
    commands: (redis: Redis) => Promise<Result>,
  ): Promise<Result | undefined> {
    const result = await connection.runSoon(commands);
    if (result === undefined && !alone) logger.warn('limits are counted per process until Redis is back');
    alone = result === undefined;
    return result;
  }

  return {
    async consume(key, points, limit, windowSeconds) {
      const seconds = wholeSeconds(windowSeconds);
      const counted = await attempt((redis) => use(redis, key, Math.ceil(points), limit, seconds));
      if (counted) return counted;
      for (const listener of listeners) listener();
      return meanwhile.consume(key, points, limit, windowSeconds);
    },
    onAlone: (listener) => void listeners.push(listener),
    async reset(key) {
      await meanwhile.reset(key);
      await attempt((redis) => redis.unlink(`${prefix}limit:${key}`));
    },
    async close() {
      await meanwhile.close(); // the connection belongs to whoever made it
    },
  };
}

function allowance(allowed: boolean, used: RateLimiterRes, limit: number, points: number): Allowance {
  return {
    allowed,
    remaining: Math.max(0, limit - used.consumedPoints + (allowed ? 0 : points)),
    retryAfterSeconds: Math.ceil(used.msBeforeNext / 1_000),
  };
}
