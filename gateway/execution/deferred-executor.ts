import { Kind, type ExecutionResult, type GraphQLError } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import type { DeferredForm } from '../operation/deferral.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import { complete, type CompletionOptions, type DeferredObject } from './compiled/completion.ts';
import { conditionsOf, type Conditions } from './compiled/conditions.ts';
import { withPublicPaths } from './compiled/errors.ts';
import { introspect } from './compiled/introspection.ts';
import type { ResponsePath } from './compiled/paths.ts';
import { compilePlan, repeatedFetches } from './compiled/plan.ts';
import { beginRun, type DeferredParts, type Run, type Step } from './compiled/run.ts';
import { createSelections } from './compiled/selections.ts';
import type { Executed, ExecutionRequest, Executor } from './executor.ts';

/** One object's share of a deferred fragment. */
export interface Increment {
  readonly label: string | undefined;
  readonly path: ResponsePath;
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLError[];
}

/** An answer in parts. */
export interface ExecutedInParts {
  readonly first: ExecutionResult;
  /** The others, in the order in which they are ready; not one less than the first promises. */
  readonly rest: AsyncGenerator<{ readonly increments: readonly Increment[]; readonly hasNext: boolean }>;
}

export const isInParts = (executed: Executed | ExecutedInParts): executed is ExecutedInParts =>
  'rest' in executed;

/** Runs an operation for a client that takes its answer in parts. What has nothing to defer is answered whole. */
export type ExecuteInParts = (
  operation: PreparedOperation,
  request: ExecutionRequest,
) => Promise<Executed | ExecutedInParts>;

/**
 * Answers operations with `@defer` in parts: what is not deferred first, and each deferred fragment when all that it
 * needs is there. The planner puts what belongs to a fragment apart; all parts fill one tree, from which completion
 * takes each fragment for every object that it was spread on and the client has.
 * @param whole runs what is answered whole: also what was reduced for its viewer
 */
export function createDeferredExecutor(whole: Executor, logger: Logger): ExecuteInParts {
  const compiled = new WeakMap<DeferredForm, CompiledForm>();
  return async (operation, request) => {
    const form = operation.restore ? undefined : operation.deferral?.form(request.variables);
    if (!form) return whole.execute(operation, request);
    let code = compiled.get(form);
    if (!code) compiled.set(form, (code = compileForm(operation, form, logger)));
    const options = completionOf(operation, form, code, request);
    // a condition without a value is refused in the same words as ever
    if (!options) return whole.execute(operation, request);

    const parts = createParts();
    const run: Run = { ...beginRun(request), parts };
    await code.fetch?.(run);
    const { schema } = options;
    const rootType = schema.getRootType(operation.type);
    if (!rootType) throw new Error(`The schema has no type for a ${operation.type}.`);
    const errors = withPublicPaths(run.errors);
    const first = complete(options, rootType, [code.definition.selectionSet], run.data, errors);
    const result = {
      data: first.data,
      ...(first.errors.length > 0 && { errors: first.errors }),
    };
    if (first.deferred.length === 0) return result;
    const open = first.deferred.map((object) => ({ ...object, told: first.errors }));
    return { first: result, rest: increments(open, form, options, parts) };
  };
}

interface CompiledForm {
  readonly definition: PreparedOperation['definition'];
  readonly conditions: Conditions;
  readonly fetch: Step | undefined;
}

function compileForm(
  { supergraph }: PreparedOperation,
  { planned, plan }: DeferredForm,
  logger: Logger,
): CompiledForm {
  const [definition] = planned.definitions;
  const { node } = plan;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || node?.kind === 'Subscription')
    throw new Error('This cannot be answered in parts.');
  const conditions = conditionsOf(planned, definition);
  const fetch =
    node &&
    compilePlan(node, conditions, {
      schema: supergraph.supergraphSchema,
      subgraphs: supergraph.subgraphs,
      logger,
      repeated: definition.operation === 'mutation' ? new Set() : repeatedFetches(node),
      caching: undefined, // a whole answer's headers are out before its last part is known
    });
  return { definition, conditions, fetch };
}

