import type { FetchNode } from '@apollo/query-planner';
import {
  GraphQLError,
  Kind,
  parse,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Logger } from '../../../platform/logger.ts';
import { unansweredPaths } from '../data-source.ts';
import { subgraphUnavailable, type SubgraphClient } from '../subgraph-client.ts';
import { MOST_ERRORS, relocateErrors } from './errors.ts';
import { isObject, own, type JsonObject } from './json.ts';
import { compileMerge, mergeObjects, type Merge } from './merge.ts';
import { objectsAt, placesAt, type PathStep, type ResponsePath } from './paths.ts';
import { compileRepresentation } from './representations.ts';
import { applyRewrites } from './rewrites.ts';
import { askOnce, type Run, type Step } from './run.ts';

/** What the steps of a plan are made with. */
export interface PlanContext {
  /** With all types, those hidden from clients too. */
  readonly schema: GraphQLSchema;
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
  readonly logger: Logger;
  /** Fetches of the plan that may turn out to be equal calls, by {@link fetchKey}. */
  readonly repeated: ReadonlySet<string>;
}

/** Where the objects of a fetch are: paths in the subgraph's own answer, translated to the client's. */
type Locate = (path: ResponsePath) => readonly ResponsePath[];

/** One call to a subgraph, and what becomes of its answer. */
interface Fetch {
  readonly node: FetchNode;
  readonly client: SubgraphClient;
  readonly document: DocumentNode;
  readonly path: readonly PathStep[];
  readonly context: PlanContext;
  /** Whether the objects that came are what the plan expects only after its rewrites. */
  readonly receive: Merge;
  /** Sends the call. @param representations JSON of the entities' list, without its brackets */
  ask(run: Run, representations?: string): Promise<FormattedExecutionResult>;
}

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
  const fetch: Fetch = {
    node,
    client,
    document,
    path,
    context,
    receive: compileReceive(node, document, context.schema),
    ask: compileAsk(node, client, context),
  };
  return node.requires ? entityFetch(fetch, node.requires) : rootFetch(fetch);
}

/** Takes the answer to a fetch that somebody else made: an event of a subscription. */
export function compileTake(
  node: FetchNode,
  context: PlanContext,
): (run: Run, result: FormattedExecutionResult) => void {
  const document = parse(node.operation, { noLocation: true });
  const receive = compileReceive(node, document, context.schema);
  const rename = renamesOf(node);
  return (run, { data, errors }) => {
    if (errors) run.errors.push(...relocateErrors(errors, node.serviceName, (path) => [rename(path)]));
    if (isObject(data)) receive(run.data, data);
  };
}

/** A fetch of root fields: of the whole operation's, or of a `Query` that a mutation's answer holds. */
function rootFetch({ node, client, document, path, receive, ask }: Fetch): Step {
  const rename = renamesOf(node);
  return async (run) => {
    const targets = path.length === 0 ? [run.data] : objectsAt(run.data, path);
    if (targets.length === 0) return;
    const locate: Locate = (at) => {
      const places = path.length === 0 ? [[]] : [...placesAt(run.data, path).values()].flat();
      return places.map((place) => [...place, ...rename(at)]);
    };
    try {
      const { data, errors } = await ask(run);
      if (errors) run.errors.push(...relocateErrors(errors, client.name, locate));
      if (isObject(data)) for (const target of targets) receive(target, data);
    } catch (error) {
      report(run, error, unansweredPaths(document, undefined), locate);
    }
  };
}

/** A fetch of what another subgraph knows of objects that are already there. */
function entityFetch(fetch: Fetch, requires: NonNullable<FetchNode['requires']>): Step {
  const { node, client, document, path, context, receive, ask } = fetch;
  const represent = compileRepresentation({
    schema: context.schema,
    requires,
    rewrites: node.inputRewrites ?? [],
  });
  const rename = renamesOf(node);

  return async (run) => {
    const objects = path.length === 0 ? [run.data] : objectsAt(run.data, path);
    const indexes = new Map<string, number>();
    const targets: JsonObject[] = [];
    const indexOfTarget: number[] = [];
    let representations = '';
    for (const object of objects) {
      const representation = represent(object);
      if (representation === undefined) continue;
      let index = indexes.get(representation);
      if (index === undefined) {
        index = indexes.size;
        indexes.set(representation, index);
        representations += index === 0 ? representation : `,${representation}`;
      }
      targets.push(object);
      indexOfTarget.push(index);
    }
    if (targets.length === 0) return;

    const locate = locateEntities(run, path, targets, indexOfTarget, rename);
    const refuse = (error: unknown): void => {
      const entities = JSON.parse(`[${representations}]`) as { __typename?: string }[];
      report(run, error, unansweredPaths(document, entities), locate);
    };
    try {
      const { data, errors } = await ask(run, representations);
      if (errors) run.errors.push(...relocateErrors(errors, client.name, locate));
      if (!isObject(data)) return;
      const entities = own(data, '_entities');
      if (!Array.isArray(entities) || entities.length !== indexes.size) {
        if (errors) return;
        context.logger.error(
          { subgraph: client.name },
          'a subgraph answered with a wrong number of entities',
        );
        return refuse(subgraphUnavailable(client.name));
      }
      for (let at = 0; at < targets.length; at++) {
        const entity: unknown = entities[indexOfTarget[at] ?? -1];
        const target = targets[at];
        if (target !== undefined && isObject(entity)) receive(target, entity);
      }
    } catch (error) {
      refuse(error);
    }
  };
}

