import type { Cache } from './cache.ts';
import { isCoded } from './errors.ts';
import { defaultPrefix, type RedisConnection } from './infrastructure-redis.ts';

/** How many keys are remembered whose value in Redis is out of date. */
const mostOutdated = 10_000;

/**
 * A cache that all services share. While Redis is away it is an empty one: `get` finds nothing, `set` and `delete` do
 * nothing. A key whose `set` or `delete` was missed is deleted before it can be read here again, so an outage does
 * not bring an older value back; beyond 10,000 such keys, and for other processes, only its lifetime ends it.
 */
export function createRedisCache(options: { connection: RedisConnection; prefix?: string }): Cache {
  const { connection, prefix = defaultPrefix } = options;
  const outdated = new Set<string>();
  const nameOf = (key: string) => `${prefix}cache:${key}`;

  async function forgetOutdated(): Promise<void> {
    const names = [...outdated];
    if (names.length === 0) return;
    await connection.run((redis) => redis.unlink(...names));
    for (const name of names) outdated.delete(name);
  }

  connection.onReturn(() => {
    // away again: they stay outdated, and the next read or return tries once more
    forgetOutdated().catch(() => undefined);
  });

  async function write(name: string, command: () => Promise<unknown>): Promise<void> {
    try {
      await command();
      outdated.delete(name);
    } catch (error) {
      if (!isCoded(error)) throw error;
      if (outdated.size < mostOutdated) outdated.add(name);
    }
  }

  return {
    async get<Value>(key: string) {
      const name = nameOf(key);
      try {
        if (outdated.has(name)) await forgetOutdated();
        const json = await connection.run((redis) => redis.get(name));
        return json === null ? undefined : (JSON.parse(json) as Value);
      } catch (error) {
        if (isCoded(error)) return undefined;
        throw error;
      }
    },
    async set(key, value, lifetimeSeconds) {
      const name = nameOf(key);
      const milliseconds = Math.ceil(lifetimeSeconds * 1_000);
      await write(name, () =>
        connection.run<unknown>((redis) =>
          milliseconds > 0 ? redis.set(name, JSON.stringify(value), 'PX', milliseconds) : redis.unlink(name),
        ),
      );
    },
    async delete(key) {
      const name = nameOf(key);
      await write(name, () => connection.run((redis) => redis.unlink(name)));
    },
    async close() {
      outdated.clear(); // the connection belongs to whoever made it
    },
  };
}
