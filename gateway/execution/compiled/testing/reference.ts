import { createRequire } from 'node:module';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { isObject, own, type JsonObject } from '../json.ts';
import type { World } from './mock-world.ts';

/** What stock execution came to. */
export interface ReferenceRun {
  /** Its answer; undefined if it threw, without data if it gave up. */
  readonly result: ExecutionResult | undefined;
  readonly thrown: Error | undefined;
  /** Why it could not shape an answer of what it fetched. */
  readonly gaveUp: Error | undefined;
  /** All that it fetched, before it shaped an answer of it; undefined if it did not get that far. */
  readonly tree: JsonObject | undefined;
  /** What it asked of subgraphs ({@link World.calls}). */
  readonly calls: ReadonlySet<string>;
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

interface Merging {
  deepMerge(target: unknown, source: unknown): unknown;
}

// It replaces a list in a list by what came later, where it merges objects of a list, and throws for an object that comes
// where a leaf is.
const merging = createRequire(import.meta.url)('@apollo/gateway/dist/utilities/deepMerge.js') as Merging;
const { deepMerge } = merging;
let isHelped = false;
merging.deepMerge = (target, source) => deepMerge(target, isHelped ? asMergeable(target, source) : source);

/** What came later, with those of its lists in lists merged that are there already, and with leaves out of its way. */
function asMergeable(target: unknown, source: unknown): unknown {
  if (isObject(target) && isObject(source))
    return Object.fromEntries(
      Object.entries(source).map(([key, one]) => {
        const before = own(target, key);
        if (isObject(one) && typeof before !== 'object') delete target[key];
        return [key, asMergeable(before, one)];
      }),
    );
  if (!Array.isArray(target) || !Array.isArray(source) || target.length !== source.length) return source;
  return source.map((one, index) => {
    const before: unknown = target[index];
    const isInner = Array.isArray(before) && Array.isArray(one) && before.length === one.length;
    if (!isInner) return asMergeable(before, one);
    // as an object's, they are merged
    const holder = { list: before };
    merging.deepMerge(holder, { list: one });
    return holder.list;
  });
}

/**
 * Runs the reference. One run at a time.
 * @param helped whether its merging is mended, and subgraphs help it
 */
export async function runReference(
  run: () => Promise<ExecutionResult>,
  world: World,
  helped: boolean,
): Promise<ReferenceRun> {
  world.helpful = helped;
  world.calls.clear();
  tree = undefined;
  gaveUp = undefined;
  isHelped = helped;
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
    return { result, thrown: undefined, gaveUp, tree, calls: new Set(world.calls) };
  } catch (error) {
    const calls = new Set(world.calls);
    return { result: undefined, thrown: error as Error, gaveUp, tree: undefined, calls };
  } finally {
    world.helpful = false;
  }
}
