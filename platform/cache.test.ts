import { afterEach, describe, expect, it, vi } from 'vitest';
import { redisForTests } from '../tests/support/redis.ts';
import type { Cache } from './cache.ts';
import { createMemoryCache } from './cache-memory.ts';
import { createRedisCache } from './cache-redis.ts';
import { createLogger } from './logger.ts';

const redis = await redisForTests();
const logger = createLogger('test', 'silent');
const implementations: [string, () => Cache][] = [['memory', () => createMemoryCache()]];
if (redis) {
  implementations.push([
    'Redis',
    () => createRedisCache({ connection: redis.connect(logger), logger, prefix: redis.prefix() }),
  ]);
}

describe.each(implementations)('a cache in %s', (_name, create) => {
  let cache: Cache;
  afterEach(() => cache.close());

  it('gives back what was set, until it is deleted', async () => {
    cache = create();
    expect(await cache.get('title')).toBeUndefined();
    await cache.set('title', { name: 'Amélie', genres: ['romance'], year: null }, 60);
    expect(await cache.get('title')).toEqual({ name: 'Amélie', genres: ['romance'], year: null });
    await cache.delete('title');
    expect(await cache.get('title')).toBeUndefined();
  });

  it('knows null, false and zero from nothing', async () => {
    cache = create();
    for (const value of [null, false, 0, '']) {
      await cache.set('key', value, 60);
      expect(await cache.get('key')).toBe(value);
    }
  });

  it('keeps a value as it was, whatever a reader or the writer does to theirs', async () => {
    cache = create();
    const roles = ['VIEWER'];
    await cache.set('roles', roles, 60);
    roles.push('ADMIN');
    (await cache.get<string[]>('roles'))?.push('EDITOR');
    expect(await cache.get('roles')).toEqual(['VIEWER']);
    const setting = cache.set('roles', roles, 60);
    roles.push('EDITOR');
    await setting;
    expect(await cache.get('roles')).toEqual(['VIEWER', 'ADMIN']);
  });

  it('gives several at once, in the order in which they are asked for', async () => {
    cache = create();
    expect(await cache.getMany([])).toEqual([]);
    await cache.set('a', { of: 'a' }, 60);
    await cache.set('b', null, 60);
    expect(await cache.getMany(['b', 'none', 'a', 'b'])).toEqual([null, undefined, { of: 'a' }, null]);
  });

  it('forgets a value when its lifetime is over, and not before', async () => {
    cache = create();
    await cache.set('short', 1, 0.3);
    await cache.set('long', 1, 60);
    const set = Date.now();
    expect(await cache.get('short')).toBe(1);
    await vi.waitFor(async () => expect(await cache.get('short')).toBeUndefined(), {
      timeout: 2_000,
      interval: 10,
    });
    expect(Date.now() - set).toBeGreaterThan(250);
    expect(await cache.get('long')).toBe(1);
  });

  it('counts the lifetime from the last set', async () => {
    cache = create();
    await cache.set('key', 'old', 0.1);
    await cache.set('key', 'new', 60);
    await cache.set('witness', 1, 0.15);
    await vi.waitFor(async () => expect(await cache.get('witness')).toBeUndefined(), { timeout: 2_000 });
    expect(await cache.get('key')).toBe('new');
  });

  it.each([0, -1])('holds nothing for a lifetime of %d seconds', async (lifetime) => {
    cache = create();
    await cache.set('key', 'old', 60);
    await cache.set('key', 'new', lifetime);
    expect(await cache.get('key')).toBeUndefined();
  });
});

describe('the cache in memory', () => {
  it('forgets the least recently used beyond its number of entries', async () => {
    const cache = createMemoryCache({ maxEntries: 2 });
    await cache.set('a', 1, 60);
    await cache.set('b', 2, 60);
    await cache.get('a');
    await cache.set('c', 3, 60);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('holds no more bytes than it may', async () => {
    const cache = createMemoryCache({ maxBytes: 1_000 });
    for (let index = 0; index < 10; index++) await cache.set(`${index}`, 'ä'.repeat(150), 60);
    const kept = await Promise.all(Array.from({ length: 10 }, (_, index) => cache.get(`${index}`)));
    expect(kept.filter((value) => value !== undefined)).toHaveLength(3);
    await cache.set('large', 'x'.repeat(2_000), 60);
    expect(await cache.get('large')).toBeUndefined();
  });
});
