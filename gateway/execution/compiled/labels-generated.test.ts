import { execute, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { createForViewer } from '../../operation/for-viewer.ts';
import { defaultOperationLimits } from '../../operation/limits.ts';
import { RequestRefused } from '../../operation/operation.ts';
import { createOperations } from '../../operation/prepare.ts';
import { createCompiledExecutor } from '../compiled-executor.ts';
import { toResult } from '../executor.ts';
import { createStockExecutor } from '../stock-executor.ts';
import { generateOperation } from './testing/operations.ts';
import { createRandom, seedOf } from './testing/random.ts';
import { createServed, expectSame } from './testing/served.ts';
import { generateTableWorld } from './testing/table-generation.ts';
import { LABELS, withLabels } from './testing/table-labels.ts';
import { tableSubgraphs } from './testing/table-subgraphs.ts';
import { tableTruth } from './testing/table-world.ts';
import { requestWith, silent } from './testing/world.ts';

/*
 * Fields that a subgraph takes over for some viewers (`@override` with a label): whichever labels are active, what comes
 * back is held to a table of values, over subgraphs that fail where they are asked for what is another's for the viewer.
 */

const seed = seedOf(process.env);
const OPERATIONS = 10;
const cases = Number(process.env['DIFFERENTIAL_CASES'] ?? 150);
const limits = { ...defaultOperationLimits, depth: 100, aliases: 100, directives: 100 };
const operations = createOperations({ limits, introspection: true, cacheSize: 100 });
const viewer = { scopes: [], region: 'US' };
const compiled = createCompiledExecutor(silent);
const apollo = createStockExecutor(silent);

test(`a field has its value, whichever subgraph has it for a viewer (seed ${seed})`, async () => {
  let refusals = 0;
  let done = 0;
  for (const number of numbers()) {
    const random = createRandom(number);
    const world = withLabels(generateTableWorld(random), random);
    if (!world.fields.some(({ label }) => label !== undefined)) continue;
    const active = new Set<string>();
    const subgraphs = tableSubgraphs(world, active);
    const served = await createServed(subgraphs, PLANNED_IN).catch((error: Error) => {
      if (!UNCOMPOSED.test(error.message)) throw new Error(`seed ${number}`, { cause: error });
    });
    if (!served) continue;
    const { supergraph } = served;
    const forViewer = createForViewer({
      mode: 'filter',
      evaluatePolicies: () => [],
      activeLabels: (labels) => labels.filter((label) => active.has(label)),
      keepForm: operations.form,
    });
    // of what a field requires, Apollo's execution does not send all
    const executors = world.fields.some(({ requires }) => requires) ? [compiled] : [compiled, apollo];
    const schema = supergraph.apiSchema;
    const fieldResolver = tableTruth(world);
    for (let at = 0; at < OPERATIONS;) {
      const kind = schema.getMutationType() && random.chance(10) ? 'mutation' : 'query';
      const { query, variables } = generateOperation(schema, random, { kind, size: 14, depth: 3 });
      const document = parse(query);
      if (validate(schema, document).length > 0) continue;
      at++;
      active.clear();
      for (const label of LABELS) if (random.chance(50)) active.add(label);
      const truth = await execute({ schema, document, fieldResolver, variableValues: variables });
      const told = `${query} with the labels ${[...active].join()}`;
      try {
        const operation = await forViewer(operations.prepare(supergraph, { query }), viewer, variables);
        for (const executor of executors) {
          const answer = toResult(await executor.execute(operation, requestWith(variables)));
          expectSame({ data: answer.data }, { data: truth.data }, { seed: number, query: told, subgraphs });
          // several values may void one object, and a subgraph tells of each
          const hasErrors = answer.errors !== undefined;
          expect(hasErrors, `errors of ${told} (seed ${number})`).toBe(truth.errors !== undefined);
        }
      } catch (error) {
        if (!(error instanceof RequestRefused && REFUSED.test(error.message))) throw error;
        refusals++;
      }
    }
    if ((done += OPERATIONS) >= cases) break;
  }
  expect(refusals).toBeLessThanOrEqual(cases / 50);
}, 240_000);

/** Seeds: the pinned ones, and then those of the run. */
function* numbers(): Generator<number> {
  yield* PINNED;
  for (let number = seed; ; number++) yield number;
}

/** Worlds in which an interface's field was once asked of the wrong subgraph, or an operation had no plan. */
const PINNED = [1_108, 1_587];

/** Milliseconds for a plan: what takes longer has too many ways. */
const PLANNED_IN = 2_000;

/** Not every world can be composed: some field may be out of reach, or required though its subgraph has it itself. */
const UNCOMPOSED =
  /cannot be satisfied by the subgraphs|supergraph API query|already provided by this subgraph/;

/** What is told where no right plan is found, or none in time. */
const REFUSED = /^(?:No plan was found|There are too many ways)/;
