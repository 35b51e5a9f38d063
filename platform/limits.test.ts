import { afterEach, describe, expect, it, vi } from 'vitest';
import { redisForTests } from '../tests/support/redis.ts';
import type { Limits } from './limits.ts';
import { createMemoryLimits } from './limits-memory.ts';
import { createRedisLimits } from './limits-redis.ts';
import { createLogger } from './logger.ts';

const redis = await redisForTests();
const logger = createLogger('test', 'silent');
const implementations: [string, () => Limits][] = [['memory', createMemoryLimits]];
if (redis) {
  implementations.push([
    'Redis',
    () => createRedisLimits({ connection: redis.connect(logger), logger, prefix: redis.prefix() }),
  ]);
}

describe.each(implementations)('limits in %s', (_name, create) => {
  let limits: Limits;
  afterEach(() => limits.close());

  it('allow as many points as the window holds, and tell what is left and for how long', async () => {
    limits = create();
    expect(await limits.consume('ip', 2, 5, 60)).toEqual({
      allowed: true,
      remaining: 3,
      retryAfterSeconds: 60,
    });
    expect(await limits.consume('ip', 3, 5, 60)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await limits.consume('ip', 1, 5, 60)).toMatchObject({ allowed: false, remaining: 0 });
    expect(await limits.consume('other', 1, 5, 60)).toMatchObject({ allowed: true, remaining: 4 });
  });

  it('use nothing of a window for what they refuse', async () => {
    limits = create();
    await limits.consume('key', 7, 10, 60);
    expect(await limits.consume('key', 5, 10, 60)).toMatchObject({ allowed: false, remaining: 3 });
    expect(await limits.consume('key', 3, 10, 60)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('refuse what no window can hold, and say when to come back', async () => {
    limits = create();
    const answer = await limits.consume('key', 11, 10, 30);
    expect(answer).toEqual({ allowed: false, remaining: 10, retryAfterSeconds: 30 });
  });

  it('allow exactly the limit to a hundred that ask at the same instant', async () => {
    limits = create();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => limits.consume('key', 1, 7, 60)),
    );
    expect(answers.filter((answer) => answer.allowed)).toHaveLength(7);
    expect(answers.at(-1)).toMatchObject({ allowed: false, remaining: 0 });
  });

  it('do not count a large request that is refused against a small one beside it', async () => {
    limits = create();
    const answers = await Promise.all(
      [50, 2, 50, 3].map(async (points) => limits.consume('key', points, 5, 60)),
    );
    expect(answers.map((answer) => answer.allowed)).toEqual([false, true, false, true]);
  });

  it('open a new window when the old one ends', async () => {
    limits = create();
    const begun = Date.now();
    await limits.consume('key', 1, 1, 1);
    expect(await limits.consume('key', 1, 1, 1)).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
    await vi.waitFor(async () => expect((await limits.consume('key', 1, 1, 1)).allowed).toBe(true), {
      timeout: 3_000,
      interval: 20,
    });
    expect(Date.now() - begun).toBeGreaterThan(900);
  });

  it('give a key a fresh window on reset', async () => {
    limits = create();
    await limits.consume('key', 5, 5, 60);
    await limits.reset('key');
    expect(await limits.consume('key', 1, 5, 60)).toMatchObject({ allowed: true, remaining: 4 });
  });

  it('hold one window a key, whatever limit it is asked with', async () => {
    limits = create();
    await limits.consume('key', 5, 10, 60);
    expect(await limits.consume('key', 1, 5, 60)).toMatchObject({ allowed: false });
    expect(await limits.consume('key', 1, 20, 60)).toMatchObject({ allowed: true, remaining: 14 });
  });

  it.each([0, -1, Number.NaN, 30 * 24 * 3_600])('refuse a window of %d seconds', async (seconds) => {
    limits = create();
    await expect(async () => limits.consume('key', 1, 1, seconds)).rejects.toThrow(RangeError);
  });
});

it('limits in memory tell of no more seconds than a window has, whatever fraction the clock shows', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(50_818.75168211152);
  expect(createMemoryLimits().consume('key', 11, 10, 30)).toMatchObject({ retryAfterSeconds: 30 });
  clock.mockRestore();
});