function completionOf(
  { supergraph: { apiSchema: schema } }: PreparedOperation,
  { planned }: DeferredForm,
  { definition, conditions }: CompiledForm,
  { variables }: ExecutionRequest,
): CompletionOptions | undefined {
  const values = new Map<string, boolean>();
  for (const name of conditions.names) {
    const value = conditions.valueOf(name, variables);
    if (typeof value !== 'boolean') return undefined;
    values.set(name, value);
  }
  return {
    schema,
    selections: createSelections(schema, planned, values),
    introspect: (field) => introspect(schema, planned, definition, field, variables),
  };
}

/** An object that waits for a deferred fragment, and what the client was told around it. */
interface OpenObject extends DeferredObject {
  readonly told: readonly GraphQLError[];
}

interface Parts extends DeferredParts {
  /** The errors of a part that is done; undefined while it is not. Once all work is over, every part is done. */
  done(label: string): readonly GraphQLError[] | undefined;
  /** Resolves when another part is done. */
  change(): Promise<void>;
}

function createParts(): Parts {
  const fetches = new Map<string, { promise: Promise<void>; resolve: () => void }>();
  // one label may stand in several places of a plan, such as both sides of a condition
  const begun = new Map<string, { running: number; errors: GraphQLError[] }>();
  let running = 0;
  let changed = resolvable();
  const fetchOf = (id: string): { promise: Promise<void>; resolve: () => void } => {
    let one = fetches.get(id);
    if (!one) fetches.set(id, (one = resolvable()));
    return one;
  };
  return {
    fetched: (id) => fetchOf(id).resolve(),
    whenFetched: (id) => fetchOf(id).promise,
    begin(label, errors, work) {
      const part = begun.get(label) ?? { running: 0, errors: [] };
      begun.set(label, part);
      part.running += 1;
      running += 1;
      void work.then(() => {
        part.running -= 1;
        part.errors.push(...errors);
        running -= 1;
        changed.resolve();
        changed = resolvable();
      });
    },
    done(label) {
      const part = begun.get(label);
      if (part) return part.running === 0 ? part.errors : undefined;
      // one that the plan does not have, or has under a condition that does not hold, needs nothing more
      return running === 0 ? [] : undefined;
    },
    change: () => changed.promise,
  };
}

function resolvable(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function* increments(
  first: readonly OpenObject[],
  { labels }: DeferredForm,
  options: CompletionOptions,
  parts: Parts,
): ExecutedInParts['rest'] {
  let open = first;
  while (open.length > 0) {
    const found: Increment[] = [];
    for (;;) {
      const { ready, waiting } = split(open, parts);
      if (ready.length === 0) break;
      open = waiting;
      for (const { object, errors } of ready) {
        const { fragment, type, source, path, told } = object;
        const completed = complete({ ...options, path, told }, type, fragment.sets, source, errors);
        const label = labels.get(fragment.label);
        found.push({ label, path, data: completed.data, errors: completed.errors });
        const known = [...told, ...completed.errors];
        open = [...open, ...completed.deferred.map((inner) => ({ ...inner, told: known }))];
      }
    }
    if (found.length > 0) yield { increments: found, hasNext: open.length > 0 };
    else await parts.change();
  }
}

interface ReadyObject {
  readonly object: OpenObject;
  readonly errors: readonly GraphQLError[];
}

/** Objects whose fragments are there, each with the errors that lie in it. What lies in none goes with the first. */
function split(open: readonly OpenObject[], parts: Parts): { ready: ReadyObject[]; waiting: OpenObject[] } {
  const byLabel = new Map<string, OpenObject[]>();
  for (const object of open) {
    const same = byLabel.get(object.fragment.label);
    if (same) same.push(object);
    else byLabel.set(object.fragment.label, [object]);
  }
  const ready: ReadyObject[] = [];
  const waiting: OpenObject[] = [];
  for (const [label, objects] of byLabel) {
    const errors = parts.done(label);
    if (!errors) {
      waiting.push(...objects);
      continue;
    }
    const left = new Set(withPublicPaths(errors));
    const own = objects.map((object) => {
      const inside = [...left].filter((error) => error.path && isInside(error.path, object.path));
      for (const error of inside) left.delete(error);
      return inside;
    });
    for (const [index, object] of objects.entries())
      ready.push({ object, errors: [...(own[index] ?? []), ...(index === 0 ? left : [])] });
  }
  return { ready, waiting };
}

const isInside = (path: ResponsePath, outer: ResponsePath): boolean =>
  outer.every((key, index) => path[index] === key);
