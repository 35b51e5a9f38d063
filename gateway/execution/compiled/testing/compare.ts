import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isAbstractType, isObjectType, type ExecutionResult, type GraphQLError } from 'graphql';
import type { PreparedOperation } from '../../../operation/operation.ts';
import { privateKey, publicKey } from '../../../operation/private-keys.ts';
import { MOST_ERRORS } from '../errors.ts';
import { subgraphUnavailable } from '../../subgraph-client.ts';
import { isObject, own, type JsonObject } from '../json.ts';
import { MISSHAPEN, numberOf } from './mock-subgraph.ts';
import type { ReferenceRun } from './reference.ts';
import { completeBySpecification } from './specification.ts';

/**
 * Where the reference breaks the specification (https://spec.graphql.org/October2021/) and may be departed from. That a
 * reason is given excuses nothing: wherever one is used, the answer has to be the one that graphql-js makes of what the
 * reference fetched.
 */
export const reasons = {
  givesUp:
    'the reference gives up the whole answer for one value of the wrong shape, which is to be null with an error (6.4.3 Value Completion, 6.4.4 Handling Field Errors)',
  breaksOff:
    'the reference breaks off a fetch, or all of them, for a value of the wrong shape on the way (6.4.3, 6.4.4)',
  takesListForObject: 'the reference takes a list for an object (6.4.3 Value Completion)',
  largeInt: 'the reference lets integers pass that have more than 32 bits (3.5.1 Int)',
  numberForId: 'the reference leaves an ID a number (3.5.5 ID)',
  unknownType:
    'the reference answers, or has null without an error, for an object whose type no subgraph tells, or that is not one of its field’s (6.4.3, Resolving Abstract Types)',
  forgetsType:
    'the reference forgets within a fragment on an interface, or once an interface object was asked, what type an object has (6.3.2 Field Collection, DoesFragmentTypeApply)',
  losesFalsy:
    'the reference loses false, 0 and "" where fields whose types differ were asked for under other keys (6.4.3 Value Completion)',
  silentOnceFailed:
    'the reference tells nothing of values that do not fit once a subgraph has sent an error (6.4.4 Handling Field Errors)',
  anyOfSeveral: 'of several values that void one object, either may be told of (6.4.4 Handling Field Errors)',
  otherIndex:
    'the reference takes the index of a representation for that of an object, and so errs in the place where some object had none (7.1.2 Errors, path)',
  noPlace: 'the reference makes a place of a path that leads nowhere (7.1.2 Errors, path)',
  ownErrors:
    'the reference tells of its own workings, without a place, where a subgraph has not answered as it should (7.1.2 Errors, path)',
} as const;
export type Reason = keyof typeof reasons;

/** `allowed` is empty if two answers are the same. */
export type Verdict = { readonly allowed: readonly Reason[] } | { readonly difference: string };

export interface Comparison {
  readonly operation: PreparedOperation;
  readonly variables: Record<string, unknown>;
  readonly ours: ExecutionResult;
  readonly reference: ReferenceRun;
  /** Runs the reference again with subgraphs that help it over what it gets wrong ({@link World.helpful}). */
  readonly helped: () => Promise<ReferenceRun>;
}

type Path = readonly (string | number)[];

/** What ours is measured by, once its data is accepted. */
interface Basis {
  readonly reference: ReferenceRun;
  readonly tree: JsonObject;
  readonly allowed: Reason[];
}

