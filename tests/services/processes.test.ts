import { execFileSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playDemo, storySteps } from '../support/demo-story.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { redisForTests } from '../support/redis.ts';

const redis = await redisForTests();

/** The platform as compose runs it: six processes that share nothing but Redis. */
describe.runIf(redis)('every service as a process of its own, with Redis between them', () => {
  let platform: TestPlatform | undefined;

  beforeAll(async () => {
    platform = await startTestPlatform({ REDIS_URL: redis?.url ?? '' });
  }, 180_000);
  afterAll(() => platform?.close(), 60_000);

  it('does the main job', { timeout: 240_000 }, async () => {
    expect((await playDemo(platform as TestPlatform)).passed).toEqual(storySteps);
  });

  it('is made of a process for each service, and tells events through Redis', async () => {
    const mains = execFileSync('ps', ['-eo', 'ppid=,args='])
      .toString()
      .split('\n')
      .filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes('main.ts'));
    expect(mains).toHaveLength(6);
    const connection = new Redis(redis?.url ?? '');
    const streams = await connection.keys('marquee:{events}:*');
    await connection.quit();
    expect(streams).toEqual(expect.arrayContaining([expect.stringContaining('titles.changed')]));
  });
});
