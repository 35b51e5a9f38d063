import { execute, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import {
  abstractOperation,
  abstractSubgraphs,
  generateAbstractWorld,
  truthOf,
} from './testing/abstract-world.ts';
import { createRandom, seedOf } from './testing/random.ts';
import { createServed, expectSame } from './testing/served.ts';

/*
 * Interfaces, unions and objects that stand for an interface: what comes back is held to what it must be, which is worked
 * out from a table of values, without any subgraph. A comparison of executors sees nothing of a plan that asks too little.
 */

const seed = seedOf(process.env);
const OPERATIONS = 12;
const cases = Number(process.env['DIFFERENTIAL_CASES'] ?? 360);

test(`an object has all that is asked of it by an interface or a union, whoever knows its type (seed ${seed})`, async () => {
  let refusals = 0;
  const numbers = Array.from({ length: cases / OPERATIONS }, (_one, at) => seed + at);
  for (const number of [...PINNED, ...numbers]) {
    const random = createRandom(number);
    const world = generateAbstractWorld(random);
    const subgraphs = abstractSubgraphs(world);
    const served = await createServed(subgraphs, PLANNED_IN);
    const schema = served.supergraph.apiSchema;
    const fieldResolver = truthOf(world);
    for (let at = 0; at < OPERATIONS;) {
      const query = abstractOperation(schema, random);
      const document = parse(query);
      if (validate(schema, document).length > 0) continue;
      at++;
      const truth = await execute({ schema, document, fieldResolver });
      const answer = await served.ask(query).catch((error: Error) => {
        if (!REFUSED.test(error.message)) throw new Error(`seed ${number}: ${query}`, { cause: error });
        refusals++;
      });
      if (answer) expectSame(answer, truth, { seed: number, query, subgraphs });
    }
  }
  expect(refusals).toBeLessThanOrEqual((PINNED.length * OPERATIONS + cases) / 30);
}, 240_000);

/**
 * Worlds of which an operation was once planned with a field that its subgraph does not have, lost the types of its
 * objects to the name of their interface, or was sent what was still under way.
 */
const PINNED = [50_347, 70_299, 410_097, 410_005];

/** Time of a plan: what takes longer has too many ways. */
const PLANNED_IN = 1_000;

/** What is told where no right plan is found, or none in time. */
const REFUSED = /^(?:No plan was found|There are too many ways|The operation is not valid)/;