/** Compares an answer with the reference's: data value by value, errors as sets of code, message and place. */
export async function compare(comparison: Comparison): Promise<Verdict> {
  const { ours, reference } = comparison;
  const { result, tree, thrown, gaveUp } = reference;
  const first = result && firstDifference(ours.data, result.data, []);
  const told = first ? at(first) : String((thrown ?? gaveUp)?.stack);
  let verdict: Verdict = { difference: told };
  if (tree) {
    if (!first && !gaveUp) {
      if (!ours.errors && !result?.errors) return { allowed: [] };
      verdict = judge(comparison, { reference, tree, allowed: [] });
    } else {
      const reason = whyReferenceDiffers(comparison, tree, first?.path ?? []);
      if (reason) verdict = judge(comparison, { reference, tree, allowed: [reason] });
    }
    if ('allowed' in verdict) return verdict;
  }
  const reason = whyToHelp(comparison);
  if (!reason) return verdict;
  const helped = await comparison.helped();
  if (!helped.tree) return { difference: `${told}\nhelped: ${String(helped.thrown?.stack)}` };
  restore(comparison.operation, helped.tree);
  const again = judge(comparison, {
    reference: helped,
    tree: helped.tree,
    allowed: [reason],
  });
  return 'allowed' in again ? again : { difference: `${verdict.difference}\nhelped: ${again.difference}` };
}

/** Holds our answer to what graphql-js makes of a tree, and to the errors that the reference had from subgraphs. */
function judge(comparison: Comparison, basis: Basis): Verdict {
  const { operation, variables, ours, reference } = comparison;
  const specified = completeBySpecification(operation, basis.tree, variables);
  const different = firstDifference(ours.data, withPublicKeys(specified.data), []);
  if (different) return { difference: `by the specification, ${at(different)}` };
  const fetched = compareFetchErrors(comparison, basis);
  if ('difference' in fetched) return fetched;
  const completed = compareCompletion(ours, reference, specified, basis.tree);
  if ('difference' in completed) return completed;
  return { allowed: [...new Set([...basis.allowed, ...fetched.allowed, ...completed.allowed])] };
}

// ---- data

/** Which fault of the reference's may have spoilt what it fetched. */
function whyToHelp({ operation, reference: { result, tree, thrown } }: Comparison): Reason | undefined {
  if (thrown || (result?.errors ?? []).some(isInternal) || (tree && hasMixedShapes(tree))) return 'breaksOff';
  if (tree && hasInterfaceName(operation, tree)) return 'forgetsType';
  return renamesOf(operation.plan.node).size > 0 ? 'losesFalsy' : undefined;
}

/** The reference's own words where it stumbles over a value while it takes an answer. */
const isInternal = (error: GraphQLError): boolean =>
  !('serviceName' in error.extensions) &&
  /^(Cannot (create|define|convert|read|use)|Object\.defineProperty|.* is not (a function|iterable))/.test(
    error.message,
  );

const givenUp =
  /^(Invalid non-(list|object|string) value|Got unexpected value for __typename|Excepted output|\[.*\]\.length|Cannot read properties)/s;

/** Which of its faults makes the reference's data another than the specification's. */
function whyReferenceDiffers(
  { operation, variables, reference: { result, gaveUp } }: Comparison,
  tree: JsonObject,
  path: Path,
): Reason | undefined {
  if (gaveUp) return givenUp.test(gaveUp.message) ? 'givesUp' : undefined;
  const { supergraphSchema } = operation.supergraph;
  const specified = completeBySpecification(operation, tree, variables);
  const given = valueAt(result?.data, path);
  if (typeof given === 'number' && valueAt(withPublicKeys(specified.data), path) === String(given))
    return 'numberForId';
  // the nearest value on the way or below that is not as it should be
  for (const { path: found = [] } of specified.errors ?? []) {
    const place = found.map((key) => (typeof key === 'string' ? publicKey(key) : key));
    if (!isPrefix(path, place)) continue;
    const value = valueAt(tree, found);
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 2 ** 31 - 1)
      return 'largeInt';
    if (Array.isArray(value)) return 'takesListForObject';
    if (isObject(value)) return 'unknownType';
  }
  for (let length = path.length; length >= 0; length--) {
    const value = valueAt(tree, path.slice(0, length));
    if (!isObject(value) || length === 0) continue;
    const name = own(value, '__typename');
    const type = typeof name === 'string' ? supergraphSchema.getType(name) : undefined;
    if (!isObjectType(type)) return 'forgetsType';
  }
  return undefined;
}

