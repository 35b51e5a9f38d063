import { afterEach, describe, expect, it, vi } from 'vitest';
import { redisForTests } from '../tests/support/redis.ts';
import type { Leases } from './leases.ts';
import { createMemoryLeases } from './leases-memory.ts';
import { createRedisLeases } from './leases-redis.ts';
import { createLogger } from './logger.ts';

const redis = await redisForTests();
const logger = createLogger('test', 'silent');
const implementations: [string, () => Leases][] = [['memory', createMemoryLeases]];
if (redis) {
  implementations.push([
    'Redis',
    () => createRedisLeases({ connection: redis.connect(logger), prefix: redis.prefix() }),
  ]);
}

describe.each(implementations)('leases in %s', (_name, create) => {
  let leases: Leases;
  afterEach(() => leases.close());

  it('give as many places as there are, to different holders', async () => {
    leases = create();
    expect(await leases.acquire('user', 'tv', 2, 60)).toBe(true);
    expect(await leases.acquire('user', 'phone', 2, 60)).toBe(true);
    expect(await leases.acquire('user', 'tablet', 2, 60)).toBe(false);
    expect(await leases.acquire('neighbour', 'tablet', 2, 60)).toBe(true);
    expect(await leases.holders('user')).toEqual(['tv', 'phone']);
  });

  it('give never more than N places to a hundred that ask at the same instant', async () => {
    leases = create();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => leases.acquire('user', `device ${index}`, 3, 60)),
    );
    expect(answers.filter(Boolean)).toHaveLength(3);
    expect(await leases.holders('user')).toHaveLength(3);
  });

  it('give one place to one holder, however often it asks', async () => {
    leases = create();
    const answers = await Promise.all(Array.from({ length: 50 }, () => leases.acquire('user', 'tv', 2, 60)));
    expect(answers.every(Boolean)).toBe(true);
    expect(await leases.holders('user')).toEqual(['tv']);
  });

  it('free a place when its holder releases it, and only that one', async () => {
    leases = create();
    await leases.acquire('user', 'tv', 1, 60);
    await leases.release('user', 'phone');
    expect(await leases.acquire('user', 'phone', 1, 60)).toBe(false);
    await leases.release('user', 'tv');
    expect(await leases.acquire('user', 'phone', 1, 60)).toBe(true);
    expect(await leases.holders('user')).toEqual(['phone']);
  });

  it('free a place when its lease runs out, and not before', async () => {
    leases = create();
    const taken = Date.now();
    await leases.acquire('user', 'tv', 1, 0.3);
    expect(await leases.acquire('user', 'phone', 1, 60)).toBe(false);
    await vi.waitFor(async () => expect(await leases.acquire('user', 'phone', 1, 60)).toBe(true), {
      timeout: 2_000,
      interval: 10,
    });
    expect(Date.now() - taken).toBeGreaterThan(250);
    expect(await leases.renew('user', 'tv', 60)).toBe(false);
    expect(await leases.holders('user')).toEqual(['phone']);
  });

  it('free the place of one while others keep theirs', async () => {
    leases = create();
    await leases.acquire('user', 'tv', 2, 60);
    await leases.acquire('user', 'phone', 2, 0.5);
    expect(await leases.acquire('user', 'tablet', 2, 60)).toBe(false);
    await vi.waitFor(async () => expect(await leases.acquire('user', 'tablet', 2, 60)).toBe(true), {
      timeout: 3_000,
    });
    expect(await leases.holders('user')).toEqual(['tv', 'tablet']);
  });

  it('keep a place that is renewed, by renew or by acquire', async () => {
    leases = create();
    await leases.acquire('user', 'tv', 3, 0.8);
    await leases.acquire('user', 'phone', 3, 0.8);
    await leases.acquire('user', 'tablet', 3, 0.8);
    expect(await leases.renew('user', 'tv', 60)).toBe(true);
    expect(await leases.acquire('user', 'phone', 3, 60)).toBe(true);
    await vi.waitFor(async () => expect(await leases.holders('user')).toEqual(['tv', 'phone']), {
      timeout: 2_000,
    });
  });

  it('renew nothing for who holds nothing', async () => {
    leases = create();
    expect(await leases.renew('user', 'tv', 60)).toBe(false);
    expect(await leases.holders('user')).toEqual([]);
  });

  it('let a holder keep its place when there are fewer places than before', async () => {
    leases = create();
    await leases.acquire('user', 'tv', 2, 60);
    await leases.acquire('user', 'phone', 2, 60);
    expect(await leases.acquire('user', 'phone', 1, 60)).toBe(true);
    expect(await leases.acquire('user', 'tablet', 1, 60)).toBe(false);
  });

  it('name holders oldest first, whoever renewed last', async () => {
    leases = create();
    for (const holder of ['tv', 'phone', 'tablet']) await leases.acquire('user', holder, 3, 60);
    await leases.renew('user', 'tv', 600);
    await leases.acquire('user', 'phone', 3, 30);
    expect(await leases.holders('user')).toEqual(['tv', 'phone', 'tablet']);
  });
});

if (redis) {
  describe('the leases in Redis', () => {
    it('are shared by all connections, and leave nothing behind', async () => {
      const prefix = redis.prefix();
      const connection = redis.connect(logger);
      const here = createRedisLeases({ connection, prefix });
      const there = createRedisLeases({ connection: redis.connect(logger), prefix });
      const answers = await Promise.all(
        Array.from({ length: 100 }, async (_, index) =>
          (index % 2 === 0 ? here : there).acquire('user', `device ${index}`, 4, 1),
        ),
      );
      expect(answers.filter(Boolean)).toHaveLength(4);
      const keys = () => connection.run((client) => client.keys(`${prefix}*`));
      expect(await keys()).toHaveLength(2);
      await vi.waitFor(async () => expect(await keys()).toEqual([]), { timeout: 4_000 });
    });
  });
}
