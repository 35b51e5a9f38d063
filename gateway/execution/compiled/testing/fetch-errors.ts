import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { GraphQLError, isAbstractType, isObjectType, parse } from 'graphql';
import type { PreparedOperation } from '../../../operation/operation.ts';
import { unansweredPaths } from '../../data-source.ts';
import { subgraphUnavailable } from '../../subgraph/answer.ts';
import { MOST_ERRORS } from '../errors.ts';
import { isObject, own, type JsonObject } from '../json.ts';
import { isCompletion } from './completion-errors.ts';
import { numberOf } from './mock-world.ts';
import { isPrefix, some, valueAt, type Path } from './values.ts';
import type { Basis, Comparison, Reason, Verdict } from './verdict.ts';

const codeOf = (error: GraphQLError): unknown => error.extensions['code'];

/** That a value is no list, or no object: our words for what is null where the reference is helped. */
const isOfShape = (error: GraphQLError): boolean =>
  isCompletion(error) && /^(A list|An object) was expected/.test(error.message);

/** Compares the errors of subgraphs: the same ones, each at the same places. */
export function compareFetchErrors(
  { ours, operation, variables }: Comparison,
  { reference, tree }: Basis,
): Verdict {
  const misshapen = (ours.errors ?? []).filter(isOfShape).map(({ path = [] }) => path);
  // what lies in a misshapen object was asked for, and has no place in either answer
  const isPlaced = ({ path = [], extensions }: GraphQLError): boolean =>
    !misshapen.some((one) => one.length < path.length && isPrefix(one, path)) &&
    !(misshapen.length > 0 && 'call' in extensions && !reference.calls.has(String(extensions['call'])));
  const mine = groups((ours.errors ?? []).filter((error) => !isCompletion(error)));
  const theirs = groups((reference.result?.errors ?? []).filter((error) => !isCompletion(error)));
  const allowed: Reason[] = [];
  const workings = [...theirs].filter(([, errors]) => errors.some(isOfWorkings));
  if (workings.length > 0) allowed.push('ownErrors');
  for (const [key] of workings) theirs.delete(key);
  /** How many fetches may have failed in words of the reference's own. */
  const failures = workings.reduce((sum, [, errors]) => sum + errors.length, 0);
  let refused = 0;
  for (const [key, errors] of mine) {
    const same = theirs.get(key) ?? [];
    theirs.delete(key);
    // what the reference tells in words of its own
    const told = new Set(places(same));
    const untold = errors.filter(({ path }) => !told.has(JSON.stringify(path)));
    if (
      untold.length > 0 &&
      untold.length <= failures * places(untold).length &&
      untold.length + told.size >= places(errors).length &&
      untold.every((error) => isOfRefusedAnswer(error, tree, operation))
    ) {
      refused += 1;
      continue;
    }
    const reason =
      comparePlaces(errors, same, tree, operation) ??
      comparePlaces(errors.filter(isPlaced), same.filter(isPlaced), tree, operation);
    if (reason === undefined)
      return { difference: `${key}\nat ${places(errors).join(' ')}\nreference at ${places(same).join(' ')}` };
    if (reason !== 'same') allowed.push(reason);
  }
  if (
    refused === 0 &&
    workings.some(([, errors]) => errors.some((error) => !isInternal(error))) &&
    !mayAskNothing(operation, variables)
  )
    return { difference: 'no word of an answer without the entities that were asked for' };
  const missing = [...theirs].find(([, errors]) => errors.some(isPlaced));
  if (missing) return { difference: `missing: ${missing[0]} at ${places(missing[1]).join(' ')}` };
  return { allowed };
}

/** The reference's own words where it stumbles over a value while it takes an answer. */
export const isInternal = (error: GraphQLError): boolean =>
  !('serviceName' in error.extensions) &&
  /^(Cannot (create|define|convert|read|use)|Object\.defineProperty|.* is not (a function|iterable))/.test(
    error.message,
  );

const isOfWorkings = (error: GraphQLError): boolean =>
  isInternal(error) ||
  (!('serviceName' in error.extensions) && error.message.startsWith('Expected "data._entities"'));

/** Why the places of one error may differ: it may be told of at several. */
function comparePlaces(
  ours: readonly GraphQLError[],
  theirs: readonly GraphQLError[],
  tree: JsonObject,
  operation: PreparedOperation,
): Reason | 'same' | undefined {
  if (ours.some((error) => isCutToItsEntity(error, tree)))
    return comparePlaces(ours.map(asOfEntity), theirs.map(asOfEntity), tree, operation);
  const mine = places(ours);
  const others = places(theirs);
  if (sameSet(new Set(mine), new Set(others))) return ours.length <= theirs.length ? 'same' : undefined;
  if (theirs.length === 0) return undefined;
  if (theirs.every(({ extensions }) => extensions['stray'] === true))
    return ours.length <= theirs.length &&
      ours.every(({ path }) => path === undefined || others.includes(JSON.stringify(path)))
      ? 'noPlace'
      : undefined;
  // what lies below an entity is the subgraph's own to tell
  const tails = new Set(theirs.map((error) => JSON.stringify(belowEntity(error))));
  const hasTail = (error: GraphQLError): boolean => tails.has(JSON.stringify(belowEntity(error)));
  if (!theirs.some(({ path = [] }) => path.length === 0) && !ours.every(hasTail)) return undefined;
  const atLists = theirs.filter((error) => Array.isArray(valueAt(tree, entityPath(error))));
  if (atLists.length > 0 && ours.every((error) => isAtItsEntity(error, tree))) return 'takesListForObject';
  const shape = ({ path = [] }: GraphQLError): string =>
    path.map((one) => (typeof one === 'number' ? '@' : one)).join('.');
  // where both tell of a place without an index, the reference cannot have taken a wrong one
  const isShared = ({ path = [] }: GraphQLError): boolean =>
    path.length > 0 && !path.some((key) => typeof key === 'number') && others.includes(JSON.stringify(path));
  const isRight = ours.every(
    (error) => isShared(error) || isAtItsEntity(error, tree) || isAtAskedEntity(error, tree, operation),
  );
  // of more than that, both tell the first only, and not in one order
  if (isRight && (ours.length >= MOST_ERRORS || theirs.length >= MOST_ERRORS)) return 'same';
  const isWhole = mine.length === others.length || ours.length === theirs.length;
  const shapes = new Set(ours.map(shape));
  const isAlike = theirs.every((error) => shapes.has(shape(error)) || error.path?.length === 0);
  return isRight && isWhole && isAlike ? 'otherIndex' : undefined;
}