/** Whether some object of the tree is told of by an interface's name. */
function hasInterfaceName(
  { supergraph: { supergraphSchema } }: PreparedOperation,
  tree: JsonObject,
): boolean {
  return some(tree, (object) => {
    const name = own(object, '__typename');
    return typeof name === 'string' && isAbstractType(supergraphSchema.getType(name));
  });
}

/** Whether an object was put into a list, which is what the reference does where two fetches disagree. */
const hasMixedShapes = (tree: JsonObject): boolean =>
  some(
    tree,
    (_object) => false,
    (list) => Object.keys(list).length > list.length,
  );

function some(
  value: unknown,
  object: (object: JsonObject) => boolean,
  list: (list: unknown[]) => boolean = () => false,
): boolean {
  if (Array.isArray(value)) return list(value) || value.some((one) => some(one, object, list));
  if (!isObject(value)) return false;
  return object(value) || Object.values(value).some((one) => some(one, object, list));
}

/** Keys that a plan renames in what came, with the right ones. */
function renamesOf(node: unknown): Map<string, string> {
  const renames = new Map<string, string>();
  const walk = (one: unknown): void => {
    if (Array.isArray(one)) return one.forEach(walk);
    if (!isObject(one)) return;
    if (one['kind'] === 'KeyRenamer')
      renames.set(String((one['path'] as string[]).at(-1)), String(one['renameKeyTo']));
    else Object.values(one).forEach(walk);
  };
  walk(node);
  return renames;
}

/**
 * Puts right what a helped reference fetched: values that it left under the plan's keys get theirs, and those that were
 * null for being misshapen are misshapen again.
 */
function restore({ plan }: PreparedOperation, tree: JsonObject): void {
  const renames = renamesOf(plan.node);
  some(tree, (object) => {
    for (const [from, to] of renames) {
      const value = own(object, from);
      if (value !== undefined && !value) object[to] = value;
    }
    for (const [key, paths] of Object.entries(object)) {
      if (!key.endsWith(MISSHAPEN)) continue;
      const field = key.slice(0, -MISSHAPEN.length);
      for (const path of paths as Path[]) misshape(object, [renames.get(field) ?? field, ...path]);
    }
    return false;
  });
}

/** Puts a value that is neither an object nor a list where there is null. */
function misshape(parent: unknown, [key = '', ...rest]: Path): void {
  if (typeof parent !== 'object' || parent === null) return;
  const object = parent as Record<string | number, unknown>;
  if (rest.length > 0) misshape(object[key], rest);
  else if (object[key] === null) object[key] = 'misshapen';
}

// ---- errors of fetches

const completionCodes: readonly unknown[] = ['INVALID_GRAPHQL', 'INTERNAL_SERVER_ERROR'];
const codeOf = (error: GraphQLError): unknown => error.extensions['code'];
const isCompletion = (error: GraphQLError): boolean =>
  completionCodes.includes(codeOf(error)) && !('serviceName' in error.extensions);

/** That a value is no list, or no object: our words for what is null where the reference is helped. */
const isOfShape = (error: GraphQLError): boolean =>
  isCompletion(error) && /^(A list|An object) was expected/.test(error.message);

