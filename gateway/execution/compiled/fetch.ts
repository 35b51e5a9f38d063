import type { FetchDataKeyRenamer, FetchNode } from '@apollo/query-planner';
import {
  GraphQLError,
  parse,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from '../../../platform/logger.ts';
import type { Supergraph } from '../../supergraph/build.ts';
import { selectionOf } from '../../operation/planning/fetch-operation.ts';
import { operationIn } from '../../operation/fragments.ts';
import { representationsVariable } from '../../operation/planning/representations-variable.ts';
import type { EntityCache } from '../cache/entity-cache.ts';
import { unansweredPaths } from '../data-source.ts';
import { subgraphUnavailable } from '../subgraph/answer.ts';
import type { SubgraphAnswer, SubgraphClient } from '../subgraph/client.ts';
import { compileIsAsked } from './asked.ts';
import { contextsOf, type Contexts } from './contexts.ts';
import { MOST_ERRORS, publicPath, relocateErrors } from './errors.ts';
import { isObject, narrow, own, typenameOf } from './json.ts';
import { compileMerge, keysOf, mergesOf, type Merge } from './merge.ts';
import {
  compileObjectsAt,
  compileObjectsWithParents,
  placesAt,
  type ObjectsAt,
  type PathStep,
  type ResponsePath,
} from './paths.ts';
import { Batch, compileRepresentation, type Represent } from './representations.ts';
import { applyRewrites } from './rewrites.ts';
import { askOnce, countSent, jsonOf, noteAnswer, type Run, type Step } from './run.ts';

/** What the steps of a plan are made with. */
export interface PlanContext {
  /** With all types, those hidden from clients too. */
  readonly schema: GraphQLSchema;
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
  readonly logger: Logger;
  /** Fetches of the plan that may turn out to be equal calls, by {@link fetchKey}. */
  readonly repeated: ReadonlySet<string>;
  /** Whether an object that is in several places is to be as many objects, since fields may differ by place. */
  readonly apart: boolean;
  /** Where answers are kept; undefined if none are. */
  readonly caching: { readonly cache: EntityCache; readonly supergraph: Supergraph } | undefined;
  /** Whether the plan is one of several that run together, and have fetches in common. */
  readonly inParts?: boolean;
}

/** As JSON, with commas between them, and each. */
type Entities = Pick<Batch, 'representations' | 'texts'>;

/** Every place in the client's answer that a path in the subgraph's own answer stands for. */
type Locate = (path: ResponsePath) => readonly ResponsePath[];

/** Without a text where it came from the cache. */
type Answer = Pick<SubgraphAnswer, 'result'> & Partial<Pick<SubgraphAnswer, 'text'>>;

/** One call to a subgraph, and what becomes of its answer. */
interface Fetch {
  readonly client: SubgraphClient;
  /** What is asked; it is only read again when the call has failed, and not kept in another form until then. */
  readonly operation: string;
  /** Where in the client's answer the objects are that it is about. */
  readonly path: readonly PathStep[];
  readonly logger: Logger;
  /** Puts what came into the object that it is about. */
  readonly receive: Merge;
  /** Whether each object receives what came as its own; those that are equal receive the same otherwise. */
  readonly apart: boolean;
  /** Gives a path the keys that the plan's aliases in it stand for. */
  readonly rename: (path: ResponsePath) => ResponsePath;
  /** Sends the call. @param entities those that it asks about; undefined for root fields */
  readonly ask: (run: Run, entities?: Entities, contexts?: Contexts) => Promise<Answer>;
}

const noContexts: Contexts = {};
const nothingToDo = Promise.resolve();

/** Equal calls have equal keys: what they ask and whom, but not the name that the plan gave it. */
export const fetchKey = ({ serviceName, operation, operationName }: FetchNode): string =>
  `${serviceName} ${operationName === undefined ? operation : operation.replace(` ${operationName}`, '')}`;

/**
 * A fetch as a step.
 * @param path where in the answer the objects are that it completes
 */
export function compileFetch(node: FetchNode, path: readonly PathStep[], context: PlanContext): Step {
  const client = context.subgraphs.get(node.serviceName);
  if (!client) throw new Error(`The plan names the unknown subgraph "${node.serviceName}".`);
  const document = parse(node.operation, { noLocation: true });
  const { receive, shared } = compileReceive(node, document, context.schema);
  const { apart } = context;
  const fetch: Fetch = {
    client,
    operation: node.operation,
    path,
    logger: context.logger,
    receive,
    apart,
    rename: renamesOf(node),
    ask: compileAsk(node, document, client, context, shared && !apart),
  };
  const objectsAt = compileObjectsAt(path);
  if (!node.requires) return (run) => fetchRoot(fetch, objectsAt, run);
  const represent = compileRepresentation({
    schema: context.schema,
    requires: node.requires,
    rewrites: node.inputRewrites ?? [],
  });
  const { contextRewrites = [] } = node;
  const step: Step =
    contextRewrites.length > 0
      ? fetchByContext(fetch, represent, contextRewrites, context.schema)
      : (run) => {
          const batch = new Batch();
          batch.take(objectsAt(run.data), represent);
          if (batch.unsendable.length > 0) reportUnsendable(fetch, run, batch);
          return batch.size > 0 ? fetchEntities(fetch, run, batch) : nothingToDo;
        };
  const isAsked = compileIsAsked(document, selectionOf(node, operationIn(document, undefined)));
  return isAsked ? (run) => (isAsked(run.request.variables) ? step(run) : nothingToDo) : step;
}

/** Where arguments come from around the objects, those with the same values are fetched together. */
function fetchByContext(
  fetch: Fetch,
  represent: Represent,
  rewrites: readonly FetchDataKeyRenamer[],
  schema: GraphQLSchema,
): Step {
  const objectsAt = compileObjectsWithParents(fetch.path);
  return async (run) => {
    const batches = new Map<string, { batch: Batch; contexts: Contexts }>();
    for (const found of objectsAt(run.data)) {
      const contexts = contextsOf(schema, rewrites, found);
      const key = JSON.stringify(contexts);
      let group = batches.get(key);
      if (!group) batches.set(key, (group = { batch: new Batch(), contexts }));
      group.batch.take([found.object], represent);
    }
    for (const { batch } of batches.values())
      if (batch.unsendable.length > 0) reportUnsendable(fetch, run, batch);
    const groups = [...batches.values()].filter(({ batch }) => batch.size > 0);
    await Promise.all(groups.map(({ batch, contexts }) => fetchEntities(fetch, run, batch, contexts)));
  };
}

/** Takes the answer to a fetch that somebody else made: an event of a subscription. */
export function compileTake(
  node: FetchNode,
  context: PlanContext,
): (run: Run, result: FormattedExecutionResult) => void {
  const { receive } = compileReceive(node, parse(node.operation, { noLocation: true }), context.schema);
  const rename = renamesOf(node);
  return (run, { data, errors }) => {
    noteAnswer(run, undefined);
    if (errors) run.errors.push(...relocateErrors(errors, node.serviceName, (path) => [rename(path)]));
    if (isObject(data)) receive(run.data, data);
  };
}

/** Fetches root fields: of the whole operation's, or of a `Query` that a mutation's answer holds. */
async function fetchRoot(fetch: Fetch, objectsAt: ObjectsAt, run: Run): Promise<void> {
  const { client, operation, path, receive, rename, ask } = fetch;
  const targets = objectsAt(run.data);
  if (targets.length === 0) return;
  const locate: Locate = (at) => {
    const places = path.length === 0 ? [[]] : [...placesAt(run.data, path).values()].flat();
    return places.map((place) => [...place, ...rename(at)]);
  };
  try {
    const { result, text } = await ask(run);
    const { data, errors } = result;
    noteAnswer(run, text);
    if (errors) run.errors.push(...relocateErrors(errors, client.name, locate));
    if (isObject(data)) for (const target of targets) receive(target, data);
  } catch (error) {
    report(run, error, unansweredPaths(parse(operation), undefined, run.request.variables), locate);
  }
}

/** Fetches what another subgraph knows of objects that are already there. */
async function fetchEntities(fetch: Fetch, run: Run, batch: Batch, contexts?: Contexts): Promise<void> {
  const { client, logger, receive, apart, ask } = fetch;
  try {
    const { result, text } = await ask(run, batch, contexts);
    const { data, errors } = result;
    noteAnswer(run, text);
    if (errors) run.errors.push(...relocateErrors(errors, client.name, locateEntities(fetch, run, batch)));
    if (!isObject(data)) return;
    const entities: unknown = data['_entities'];
    if (!Array.isArray(entities) || entities.length !== batch.size) {
      logger.error({ subgraph: client.name }, 'a subgraph answered with a wrong number of entities');
      return reportEntities(fetch, run, batch, subgraphUnavailable(client.name));
    }
    let misshapen: Set<number> | undefined;
    for (let at = 0; at < batch.targets.length; at++) {
      const index = batch.indexes[at] ?? -1;
      const entity: unknown = entities[index];
      const target = batch.targets[at];
      if (target !== undefined && isObject(entity)) receive(target, apart ? structuredClone(entity) : entity);
      else if (entity !== null) (misshapen ??= new Set()).add(index);
    }
    if (!misshapen) return;
    logger.error({ subgraph: client.name }, 'a subgraph answered with something else than entities');
    reportEntities(fetch, run, batch, subgraphUnavailable(client.name), misshapen);
  } catch (error) {
    reportEntities(fetch, run, batch, error);
  }
}

/** @param only indexes of the representations that it is about; all if not given */
function reportEntities(
  fetch: Fetch,
  run: Run,
  batch: Batch,
  error: unknown,
  only?: ReadonlySet<unknown>,
): void {
  const entities = JSON.parse(`[${batch.representations}]`) as { __typename?: string }[];
  const paths = unansweredPaths(parse(fetch.operation), entities, run.request.variables).filter(
    ([, index]) => only?.has(index) ?? true,
  );
  report(run, error, paths, locateEntities(fetch, run, batch));
}

/** Objects that cannot be asked about cost their own fields only. */
function reportUnsendable({ operation, path, rename }: Fetch, run: Run, { unsendable }: Batch): void {
  const all = placesAt(run.data, path);
  const entities = unsendable.map((object) => ({ __typename: typenameOf(object) ?? '' }));
  const error = new GraphQLError('A representation has too many levels to be sent.');
  report(
    run,
    error,
    unansweredPaths(parse(operation), entities, run.request.variables),
    ([, index, ...rest]) => {
      const object = unsendable[Number(index)];
      return ((object && all.get(object)) ?? []).map((place) => [...place, ...rename(rest)]);
    },
  );
}

/** Translates `_entities`, an index and the rest to every place of the objects with that representation. */
function locateEntities({ path, rename }: Fetch, run: Run, { targets, indexes }: Batch): Locate {
  const all = placesAt(run.data, path);
  const places: ResponsePath[][] = [];
  for (const [at, target] of targets.entries()) {
    (places[indexes[at] ?? 0] ??= []).push(...(all.get(target) ?? []));
    all.delete(target); // one object may be several targets, and has all its places at the first
  }
  return ([field, index, ...rest]) => {
    if (field !== '_entities' || typeof index !== 'number') return [];
    return (places[index] ?? []).map((place) => [...place, ...rename(rest)]);
  };
}

/** An error for each field that a failed fetch leaves without a value. */
function report(run: Run, error: unknown, paths: readonly ResponsePath[], locate: Locate): void {
  run.request.onAnswer?.();
  const { message, extensions } = error as GraphQLError;
  if (paths.length === 0) return; // conditions do not hold: nothing was asked
  // what was asked for under several names has one name for the client
  const distinct = new Map(paths.flatMap(locate).map((place) => [JSON.stringify(publicPath(place)), place]));
  const places = [...distinct.values()].slice(0, MOST_ERRORS);
  if (places.length === 0) run.errors.push(new GraphQLError(message, { extensions }));
  for (const path of places) run.errors.push(new GraphQLError(message, { path, extensions }));
}

/**
 * Puts what came where it belongs; with output rewrites its keys are known only after them.
 * @returns `shared`: whether it only reads what came, so that several may receive the same
 */
function compileReceive(
  node: FetchNode,
  document: DocumentNode,
  schema: GraphQLSchema,
): { receive: Merge; shared: boolean } {
  const rewrites = node.outputRewrites ?? [];
  if (rewrites.length > 0) {
    const { objects } = mergesOf(schema);
    return {
      receive: (target, source) => {
        applyRewrites(schema, rewrites, source);
        objects(target, source);
      },
      shared: false,
    };
  }
  const keys = keysOf(document, selectionOf(node, operationIn(document, undefined)));
  return { receive: compileMerge(schema, keys), shared: ![...keys.values()].includes(true) };
}

function renamesOf({ outputRewrites = [] }: FetchNode): Fetch['rename'] {
  const names = new Map<string | number | undefined, string>(
    outputRewrites.flatMap((one) => (one.kind === 'KeyRenamer' ? [[one.path.at(-1), one.renameKeyTo]] : [])),
  );
  if (names.size === 0) return (path) => path;
  return (path) => path.map((element) => names.get(element) ?? element);
}

/** The call: all of its text is ready but for the values of variables and the representations. */
function compileAsk(
  node: FetchNode,
  document: DocumentNode,
  client: SubgraphClient,
  { repeated, caching }: PlanContext,
  shared: boolean,
): Fetch['ask'] {
  const { operation, operationName, variableUsages = [], contextRewrites = [] } = node;
  // whatever the client sends under such a name is not what it stands for
  const contextual = new Set(contextRewrites.map(({ renameKeyTo }) => renameKeyTo));
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = narrow(`{"query":${JSON.stringify(operation)}${name},"variables":{`);
  const key = narrow(fetchKey(node));
  const isRepeated = node.operationKind === 'query' && repeated.has(key);

  const variablesOf = (run: Run, contexts: Contexts): string => {
    let variables = '';
    for (const variable of variableUsages) {
      const isOfContext = contextual.has(variable);
      const value = own(isOfContext ? contexts : run.request.variables, variable);
      if (value === undefined) continue;
      const json = isOfContext ? JSON.stringify(value) : jsonOf(run, variable, value);
      variables += `${variables === '' ? '' : ','}${JSON.stringify(variable)}:${json}`;
    }
    countSent(run, variables.length);
    return variables;
  };
  const list = narrow(`${JSON.stringify(representationsVariable(document))}:[`);
  const withList = (representations: string | undefined, variables: string): string => {
    if (representations === undefined) return variables;
    return `${list}${representations}]${variables === '' ? '' : ','}${variables}`;
  };

  const send = (run: Run, representations: string | undefined, variables: string): Promise<Answer> => {
    const all = withList(representations, variables);
    const body = `${head}${all}}}`;
    if (isRepeated) return askOnce(run, client, `${key} ${all}`, body, shared);
    return client.post(body, run.request);
  };
  const ask: Fetch['ask'] = (run, entities, contexts = noContexts) =>
    send(run, entities?.representations, variablesOf(run, contexts));
  if (!caching) return ask;

  const cached = caching.cache.compile(node, key, document, caching.supergraph);
  if (!cached)
    return (run, ...about) => {
      run.request.caching?.uncached();
      return ask(run, ...about);
    };
  return async (run, entities, contexts = noContexts) => {
    if (run.request.uncached) return ask(run, entities, contexts);
    const variables = variablesOf(run, contexts);
    const result = await cached({
      request: run.request,
      variables,
      entities: entities?.texts,
      async send(wanted, signal) {
        if (!signal) return (await send(run, wanted, variables)).result;
        const body = `${head}${withList(wanted, variables)}}}`;
        return (await client.post(body, { ...run.request, signal, joinsNone: true })).result;
      },
    });
    return { result };
  };
}
