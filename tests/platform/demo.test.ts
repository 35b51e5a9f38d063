import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playDemo, storySteps } from '../support/demo-story.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

describe('the demo', () => {
  let platform: TestPlatform;

  beforeAll(async () => {
    platform = await startTestPlatform();
  }, 120_000);
  afterAll(() => platform.close());

  it(
    'does the main job from the sign-up to the segment, over the public API',
    { timeout: 240_000 },
    async () => {
      const { passed, percents } = await playDemo(platform);
      expect(passed).toEqual(storySteps);
      expect(percents.at(-1)).toBe(100);
      expect(new Set(percents).size).toBeGreaterThan(2);
    },
  );
});