function compareFetchErrors({ ours, operation }: Comparison, { reference, tree }: Basis): Verdict {
  const misshapen = (ours.errors ?? []).filter(isOfShape).map(({ path = [] }) => path);
  // what lies in a misshapen object was asked for, and has no place in either answer
  const isWithin = ({ path = [] }: GraphQLError): boolean =>
    misshapen.some((one) => one.length < path.length && isPrefix(one, path));
  const mine = groups((ours.errors ?? []).filter((error) => !isCompletion(error) && !isWithin(error)));
  const theirs = groups(
    (reference.result?.errors ?? []).filter((error) => !isCompletion(error) && !isWithin(error)),
  );
  const allowed: Reason[] = [];
  const workings = [...theirs].filter(([, errors]) => errors.some(isOfWorkings));
  if (workings.length > 0) allowed.push('ownErrors');
  for (const [key] of workings) theirs.delete(key);
  let refused = 0;
  for (const [key, errors] of mine) {
    const same = theirs.get(key) ?? [];
    theirs.delete(key);
    // what the reference tells in words of its own
    const told = new Set(places(same));
    const untold = errors.filter(({ path }) => !told.has(JSON.stringify(path)));
    if (
      workings.length > 0 &&
      untold.length > 0 &&
      untold.length + told.size >= places(errors).length &&
      untold.every((error) => isOfRefusedAnswer(error, tree, operation))
    ) {
      refused += 1;
      continue;
    }
    if (same.length === 0)
      return { difference: `${key}\nat ${places(errors).join(' ')}\nis not the reference's` };
    const reason = comparePlaces(errors, same, tree, operation);
    if (reason === undefined)
      return { difference: `${key}\nat ${places(errors).join(' ')}\nreference at ${places(same).join(' ')}` };
    if (reason !== 'same') allowed.push(reason);
  }
  if (refused === 0 && workings.some(([, errors]) => errors.some((error) => !isInternal(error))))
    return { difference: 'no word of an answer without the entities that were asked for' };
  const [missing] = theirs;
  if (missing) return { difference: `missing: ${missing[0]} at ${places(missing[1]).join(' ')}` };
  return { allowed };
}

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
  const mine = places(ours);
  const others = places(theirs);
  if (sameSet(new Set(mine), new Set(others))) return 'same';
  if (ours.length >= MOST_ERRORS || theirs.length >= MOST_ERRORS) return 'same';
  if (theirs.every(({ extensions }) => extensions['stray'] === true))
    return ours.every(({ path }) => path === undefined || others.includes(JSON.stringify(path)))
      ? 'noPlace'
      : undefined;
  const atLists = theirs.filter((error) => Array.isArray(valueAt(tree, entityPath(error))));
  if (atLists.length > 0 && ours.every((error) => isAtItsEntity(error, tree))) return 'takesListForObject';
  const shape = ({ path = [] }: GraphQLError): string =>
    path.map((one) => (typeof one === 'number' ? '@' : one)).join('.');
  const isWhole = mine.length === others.length || ours.length === theirs.length;
  const isRight =
    isWhole && ours.every((error) => isAtItsEntity(error, tree) || isAtAskedEntity(error, tree, operation));
  const shapes = new Set(ours.map(shape));
  const isAlike = theirs.every((error) => shapes.has(shape(error)) || error.path?.length === 0);
  return isRight && isAlike ? 'otherIndex' : undefined;
}

/** Where the entity is that an error of a generated subgraph is about. */
const entityPath = ({ path = [], extensions }: GraphQLError): Path =>
  path.slice(0, path.length - Number(extensions['below'] ?? 0));

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
  const inner = valueAt(tree, path);
  const [entity, key] = isObject(inner)
    ? [inner, '']
    : [valueAt(tree, path.slice(0, -1)), String(path.at(-1))];
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
      operation.includes(key) &&
      requires !== undefined &&
      isObject(entity) &&
      requires.some((one) => one.kind === 'InlineFragment' && meets(entity, one.typeCondition)) &&
      has(entity, requires);
    return found;
  });
  return found;
}

/** Whether an error is the one for an answer that cannot be used. */
const isOfRefusedAnswer = (error: GraphQLError, tree: JsonObject, operation: PreparedOperation): boolean =>
  codeOf(error) === 'SUBGRAPH_UNAVAILABLE' &&
  error.message === subgraphUnavailable(String(error.extensions['service'])).message &&
  isAtAskedEntity(error, tree, operation);

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

// ---- errors of values

