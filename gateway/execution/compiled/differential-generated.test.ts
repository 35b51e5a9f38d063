import { expect, test } from 'vitest';
import { compareExecutors, settingsOf, Tally } from './testing/differential.ts';
import { createRandom } from './testing/random.ts';
import { compose, generateSubgraphs } from './testing/supergraphs.ts';
import { createSimulation } from './testing/world.ts';

const { seed, cases } = settingsOf(process.env);
/** Composing and loading one takes as long as some fifty operations. */
const SUPERGRAPHS = 12;

test('over generated supergraphs, too, the compiled executor answers as the stock executor does (C19)', async () => {
  const tally = new Tally();
  for (let number = seed; number < seed + SUPERGRAPHS; number++) {
    const subgraphs = generateSubgraphs(createRandom(number));
    const composed = compose(subgraphs);
    if ('errors' in composed) expect.fail(`supergraph ${number}: ${composed.errors.join('\n')}`);
    const share = Math.ceil((cases * 0.6) / SUPERGRAPHS);
    try {
      await compareExecutors(await createSimulation(composed.sdl), number, share, tally);
    } catch (error) {
      throw new Error(`over supergraph ${number}\n${JSON.stringify(subgraphs, null, 1)}`, { cause: error });
    }
  }
  tally.print(`${SUPERGRAPHS} generated supergraphs`, seed);
  expect(tally.texts).toBeGreaterThan(tally.runs / 5);
}, 240_000);
