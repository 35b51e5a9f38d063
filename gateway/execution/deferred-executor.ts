import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError, Kind, type DocumentNode, type ExecutionResult } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import type { DeferredForm } from '../operation/deferral.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import { placeOf, placesTo } from '../operation/planning/places.ts';
import type { EntityCache } from './cache/entity-cache.ts';
import { complete, type CompletionOptions, type DeferredObject } from './compiled/completion.ts';
import { conditionsOf, type Conditions } from '../operation/conditions.ts';
import { withPublicPaths } from './compiled/errors.ts';
import { withoutHiddenObjects } from './compiled/hidden-objects.ts';
import { withoutHiddenPlaces } from './compiled/hidden-places.ts';
import { introspect } from './compiled/introspection.ts';
import type { ResponsePath } from './compiled/paths.ts';
import { compilePlan, fetchesOf, planContext } from './compiled/plan.ts';
import { beginRun, type Run, type Step } from './compiled/run.ts';
import { createSelections, type RuntimeType } from './compiled/selections.ts';
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
  /** The others, in the order in which they are ready. The last may be empty, if what was open has lost its place. */
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
 * needs is there. The plan is that of the whole operation, and each part waits for its share of it (`planParts`): all
 * parts fill one tree, from which completion takes each fragment for every object that it was spread on and the client
 * has.
 * @param whole runs what is answered whole: also what was reduced for its viewer
 * @param cache keeps answers of subgraphs to queries
 */
export function createDeferredExecutor(whole: Executor, logger: Logger, cache?: EntityCache): ExecuteInParts {
  const compiled = new WeakMap<DeferredForm, CompiledForm>();
  return async (operation, request) => {
    const form = operation.restore ? undefined : operation.deferral?.form(request.variables);
    if (!form) return whole.execute(operation, request);
    let code = compiled.get(form);
    if (!code) compiled.set(form, (code = compileForm(operation, form, logger, cache)));
    const options = completionOf(operation, code, request);
    // a condition without a value is refused in the same words as ever
    if (!options) return whole.execute(operation, request);

    const run: Run = { ...beginRun(request, true), begun: new Map() };
    const progress = beginParts(code, run, options);
    await progress.first;
    const errors = progress.errorsOf(undefined);
    const { rootType, definition } = code;
    const sets = [definition.selectionSet];
    const first = complete(options, rootType, sets, run.data, errors);
    const { schema, selections } = options;
    const errorsLeft = () => withoutHiddenPlaces(progress.errorsLeft(), schema, selections, rootType, sets);
    if (first.deferred.length === 0) return resultOf(first.data, [...first.errors, ...errorsLeft()]);
    return {
      first: resultOf(first.data, first.errors),
      rest: increments(first, form.labels, options, { ...progress, errorsLeft }, logger),
    };
  };
}

const resultOf = (data: ExecutionResult['data'], errors: readonly GraphQLError[]): ExecutionResult => ({
  data: data ?? null,
  ...(errors.length > 0 && { errors }),
});

/** A part of the answer as code. */
interface CompiledPart {
  /** Undefined for what is not deferred. */
  readonly label: string | undefined;
  readonly fetch: Step | undefined;
  readonly fetches: ReadonlySet<FetchNode>;
  readonly places: ReadonlySet<string>;
}

interface CompiledForm {
  readonly document: DocumentNode;
  readonly definition: DeferredForm['definition'];
  readonly conditions: Conditions;
  readonly rootType: RuntimeType;
  readonly parts: readonly CompiledPart[];
}

function compileForm(
  operation: PreparedOperation,
  { definition, parts }: DeferredForm,
  logger: Logger,
  cache: EntityCache | undefined,
): CompiledForm {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition] };
  const conditions = conditionsOf(document, definition);
  const { supergraph, type } = operation;
  const rootType = supergraph.apiSchema.getRootType(type);
  if (!rootType) throw new Error(`The schema has no type for a ${type}.`);
  const fetches = new Set(parts.flatMap(({ node }) => fetchesOf(node)));
  const context = { ...planContext(operation, [...fetches], logger, cache), inParts: true };
  return {
    document,
    definition,
    conditions,
    rootType,
    parts: parts.map(({ label, node, places }) => ({
      label,
      fetch: node && compilePlan(node, conditions, context),
      fetches: new Set(fetchesOf(node)),
      places,
    })),
  };
}

