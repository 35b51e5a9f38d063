import type { ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { RequestRefused, type PreparedOperation } from '../../../operation/operation.ts';
import type { Supergraph } from '../../../supergraph/build.ts';
import { createCompiledExecutor } from '../../compiled-executor.ts';
import { isText, toResult, type Executed, type ExecutionRequest, type Executor } from '../../executor.ts';
import { createStockExecutor } from '../../stock-executor.ts';
import { compare } from './compare.ts';
import { generateFaults, noFaults, type Faults } from './faults.ts';
import { generateOperation, type OperationOptions } from './operations.ts';
import { createRandom, seedOf, type Random } from './random.ts';
import { runReference, type ReferenceRun } from './reference.ts';
import { reasons, type Comparison, type Reason } from './verdict.ts';
import { formFor, prepareOperation, requestWith, silent, type Simulation } from './world.ts';

/** `DIFFERENTIAL_CASES` is another number of operations. */
export const settingsOf = (env: NodeJS.ProcessEnv): { readonly seed: number; readonly cases: number } => ({
  seed: seedOf(env),
  cases: Number(env['DIFFERENTIAL_CASES'] ?? 10_000),
});

/** What was seen, over all supergraphs of a test. */
export class Tally {
  operations = 0;
  runs = 0;
  events = 0;
  /** Answers that compiled code wrote, rather than the general way. */
  texts = 0;
  readonly allowed = new Map<Reason, number>();

  add({ isAgain, kind, isText: written }: Generated, allowed: readonly Reason[]): void {
    this.runs += 1;
    if (!isAgain) this.operations += 1;
    if (kind === 'subscription') this.events += 1;
    if (written) this.texts += 1;
    for (const reason of allowed) this.allowed.set(reason, (this.allowed.get(reason) ?? 0) + 1);
  }

  print(what: string, seed: number): void {
    process.stdout.write(
      `seed ${seed}, ${what}: ${this.operations} operations in ${this.runs} runs, ${this.events} of them events; ` +
        `${this.texts} answers written by compiled code; allowed to differ:\n` +
        [...this.allowed].map(([reason, count]) => `  ${count} times: ${reasons[reason]}\n`).join(''),
    );
  }
}

/** Planning takes longest, and longer than in proportion: most operations are small. */
function sizeOf(random: Random): Omit<OperationOptions, 'kind'> {
  const luck = random.below(100);
  if (luck < 70) return { size: 7, depth: 3 };
  return luck < 96 ? { size: 13, depth: 5 } : { size: 26, depth: 6 };
}

function kindOf({ apiSchema }: Supergraph, random: Random): OperationOptions['kind'] {
  const luck = random.below(100);
  if (luck < 8 && apiSchema.getMutationType()) return 'mutation';
  return luck >= 8 && luck < 22 && apiSchema.getSubscriptionType() ? 'subscription' : 'query';
}

const otherVariables = (random: Random, variables: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? random.chance(50) : value,
    ]),
  );

export interface Generated extends Comparison {
  readonly kind: OperationOptions['kind'];
  /** Whether compiled code wrote our answer, rather than the general way. */
  readonly isText: boolean;
  /** Whether the operation was run before. */
  readonly isAgain: boolean;
  /** All that is needed to see the same again. */
  describe(): string;
}

/**
 * Runs as many different operations over a supergraph by both executors, once and some of them more often, most with
 * faults.
 * @param from seed of the first operation
 */
export async function* generateComparisons(
  { supergraph, world }: Simulation,
  from: number,
  count: number,
  faultsOf: (random: Random) => Faults = generateFaults,
): AsyncGenerator<Generated> {
  const compiled = createCompiledExecutor(silent);
  const stock = createStockExecutor(silent);
  const seen = new Set<string>();
  for (let number = from; seen.size < count; number++) {
    const random = createRandom(number);
    const kind = kindOf(supergraph, random);
    const { query, variables } = generateOperation(supergraph.apiSchema, random, { kind, ...sizeOf(random) });
    if (seen.has(query)) continue;
    const prepared = planned(supergraph, query);
    if (!prepared) continue;
    seen.add(query);
    const runs = random.chance(20) ? 3 : 1;
    for (let run = 0; run < runs; run++) {
      const given = otherVariables(random, variables);
      const operation = formFor(prepared, given);
      world.faults = random.chance(30) ? noFaults : faultsOf(random);
      const execute = await executionOf(operation, requestWith(given));
      if (!execute) continue;
      const referenceRun = (helped: boolean): Promise<ReferenceRun> =>
        runReference(async () => toResult(await execute(stock)), world, helped);
      const executed = await execute(compiled);
      const ours = toResult(executed);
      const reference = await referenceRun(false);
      yield {
        operation,
        variables: given,
        ours,
        reference,
        helped: () => referenceRun(true),
        kind,
        isText: isText(executed),
        isAgain: run > 0,
        describe: () =>
          [
            `seed ${number}, run ${run}`,
            query,
            JSON.stringify(given),
            JSON.stringify(world.faults),
            `ours ${JSON.stringify(ours)}`,
            `reference ${JSON.stringify(reference.result)} ${String((reference.thrown ?? reference.gaveUp)?.stack)}`,
            JSON.stringify(operation.plan.node),
          ].join('\n'),
      };
    }
  }
}

/** Compares all of them, and fails at the first difference that has no reason. */
export async function compareExecutors(
  simulation: Simulation,
  from: number,
  count: number,
  tally: Tally,
  faultsOf?: (random: Random) => Faults,
): Promise<void> {
  for await (const generated of generateComparisons(simulation, from, count, faultsOf)) {
    const verdict = await compare(generated);
    if ('difference' in verdict) expect.fail(`${verdict.difference}\n${generated.describe()}`);
    tally.add(generated, verdict.allowed);
  }
}

/**
 * An operation, ready to run; undefined if it is not valid, or if it asks only what no subgraph can resolve: that is
 * refused, where the reference answers null without a word.
 */
function planned(supergraph: Supergraph, query: string): PreparedOperation | undefined {
  try {
    return prepareOperation(supergraph, query);
  } catch (error) {
    if (error instanceof RequestRefused && error.message.startsWith('No subgraph can resolve '))
      return undefined;
    throw error;
  }
}

/**
 * How an executor runs the operation: a subscription's as an event, which is made anew for each.
 * @returns undefined if there is no event
 */
async function executionOf(
  operation: PreparedOperation,
  request: ExecutionRequest,
): Promise<((executor: Executor) => Promise<Executed>) | undefined> {
  const { node } = operation.plan;
  if (node?.kind !== 'Subscription') return (executor) => executor.execute(operation, request);
  const { serviceName, operation: query, variableUsages = [] } = node.primary;
  const variables = Object.fromEntries(
    Object.entries(request.variables).filter(([name]) => variableUsages.includes(name)),
  );
  const client = operation.supergraph.subgraphs.get(serviceName);
  if (!client) throw new Error(`no subgraph ${serviceName}`);
  const event = async () =>
    (await client.post(JSON.stringify({ query, variables }), request)).result as ExecutionResult;
  try {
    // errors without data end a stream, and no executor sees them
    if ((await event()).data === undefined) return undefined;
  } catch {
    return undefined; // nor an answer that is none
  }
  return async (executor) => executor.executeEvent(operation, await event(), request);
}
