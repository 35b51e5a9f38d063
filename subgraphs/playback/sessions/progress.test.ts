import { expect, it } from 'vitest';
import { isFinished } from './progress.ts';

it.each([
  [0, 40, false],
  [38, 40, false],
  [38.1, 40, true],
  [40, 40, true],
  [0, 0, false],
  // a film of two hours: the last six minutes are credits by the share of 95 percent
  [6_800, 7_200, false],
  [6_841, 7_200, true],
  // an episode of 25 minutes: its credits are two minutes, more than a twentieth of it
  [1_379, 1_500, false],
  [1_380, 1_500, true],
])('a viewer at %d of %d seconds has finished: %s', (position, duration, finished) => {
  expect(isFinished(position, duration)).toBe(finished);
});
