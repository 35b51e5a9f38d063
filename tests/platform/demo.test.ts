import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../clients/demo/api.ts';
import { playStory } from '../../clients/demo/story.ts';
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
      const passed: string[] = [];
      const percents: number[] = [];
      await playStory({
        api: createApi(platform.url),
        mailUrl: platform.addresses.url('mail'),
        file: path.join(import.meta.dirname, '../../clients/demo/clip.mp4'),
        bar: (label) => ({
          show: (percent) => void (label === 'transcode' && percents.push(percent)),
          end: () => {},
        }),
        async step(name, work) {
          const result = await work(() => {});
          passed.push(name);
          return result;
        },
      });
      expect(passed).toEqual([
        'Register',
        'Confirm by mail',
        'Join a plan',
        'Sign in as an editor',
        'Create a draft',
        'Upload the video',
        'Follow the transcode',
        'Publish',
        'Search with a typo',
        'Start playback',
        'Play through the edge',
        'Send heartbeats',
        'Continue watching',
      ]);
      expect(percents.at(-1)).toBe(100);
      expect(new Set(percents).size).toBeGreaterThan(2);
    },
  );
});
