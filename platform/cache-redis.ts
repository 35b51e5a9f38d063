import type { Redis } from 'ioredis';
import type { Cache } from './cache.ts';
import { isCoded } from './errors.ts';
import { defaultPrefix, type RedisConnection } from './infrastructure-redis.ts';
import type { Logger } from './logger.ts';

/** How many keys are remembered whose value in Redis is out of date. */
const mostOutdated = 10_000;

interface Replacement {
  readonly json: string;
  /** More than 0. */
  readonly milliseconds: number;
}

/**
 * A cache that all services share. While Redis is away it is an empty one: nothing is found, `set` and `delete` do
 * nothing. It is an empty one, too, from when Redis lets a reader wait for 250 ms until it answers or is away. A key
 * whose `set` or `delete` was missed is deleted, or set to what its `set` says, before it can be read here again, so an
 * outage does not bring an older value back; beyond 10,000 such keys, and for other processes, only its lifetime ends it.
 */
export function createRedisCache(options: {
  connection: RedisConnection;
  logger: Logger;
  prefix?: string;
}): Cache {
  const { connection, logger, prefix = defaultPrefix } = options;
  /** By the key's name: what it is to be set to; undefined if it is to be deleted. */
  const outdated = new Map<string, Replacement | undefined>();
  const nameOf = (key: string) => `${prefix}cache:${key}`;
  const failed: ((kind: 'read' | 'write') => void)[] = [];
  const tell = (kind: 'read' | 'write'): void => failed.forEach((listener) => listener(kind));

  async function forgetOutdated(redis: Redis): Promise<void> {
    const names: string[] = [];
    const replaced: [name: string, by: Replacement][] = [];
    for (const [name, by] of outdated)
      if (by) replaced.push([name, by]);
      else names.push(name);
    if (names.length > 0) await redis.unlink(...names);
    for (const name of names) if (!outdated.get(name)) outdated.delete(name);
    await Promise.all(
      replaced.map(([name, { json, milliseconds }]) => redis.set(name, json, 'PX', milliseconds)),
    );
    for (const [name, by] of replaced) if (outdated.get(name) === by) outdated.delete(name);
  }

  connection.onReturn(() => {
    connection.run(forgetOutdated).catch((error: unknown) => {
      // away again: they stay outdated, and the next read or return tries once more
      if (!isCoded(error)) logger.error({ err: error }, 'outdated keys could not be deleted from Redis');
    });
  });

  async function getMany<Value>(keys: readonly string[]): Promise<(Value | undefined)[]> {
    if (keys.length === 0) return [];
    const names = keys.map(nameOf);
    // what is kept is of use only if it is there sooner than the thing itself
    const texts = await connection.runSoon(async (redis) => {
      if (names.some((name) => outdated.has(name))) await forgetOutdated(redis);
      return redis.mget(...names);
    });
    if (!texts) tell('read');
    return names.map((_name, index) => {
      const json = texts?.[index] ?? null;
      return json === null ? undefined : (JSON.parse(json) as Value);
    });
  }

  async function write(
    name: string,
    command: () => Promise<unknown>,
    replacement?: Replacement,
  ): Promise<void> {
    try {
      await command();
      outdated.delete(name);
    } catch (error) {
      if (!isCoded(error)) throw error;
      tell('write');
      if (outdated.size < mostOutdated || outdated.has(name)) outdated.set(name, replacement);
    }
  }

  return {
    async get<Value>(key: string) {
      const [value] = await getMany<Value>([key]);
      return value;
    },
    getMany,
    async set(key, value, lifetimeSeconds, ifMissed) {
      const name = nameOf(key);
      const json = JSON.stringify(value);
      const milliseconds = Math.ceil(lifetimeSeconds * 1_000);
      await write(
        name,
        () =>
          connection.run<unknown>((redis) =>
            milliseconds > 0 ? redis.set(name, json, 'PX', milliseconds) : redis.unlink(name),
          ),
        ifMissed === undefined || milliseconds <= 0
          ? undefined
          : { json: JSON.stringify(ifMissed), milliseconds },
      );
    },
    async delete(key) {
      const name = nameOf(key);
      await write(name, () => connection.run((redis) => redis.unlink(name)));
    },
    onFailure: (listener) => void failed.push(listener),
    async close() {
      outdated.clear(); // the connection belongs to whoever made it
    },
  };
}
