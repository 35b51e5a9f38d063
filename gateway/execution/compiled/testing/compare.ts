import { isAbstractType, isObjectType } from 'graphql';
import type { PreparedOperation } from '../../../operation/operation.ts';
import { publicPath } from '../errors.ts';
import { isObject, own, type JsonObject } from '../json.ts';
import { compareCompletion } from './completion-errors.ts';
import { compareFetchErrors, isInternal } from './fetch-errors.ts';
import { renamesOf, restore } from './helped.ts';
import { completeBySpecification, findValueFaults } from './specification.ts';
import { described, firstDifference, isPrefix, some, valueAt, withPublicKeys, type Path } from './values.ts';
import type { Basis, Comparison, Reason, Verdict } from './verdict.ts';

/** Compares an answer with the reference's: data value by value, errors as sets of code, message and place. */
export async function compare(comparison: Comparison): Promise<Verdict> {
  const { ours, reference } = comparison;
  const { result, tree, thrown, gaveUp } = reference;
  const first = result && firstDifference(ours.data, result.data, []);
  const told = first ? described(first) : String((thrown ?? gaveUp)?.stack);
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
  const { operation, variables, ours } = comparison;
  const specified = completeBySpecification(operation, basis.tree, variables);
  const different = firstDifference(ours.data, withPublicKeys(specified.data), []);
  if (different) return { difference: `by the specification, ${described(different)}` };
  const fetched = compareFetchErrors(comparison, basis);
  if ('difference' in fetched) return fetched;
  const completed = compareCompletion(
    comparison,
    findValueFaults(operation, basis.tree, variables),
    specified,
  );
  if ('difference' in completed) return completed;
  return { allowed: [...new Set([...basis.allowed, ...fetched.allowed, ...completed.allowed])] };
}

// ---- data

/** Which fault of the reference's may have spoilt what it fetched. */
function whyToHelp({ operation, reference: { result, tree, thrown } }: Comparison): Reason | undefined {
  if (thrown || (result?.errors ?? []).some(isInternal) || (tree && hasMixedShapes(tree))) return 'breaksOff';
  if (tree && hasInterfaceName(operation, tree)) return 'forgetsType';
  if (renamesOf(operation.plan.node).size > 0) return 'losesFalsy';
  return tree && hasObjectsInLists(tree) ? 'replacesInLists' : undefined;
}

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
    if (!isPrefix(path, publicPath(found))) continue;
    const value = valueAt(tree, found);
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 2 ** 31 - 1)
      return 'largeInt';
    if (Array.isArray(value)) return 'takesListForObject';
    if (isObject(value)) return 'unknownType';
  }
  const isUntyped = (object: JsonObject): boolean => {
    const name = own(object, '__typename');
    return !isObjectType(typeof name === 'string' ? supergraphSchema.getType(name) : undefined);
  };
  // an object on the way, or one below that the reference has voided what is around it for
  for (let length = path.length; length > 0; length--) {
    const value = valueAt(tree, path.slice(0, length));
    if (isObject(value) && isUntyped(value)) return 'forgetsType';
  }
  const below = valueAt(tree, path);
  const inside = path.length > 0 ? below : Object.values(tree);
  return given === null && some(inside, isUntyped) ? 'forgetsType' : undefined;
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

/** Whether there is a list of lists of objects. */
const hasObjectsInLists = (tree: JsonObject): boolean =>
  some(
    tree,
    (_object) => false,
    (list) => list.some((one) => Array.isArray(one) && one.some(isObject)),
  );

/** Whether an object was put into a list, which is what the reference does where two fetches disagree. */
const hasMixedShapes = (tree: JsonObject): boolean =>
  some(
    tree,
    (_object) => false,
    (list) => Object.keys(list).length > list.length,
  );
