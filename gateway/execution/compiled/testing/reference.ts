import { createRequire } from 'node:module';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { JsonObject } from '../json.ts';

/** What stock execution came to. */
export interface ReferenceRun {
  /** Its answer; undefined if it threw, without data if it gave up. */
  readonly result: ExecutionResult | undefined;
  readonly thrown: Error | undefined;
  /** Why it could not shape an answer of what it fetched. */
  readonly gaveUp: Error | undefined;
  /** All that it fetched, before it shaped an answer of it; undefined if it did not get that far. */
  readonly tree: JsonObject | undefined;
}

interface ResultShaping {
  computeResponse(options: { input: JsonObject }): { data: unknown; errors: readonly GraphQLError[] };
}

// What stock execution fetched is known inside of it only, and where its last step throws, so are the errors of the
// fetches. That step is looked up anew each time, so a test can look over its shoulder there.
const shaping = createRequire(import.meta.url)('@apollo/gateway/dist/resultShaping.js') as ResultShaping;
const { computeResponse } = shaping;
let tree: JsonObject | undefined;
let gaveUp: Error | undefined;
shaping.computeResponse = (options) => {
  tree = options.input;
  try {
    return computeResponse(options);
  } catch (error) {
    gaveUp = error as Error;
    return { data: undefined, errors: [] };
  }
};

/** Runs the reference. One run at a time. */
export async function runReference(run: () => Promise<ExecutionResult>): Promise<ReferenceRun> {
  tree = undefined;
  gaveUp = undefined;
  try {
    const { errors, ...rest } = await run();
    // among them are errors of JavaScript's
    const result = errors
      ? {
          ...rest,
          errors: errors.map((one) =>
            one instanceof GraphQLError ? one : new GraphQLError((one as Error).message),
          ),
        }
      : rest;
    return { result, thrown: undefined, gaveUp, tree };
  } catch (error) {
    return { result: undefined, thrown: error as Error, gaveUp, tree: undefined };
  }
}
