import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareExecutors, settingsOf, Tally } from './testing/differential.ts';
import { composeEverything } from './testing/everything.ts';
import { generateFaults } from './testing/faults.ts';
import { createHttpSubgraphs } from './testing/http-subgraphs.ts';
import { createSimulation } from './testing/world.ts';

const { seed, cases } = settingsOf(process.env);

describe('the compiled executor answers as the stock executor does, errors included (C19)', () => {
  test.each([
    ['a supergraph that has everything', composeEverything, 0.3],
    ['the supergraph of this platform', () => readFileSync('supergraph.graphql', 'utf8'), 0.1],
  ])('over %s', { timeout: 240_000 }, async (name, sdl, share) => {
    const tally = new Tally();
    await compareExecutors(await createSimulation(sdl()), seed, Math.ceil(cases * share), tally);
    tally.print(name, seed);
    expect(tally.texts).toBeGreaterThan(tally.runs / 5);
  });

  test('over HTTP, from servers that break off, refuse, or send pages and halves of answers', async () => {
    const subgraphs = await createHttpSubgraphs(5);
    try {
      const tally = new Tally();
      const simulation = await createSimulation(composeEverything(), subgraphs.connect);
      await compareExecutors(simulation, seed, Math.ceil(cases * 0.02), tally, (random) => {
        subgraphs.seed = random.below(1_000_000);
        return { ...generateFaults(random), lostCall: 0 };
      });
      tally.print('subgraphs over HTTP', seed);
    } finally {
      await subgraphs.close();
    }
  }, 120_000);
});