const lengthOfEntityPath = ({ path = [], extensions }: GraphQLError): number =>
  path.length - Number(extensions['below'] ?? 0);

/** Where the entity is that an error of a generated subgraph is about. */
const entityPath = (error: GraphQLError): Path => (error.path ?? []).slice(0, lengthOfEntityPath(error));

/** Where in that entity it is. */
const belowEntity = (error: GraphQLError): Path => (error.path ?? []).slice(lengthOfEntityPath(error));

/** Whether an error of a field that clients do not see is told of the entity, in both answers. */
const isCutToItsEntity = (error: GraphQLError, tree: JsonObject): boolean => {
  const entity = valueAt(tree, error.path ?? []);
  return (
    Number(error.extensions['below'] ?? 0) > 0 &&
    isObject(entity) &&
    numberOf(entity) === error.extensions['number']
  );
};

const asOfEntity = ({ message, path, extensions }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { path, extensions: { ...extensions, below: 0 } });

/** Whether an error of a generated subgraph is at the entity that it tells of. */
function isAtItsEntity(error: GraphQLError, tree: JsonObject): boolean {
  const number = error.extensions['number'];
  const entity = valueAt(tree, entityPath(error));
  return number !== undefined && isObject(entity) && numberOf(entity) === number;
}

/** Whether an error of a subgraph that did not answer is at an entity that it was asked about. */
function isAtAskedEntity(
  { path = [], extensions }: GraphQLError,
  tree: JsonObject,
  { plan, supergraph: { supergraphSchema: schema } }: PreparedOperation,
): boolean {
  // a fetch that only asks for the names of types leaves the objects themselves without an answer
  const candidates = [
    { entity: valueAt(tree, path.slice(0, -1)), key: String(path.at(-1)) },
    { entity: valueAt(tree, path), key: '' },
  ];
  const has = (object: unknown, selections: readonly QueryPlanSelectionNode[]): boolean =>
    isObject(object) &&
    selections.every((one) => {
      if (one.kind === 'InlineFragment')
        return !meets(object, one.typeCondition) || has(object, one.selections);
      return own(object, one.alias ?? one.name) !== undefined;
    });
  const meets = (object: JsonObject, condition = ''): boolean => {
    const type = schema.getType(String(own(object, '__typename')));
    const wanted = schema.getType(condition);
    return (
      type === wanted || (isAbstractType(wanted) && isObjectType(type) && schema.isSubType(wanted, type))
    );
  };
  let found = false;
  some(plan.node, (node) => {
    const { kind, serviceName, operation, requires } = node as unknown as FetchNode;
    found ||=
      kind === 'Fetch' &&
      serviceName === extensions['service'] &&
      requires !== undefined &&
      candidates.some(
        ({ entity, key }) =>
          isObject(entity) &&
          operation.includes(key) &&
          // what one of them lacks, by a condition that does not hold, another may have
          requires.some(
            (one) =>
              one.kind === 'InlineFragment' &&
              meets(entity, one.typeCondition) &&
              has(entity, one.selections),
          ),
      );
    return found;
  });
  return found;
}

/** Whether an error is the one for an answer that cannot be used. */
const isOfRefusedAnswer = (error: GraphQLError, tree: JsonObject, operation: PreparedOperation): boolean =>
  codeOf(error) === 'SUBGRAPH_UNAVAILABLE' &&
  error.message === subgraphUnavailable(String(error.extensions['service'])).message &&
  isAtAskedEntity(error, tree, operation);

/** Whether there is a fetch that asks nothing of some entities, by its conditions: nobody misses its answer. */
const mayAskNothing = ({ plan }: PreparedOperation, variables: Record<string, unknown>): boolean =>
  some(plan.node, (node) => {
    const { kind, operation, requires = [] } = node as unknown as FetchNode;
    return (
      kind === 'Fetch' &&
      requires.some(
        (one) =>
          one.kind === 'InlineFragment' &&
          unansweredPaths(parse(operation), [{ __typename: one.typeCondition ?? '' }], variables).length ===
            0,
      )
    );
  });

const groups = (errors: readonly GraphQLError[]): Map<string, GraphQLError[]> => {
  const found = new Map<string, GraphQLError[]>();
  for (const error of errors) {
    const key = `${error.message} ${String(codeOf(error))}`;
    found.set(key, [...(found.get(key) ?? []), error]);
  }
  return found;
};

const places = (errors: readonly GraphQLError[]): string[] => [
  ...new Set(errors.map(({ path }) => JSON.stringify(path))),
];

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));