/**
 * Translates `_entities`, an index and the rest to every place of that entity. The places are looked up when the first
 * error comes: most answers have none.
 */
function locateEntities(
  run: Run,
  path: readonly PathStep[],
  targets: readonly JsonObject[],
  indexOfTarget: readonly number[],
  rename: (path: ResponsePath) => ResponsePath,
): Locate {
  let places: ResponsePath[][] | undefined;
  return ([field, index, ...rest]) => {
    if (field !== '_entities' || typeof index !== 'number') return [];
    if (!places) {
      const all = placesAt(run.data, path);
      places = [];
      for (const [at, target] of targets.entries()) {
        (places[indexOfTarget[at] ?? 0] ??= []).push(...(all.get(target) ?? []));
        all.delete(target); // one object may be several targets, and has all its places at the first
      }
    }
    return (places[index] ?? []).map((place) => [...place, ...rename(rest)]);
  };
}

/** An error for each field that a failed fetch leaves without a value. */
function report(run: Run, error: unknown, paths: readonly ResponsePath[], locate: Locate): void {
  const { message, extensions } = error as GraphQLError;
  const places = paths.flatMap(locate).slice(0, MOST_ERRORS);
  if (places.length === 0) run.errors.push(new GraphQLError(message, { extensions }));
  for (const path of places) run.errors.push(new GraphQLError(message, { path, extensions }));
}

/** Puts what came where it belongs; with output rewrites its keys are known only after them. */
function compileReceive(node: FetchNode, document: DocumentNode, schema: GraphQLSchema): Merge {
  const rewrites = node.outputRewrites ?? [];
  const merge =
    rewrites.length > 0 ? mergeObjects : compileMerge(schema, document, selectionOf(node, document));
  if (rewrites.length === 0) return merge;
  return (target, source) => {
    applyRewrites(schema, rewrites, source);
    merge(target, source);
  };
}

/** What a fetch asks of each of its objects. */
function selectionOf({ requires }: FetchNode, { definitions }: DocumentNode): SelectionSetNode {
  const operation = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [entities] = operation?.selectionSet.selections ?? [];
  const selectionSet = requires
    ? entities?.kind === Kind.FIELD && entities.selectionSet
    : operation?.selectionSet;
  if (!selectionSet) throw new Error('The plan has a fetch that selects nothing.');
  return selectionSet;
}

/** Gives paths the keys that the plan's aliases stand for. */
function renamesOf({ outputRewrites = [] }: FetchNode): (path: ResponsePath) => ResponsePath {
  const names = new Map<string | number | undefined, string>(
    outputRewrites.flatMap((one) => (one.kind === 'KeyRenamer' ? [[one.path.at(-1), one.renameKeyTo]] : [])),
  );
  if (names.size === 0) return (path) => path;
  return (path) => path.map((element) => names.get(element) ?? element);
}

/** The call: all of its text is ready but for the values of variables and the representations. */
function compileAsk(node: FetchNode, client: SubgraphClient, { repeated }: PlanContext): Fetch['ask'] {
  const { operation, operationName, variableUsages = [] } = node;
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = `{"query":${JSON.stringify(operation)}${name},"variables":{`;
  const key = fetchKey(node);
  const isRepeated = node.operationKind === 'query' && repeated.has(key);

  return async (run, representations) => {
    let variables = representations === undefined ? '' : `"representations":[${representations}]`;
    for (const variable of variableUsages) {
      const value = own(run.request.variables, variable);
      if (value !== undefined)
        variables += `${variables === '' ? '' : ','}${JSON.stringify(variable)}:${JSON.stringify(value)}`;
    }
    const body = `${head}${variables}}}`;
    if (isRepeated) return askOnce(run, client, `${key} ${variables}`, body);
    return (await client.post(body, run.request)).result;
  };
}
