import path from 'node:path';
import { createApi } from '../../clients/demo/api.ts';
import { playStory } from '../../clients/demo/story.ts';
import type { TestPlatform } from './platform.ts';

/** Every step of the demo, in order. */
export const storySteps = [
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
];

/** Plays the demo over a platform. @throws at the first thing wrong */
export async function playDemo(platform: TestPlatform): Promise<{ passed: string[]; percents: number[] }> {
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
  return { passed, percents };
}
