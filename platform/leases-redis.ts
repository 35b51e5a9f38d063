import { defaultPrefix, type RedisConnection } from './infrastructure-redis.ts';
import type { Leases } from './leases.ts';

/*
 * Two sorted sets under each key: `ends` scores a holder with the end of its lease in milliseconds, `since` with the
 * microsecond in which it took its place. Each script is one atomic step, and Redis is the only clock. Both sets
 * expire with the last lease in them.
 */
const begin = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends, since, holder = KEYS[1], KEYS[2], ARGV[1]
for _, lapsed in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now)) do
  redis.call('ZREM', ends, lapsed)
  redis.call('ZREM', since, lapsed)
end
local function extend(milliseconds)
  redis.call('ZADD', ends, string.format('%.0f', now + milliseconds), holder)
  redis.call('ZADD', since, 'NX', string.format('%.0f', time[1] * 1000000 + time[2]), holder)
  local last = redis.call('ZREVRANGE', ends, 0, 0, 'WITHSCORES')[2]
  redis.call('PEXPIREAT', ends, last)
  redis.call('PEXPIREAT', since, last)
end
`;
const acquireScript = `${begin}
if not redis.call('ZSCORE', ends, holder) and redis.call('ZCARD', ends) >= tonumber(ARGV[3]) then return 0 end
extend(ARGV[2])
return 1`;
const renewScript = `${begin}
if not redis.call('ZSCORE', ends, holder) then return 0 end
extend(ARGV[2])
return 1`;
const releaseScript = `${begin}
redis.call('ZREM', since, holder)
return redis.call('ZREM', ends, holder)`;
const holdersScript = `${begin}
return redis.call('ZRANGE', since, 0, -1)`;

/**
 * Leases that all services share. While Redis is away every function rejects with SERVICE_UNAVAILABLE: a place that
 * cannot be counted is not given. A place whose `acquire` was lost on the way back is free again after its lifetime.
 */
export function createRedisLeases(options: { connection: RedisConnection; prefix?: string }): Leases {
  const { connection, prefix = defaultPrefix } = options;

  const run = (script: string, key: string, ...values: (string | number)[]): Promise<unknown> =>
    // the braces keep both sets of a key in one slot of a cluster
    connection.run((redis) =>
      redis.eval(script, 2, `${prefix}lease:{${key}}:ends`, `${prefix}lease:{${key}}:since`, ...values),
    );

  return {
    async acquire(key, holder, places, lifetimeSeconds) {
      return (await run(acquireScript, key, holder, Math.ceil(lifetimeSeconds * 1_000), places)) === 1;
    },
    async renew(key, holder, lifetimeSeconds) {
      return (await run(renewScript, key, holder, Math.ceil(lifetimeSeconds * 1_000))) === 1;
    },
    async release(key, holder) {
      await run(releaseScript, key, holder);
    },
    async holders(key) {
      return (await run(holdersScript, key)) as string[];
    },
    async close() {
      // the connection belongs to whoever made it
    },
  };
}
