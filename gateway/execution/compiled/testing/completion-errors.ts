import type { ExecutionResult, GraphQLError } from 'graphql';
import { publicPath } from '../errors.ts';
import type { ValueFault } from './specification.ts';
import { isPrefix, type Path } from './values.ts';
import type { Comparison, Reason, Verdict } from './verdict.ts';

const completionCodes: readonly unknown[] = ['INVALID_GRAPHQL', 'INTERNAL_SERVER_ERROR'];

/** Whether an error is of an executor's own, about a value that does not fit. */
export const isCompletion = ({ extensions }: GraphQLError): boolean =>
  completionCodes.includes(extensions['code']) && !('serviceName' in extensions);

const keyOf = (path: Path): string => JSON.stringify(path);

/**
 * Holds our errors of values to the values that do not fit
 * (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors): each is of such a value and told once, and for each
 * null that they bring about one is told that brings it about, by us or by the subgraph whose error it comes from.
 * @param specified what graphql-js makes of the same values
 */
export function compareCompletion(
  { ours, reference }: Comparison,
  { faults, isEmpty }: { readonly faults: readonly ValueFault[]; readonly isEmpty: boolean },
  specified: ExecutionResult,
): Verdict {
  const errors = ours.errors ?? [];
  const fetched = errors.filter((error) => !isCompletion(error)).map(({ path = [] }) => path);
  const byPlace = new Map(faults.map((fault) => [keyOf(fault.path), fault]));
  const told = new Set<string>();
  for (const { path = [], message } of errors.filter(isCompletion)) {
    const place = keyOf(path);
    const fault = byPlace.get(place);
    if (!fault) return { difference: `${message} at ${place}, where nothing is wrong` };
    if (told.has(place) || isExplainedInside(fault, fetched))
      return { difference: `${message} at ${place}, where an error is told already` };
    told.add(place);
  }
  const isTold = (fault: ValueFault): boolean =>
    told.has(keyOf(fault.path)) ||
    isExplainedInside(fault, fetched) ||
    isExplainedAround(fault, fetched, isEmpty);
  const nulls = new Map<string, ValueFault[]>();
  for (const fault of faults)
    nulls.set(keyOf(fault.voids), [...(nulls.get(keyOf(fault.voids)) ?? []), fault]);
  const isIn = ({ voids: place }: ValueFault): boolean =>
    place.some((_key, index) => nulls.has(keyOf(place.slice(0, index))));
  for (const causes of nulls.values()) {
    const [first] = causes;
    if (first && !isIn(first) && !causes.some(isTold))
      return { difference: `no error at ${keyOf(first.path)}, where a value does not fit` };
  }

  const allowed: Reason[] = [];
  const byGraphql = new Set((specified.errors ?? []).map(({ path = [] }) => keyOf(publicPath(path))));
  if (byGraphql.size !== told.size || [...told].some((place) => !byGraphql.has(place)))
    allowed.push('anyOfSeveral');
  const voidsOf = (path: Path): string => keyOf(byPlace.get(keyOf(path))?.voids ?? path);
  const others = reference.result?.errors ?? [];
  const theirs = others.filter(isCompletion);
  const known = new Set(theirs.map(({ path = [] }) => voidsOf(path)));
  if (
    reference.result?.data !== undefined &&
    errors.some((one) => isCompletion(one) && !known.has(voidsOf(one.path ?? [])))
  )
    allowed.push(others.length > theirs.length ? 'silentOnceFailed' : 'unknownType');
  return { allowed };
}

const isNull = ({ value }: ValueFault): boolean => value === null || value === undefined;

/** Whether a subgraph told why there is null: at the place, or further in, since it has voided what is around that. */
const isExplainedInside = (fault: ValueFault, fetched: readonly Path[]): boolean =>
  isNull(fault) && fetched.some((path) => path.length > 0 && isPrefix(fault.path, path));

/**
 * Whether a subgraph told why there is nothing: of the object that the value would be in, or, without a place, of all
 * that was asked, where nothing came at all.
 */
const isExplainedAround = (
  { value, path }: ValueFault,
  fetched: readonly Path[],
  isEmpty: boolean,
): boolean =>
  value === undefined &&
  fetched.some((outer) => (outer.length > 0 ? isPrefix(outer, path) : isEmpty && path.length === 1));