function compareCompletion(
  ours: ExecutionResult,
  reference: ReferenceRun,
  specified: ExecutionResult,
  tree: JsonObject,
): Verdict {
  const fetched = (ours.errors ?? []).filter((error) => !isCompletion(error)).map(({ path = [] }) => path);
  const mine = (ours.errors ?? []).filter(isCompletion).map(({ path = [] }) => path);
  const wanted = (specified.errors ?? []).map(({ path = [] }) =>
    path.map((key) => (typeof key === 'string' ? publicKey(key) : key)),
  );
  const allowed: Reason[] = [];
  const voidedBy = (path: Path): string => JSON.stringify(nullOn(ours.data, path));
  const isAmong = (path: Path, paths: readonly Path[]): boolean => {
    if (paths.some((one) => JSON.stringify(one) === JSON.stringify(path))) return true;
    if (!paths.some((one) => voidedBy(one) === voidedBy(path))) return false;
    allowed.push('anyOfSeveral');
    return true;
  };
  const isExplained = (path: Path): boolean =>
    fetched.some((one) => one.length > 0 && (isPrefix(one, path) || isPrefix(path, one)));
  // what is not there since another field of its object failed, or all that its subgraph was asked, has that error
  const isGoneWithAnother = (path: Path): boolean =>
    valueAt(tree, path) === undefined &&
    fetched.some(
      (one) => one.length === 0 || (isPrefix(path.slice(0, -1), one) && voidedBy(one) === voidedBy(path)),
    );
  for (const path of wanted)
    if (!isAmong(path, mine) && !isExplained(path) && !isGoneWithAnother(path))
      return { difference: `no error at ${JSON.stringify(path)}, where a value does not fit` };
  for (const [index, path] of mine.entries()) {
    const { message = '' } = (ours.errors ?? []).filter(isCompletion)[index] ?? {};
    if (!isAmong(path, wanted))
      return { difference: `${message} at ${JSON.stringify(path)}, where nothing is wrong` };
  }

  // what is let pass, for the record
  const errors = reference.result?.errors ?? [];
  const theirs = errors.filter(isCompletion).map(({ path = [] }) => path);
  const untold = mine.filter((path) => !theirs.some((one) => voidedBy(one) === voidedBy(path)));
  if (untold.length > 0 && reference.result?.data !== undefined)
    allowed.push(errors.length > theirs.length ? 'silentOnceFailed' : 'unknownType');
  return { allowed };
}

/** The part of a path up to the null that an error has brought about. */
function nullOn(data: unknown, path: Path): Path {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

// ---- values and places

const isPrefix = (prefix: Path, path: Path): boolean => prefix.every((one, index) => one === path[index]);

/** A value by the client's keys, in data that has them or those of the plan. */
function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)] as unknown;
    else if (isObject(value)) value = own(value, privateKey(String(key))) ?? own(value, String(key));
    else return undefined;
  }
  return value;
}

function withPublicKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPublicKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [publicKey(key), withPublicKeys(one)]));
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

export interface Difference {
  readonly path: Path;
  readonly ours: unknown;
  readonly reference: unknown;
}

const at = ({ path, ours, reference }: Difference): string =>
  `data.${path.join('.')}: ${JSON.stringify(ours)} where the reference has ${JSON.stringify(reference)}`;

/** Where two values differ first; the order of an object's keys does not count. */
export function firstDifference(ours: unknown, reference: unknown, path: Path): Difference | undefined {
  if (Object.is(ours, reference)) return undefined;
  if (typeof ours === 'object' && typeof reference === 'object' && ours !== null && reference !== null) {
    const a = Object.entries(ours);
    const b = new Map(Object.entries(reference));
    if (
      Array.isArray(ours) === Array.isArray(reference) &&
      a.length === b.size &&
      a.every(([key]) => b.has(key))
    ) {
      for (const [key, value] of a) {
        const step = Array.isArray(ours) ? Number(key) : key;
        const found = firstDifference(value, b.get(key), [...path, step]);
        if (found) return found;
      }
      return undefined;
    }
  }
  return { path, ours, reference };
}