function completionOf(
  { supergraph: { apiSchema: schema, supergraphSchema, veiledInterfaces } }: PreparedOperation,
  { document, definition, conditions }: CompiledForm,
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
    selections: createSelections(schema, document, values, veiledInterfaces),
    whole: supergraphSchema,
    introspect: (field) => introspect(schema, document, definition, field, variables),
  };
}

/** How far the parts of one answer are. */
interface Progress {
  /** Resolves when all that is not deferred is there. */
  readonly first: Promise<void>;
  isOver(label: string): boolean;
  /** Why a part could not be fetched at all, if it is over. */
  failureOf(label: string): unknown;
  /** Errors of a part that is over, and that no other part has told. */
  errorsOf(label: string | undefined): readonly GraphQLError[];
  /** Errors that parts which were told of have come upon, about fragments that no object is known to meet. */
  errorsLeft(): readonly GraphQLError[];
  /** Resolves when another part is over. */
  change(): Promise<void>;
}

function beginParts(
  { parts }: CompiledForm,
  run: Run,
  { schema, whole }: Pick<CompletionOptions, 'schema' | 'whole'>,
): Progress {
  const over = new Map<string | undefined, { failure?: unknown }>();
  let changed = resolvable();
  const begin = async ({ label, fetch }: CompiledPart): Promise<void> => {
    try {
      await fetch?.(run);
      over.set(label, {});
    } catch (failure) {
      if (label === undefined) throw failure;
      over.set(label, { failure });
    }
    changed.resolve();
    changed = resolvable();
  };
  const told = new Set<GraphQLError>();
  const asked = new Set<CompiledPart>();
  const tell = (
    part: CompiledPart,
    isWanted: (fetch: FetchNode, error: GraphQLError) => boolean,
  ): GraphQLError[] => {
    const own = [...part.fetches].flatMap((fetch) =>
      (run.begun?.get(fetch)?.errors ?? []).filter((error) => !told.has(error) && isWanted(fetch, error)),
    );
    for (const error of own) told.add(error);
    return own;
  };
  const visible = (errors: readonly GraphQLError[]): readonly GraphQLError[] =>
    withPublicPaths(withoutHiddenObjects(errors, run.data, schema, whole));
  /** An error of a fetch that several parts need is of those that it is about. */
  const isOf = (part: CompiledPart, fetch: FetchNode, { path }: GraphQLError): boolean => {
    const sharing = parts.filter(({ fetches }) => fetches.has(fetch));
    for (const place of path ? placesTo(placeOf('', path)).reverse() : []) {
      const about = sharing.filter(({ places }) => places.has(place));
      if (about.length > 0) return about.includes(part);
    }
    return true;
  };
  const [first, ...deferred] = parts;
  if (!first) throw new Error('There is a part that is not deferred.');
  const progress = {
    first: begin(first),
    isOver: (label: string) => over.has(label),
    failureOf: (label: string) => over.get(label)?.failure,
    errorsOf(label: string | undefined) {
      const part = parts.find((one) => one.label === label);
      if (!part) return [];
      asked.add(part);
      return visible(tell(part, (fetch, error) => isOf(part, fetch, error)));
    },
    errorsLeft: () => visible([...asked].flatMap((part) => tell(part, () => true))),
    change: () => changed.promise,
  };
  for (const part of deferred) void begin(part);
  return progress;
}

