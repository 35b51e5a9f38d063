import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCompiledExecutor } from '../compiled-executor.ts';
import { toResult } from '../executor.ts';
import { createStockExecutor } from '../stock-executor.ts';
import { compare } from './testing/compare.ts';
import { composeEverything } from './testing/everything.ts';
import { noFaults, type Faults } from './testing/mock-subgraph.ts';
import { generateOperation } from './testing/operations.ts';
import { createRandom, type Random } from './testing/random.ts';
import { createSimulation, prepareOperation, requestWith, silent } from './testing/world.ts';

/** Set these to run others, or more. */
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? Date.now() % 1_000_000_000);
const cases = Number(process.env['DIFFERENTIAL_CASES'] ?? 10_000);
/** Planning takes longest: each operation is planned once, and run with so many sets of variables and faults. */
const RUNS = 8;

function faultsOf(random: Random): Faults {
  if (random.chance(25)) return noFaults;
  const often = (): number => (random.chance(50) ? 0 : random.below(120));
  return {
    seed: random.below(1_000_000),
    error: often(),
    silentNull: often(),
    missing: often(),
    wrongLeaf: often(),
    wrongShape: 0,
    lostEntity: often(),
    lostCall: often(),
    refusedCall: often(),
  };
}

const otherVariables = (random: Random, variables: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? random.chance(50) : value,
    ]),
  );

async function run(sdl: string, share: number): Promise<void> {
  const { supergraph, world } = await createSimulation(sdl);
  const compiled = createCompiledExecutor(silent);
  const stock = createStockExecutor(silent);
  const allowed = new Map<string, number>();
  let done = 0;
  let texts = 0;
  for (let operationSeed = seed; done < cases * share; operationSeed++) {
    const random = createRandom(operationSeed);
    const kind = supergraph.apiSchema.getMutationType() && random.chance(10) ? 'mutation' : 'query';
    const { query, variables } = generateOperation(supergraph.apiSchema, random, kind);
    const operation = prepareOperation(supergraph, query);
    if (!operation) continue;
    for (let count = 0; count < RUNS; count++) {
      const given = otherVariables(random, variables);
      world.faults = faultsOf(random);
      const ours = await compiled.execute(operation, requestWith(given));
      const reference = await stock.execute(operation, requestWith(given));
      done += 1;
      if ('text' in ours) texts += 1;
      const verdict = compare(toResult(ours), toResult(reference));
      if (!verdict) continue;
      if ('allowed' in verdict) allowed.set(verdict.allowed, (allowed.get(verdict.allowed) ?? 0) + 1);
      else
        expect.fail(
          `${verdict.difference}\nseed ${operationSeed}, run ${count}\n${query}\n${JSON.stringify(given)}\n${JSON.stringify(world.faults)}\nours ${JSON.stringify(toResult(ours).errors)}\nreference ${JSON.stringify(toResult(reference).errors)}\n${JSON.stringify(operation.plan.node)}`,
        );
    }
  }
  process.stdout.write(
    `seed ${seed}: ${done} operations compared, ${texts} of them written by compiled code; allowed to differ:\n` +
      [...allowed].map(([reason, count]) => `  ${count} times: ${reason}\n`).join(''),
  );
  expect(texts).toBeGreaterThan(done / 5);
}

describe('the compiled executor answers as the stock executor does (C19)', () => {
  test('over a supergraph that has everything', () => run(composeEverything(), 0.7), 240_000);
  test(
    'over the supergraph of this platform',
    () => run(readFileSync('supergraph.graphql', 'utf8'), 0.3),
    240_000,
  );
});