function resolvable(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function* increments(
  first: ReturnType<typeof complete>,
  labels: DeferredForm['labels'],
  options: CompletionOptions,
  progress: Progress,
  logger: Logger,
): ExecutedInParts['rest'] {
  const told = [...first.errors];
  const known = new Set(told.map(described));
  const sent = createSent();
  sent.add([], first.data);
  let open = first.deferred;
  while (open.length > 0) {
    const found: Increment[] = [];
    for (;;) {
      const { ready, waiting } = split(open, progress);
      if (ready.length === 0) break;
      open = waiting;
      for (const { object, errors } of ready) {
        // without an error no part has voided what another found
        if (told.length > 0 && !sent.hasPlace(object.path)) continue;
        const {
          data,
          errors: all,
          deferred,
        } = completeObject(object, errors, { ...options, told }, progress, logger);
        // two fragments may have the same field, and what is wrong with it is told once
        const news = all.filter((error) => !error.path || !known.has(described(error)));
        told.push(...news);
        for (const error of news) known.add(described(error));
        sent.add(object.path, data);
        found.push({ label: labels.get(object.fragment.label), path: object.path, data, errors: news });
        open = [...open, ...deferred];
      }
    }
    const last = found.at(-1);
    if (open.length === 0) {
      const errors = [...(last?.errors ?? []), ...progress.errorsLeft()];
      yield { increments: last ? [...found.slice(0, -1), { ...last, errors }] : [], hasNext: false };
    } else if (last) yield { increments: found, hasNext: true };
    else await progress.change();
  }
}

/** What the client was sent, by the path of the object that it is of. */
function createSent() {
  const sent = new Map<string, { readonly at: number; readonly data: Increment['data'] }[]>();
  let count = 0;
  return {
    add(path: ResponsePath, data: Increment['data']): void {
      const key = JSON.stringify(path);
      const one = { at: count++, data };
      const same = sent.get(key);
      if (same) same.push(one);
      else sent.set(key, [one]);
    },
    /** Whether the client, who puts it together, has an object there: two parts may speak of what is around it. */
    hasPlace(path: ResponsePath): boolean {
      const told: { at: number; has: boolean }[] = [];
      for (let length = 0; length <= path.length; length++)
        for (const { at, data } of sent.get(JSON.stringify(path.slice(0, length))) ?? []) {
          let value: unknown = data ?? undefined;
          for (const key of path.slice(length))
            if (typeof value === 'object' && value !== null)
              value = (value as Record<string | number, unknown>)[key];
          if (value !== undefined) told.push({ at, has: value !== null });
        }
      // what came last counts
      return told.toSorted((one, other) => one.at - other.at).at(-1)?.has ?? false;
    },
  };
}

const described = ({ path, message }: GraphQLError): string => `${JSON.stringify(path)} ${message}`;

function completeObject(
  { fragment, type, source, path }: DeferredObject,
  errors: readonly GraphQLError[],
  options: CompletionOptions,
  progress: Progress,
  logger: Logger,
): ReturnType<typeof complete> {
  try {
    const failure = progress.failureOf(fragment.label);
    if (failure !== undefined) throw failure;
    return complete({ ...options, path }, type, fragment.sets, source, errors);
  } catch (error) {
    // the parts that the client has are right, and those that follow may be: this one fails alone
    logger.error({ error }, 'a part of an answer failed');
    const { message } = error as Error;
    return { data: null, errors: [...errors, new GraphQLError(message, { path })], deferred: [] };
  }
}

interface ReadyObject {
  readonly object: DeferredObject;
  readonly errors: readonly GraphQLError[];
}

/** Objects whose fragments are there, each with the errors that lie in it. What lies in none goes with the first. */
function split(
  open: readonly DeferredObject[],
  progress: Progress,
): { ready: ReadyObject[]; waiting: DeferredObject[] } {
  const byLabel = new Map<string, DeferredObject[]>();
  for (const object of open) {
    const same = byLabel.get(object.fragment.label);
    if (same) same.push(object);
    else byLabel.set(object.fragment.label, [object]);
  }
  const ready: ReadyObject[] = [];
  const waiting: DeferredObject[] = [];
  for (const [label, objects] of byLabel) {
    if (!progress.isOver(label)) {
      waiting.push(...objects);
      continue;
    }
    const left = new Set(progress.errorsOf(label));
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
