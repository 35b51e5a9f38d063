import type { ExecutionResult, GraphQLError } from 'graphql';

/** Why two answers may differ, or undefined if they are the same. */
export type Verdict = { readonly allowed: string } | { readonly difference: string } | undefined;

const completionCodes: readonly unknown[] = ['INVALID_GRAPHQL', 'INTERNAL_SERVER_ERROR'];
const codeOf = (error: GraphQLError): unknown => error.extensions['code'];
const isCompletion = (error: GraphQLError): boolean =>
  completionCodes.includes(codeOf(error)) && !('serviceName' in error.extensions);

/**
 * Compares an answer with the reference's: data value by value, errors as sets of place and message. Every difference
 * that is let pass has its reason here.
 */
export function compare(ours: ExecutionResult, reference: ExecutionResult): Verdict {
  const data = firstDifference(ours.data, reference.data, 'data');
  if (data !== undefined) return { difference: data };
  const fetched = compareFetchErrors(
    (ours.errors ?? []).filter((error) => !isCompletion(error)),
    (reference.errors ?? []).filter((error) => !isCompletion(error)),
  );
  if (fetched) return fetched;
  return compareCompletion(ours, reference);
}

function compareFetchErrors(ours: readonly GraphQLError[], reference: readonly GraphQLError[]): Verdict {
  const mine = new Set(ours.map(described));
  const theirs = new Set(reference.map(described));
  if (sameSet(mine, theirs)) return undefined;
  const shape = (error: GraphQLError): string =>
    `${error.message} ${(error.path ?? []).map((one) => (typeof one === 'number' ? '@' : one)).join('.')}`;
  if (sameSet(new Set(ours.map(shape)), new Set(reference.map(shape))))
    return {
      allowed:
        'the reference takes the index of a representation for that of an object, and so errs in the place where some object had none',
    };
  if (sameSet(new Set(ours.map(message)), new Set(reference.map(message))))
    return { allowed: 'the reference leaves @ in paths, or has no path where a whole fetch failed' };
  return { difference: `errors\n${[...mine].join('\n')}\nreference's\n${[...theirs].join('\n')}` };
}

const message = (error: GraphQLError): string => `${error.message} ${String(codeOf(error))}`;
const described = (error: GraphQLError): string => `${message(error)} ${JSON.stringify(error.path)}`;

function compareCompletion(ours: ExecutionResult, reference: ExecutionResult): Verdict {
  const mine = (ours.errors ?? []).filter(isCompletion);
  const theirs = (reference.errors ?? []).filter(isCompletion);
  const places = (errors: readonly GraphQLError[]): Set<string> =>
    new Set(errors.map(({ path }) => JSON.stringify(path)));
  if (sameSet(places(mine), places(theirs))) return undefined;
  if ((reference.errors ?? []).length > theirs.length)
    return {
      allowed: 'the reference tells nothing of values that do not fit once a subgraph has sent an error',
    };
  const voided = (errors: readonly GraphQLError[]): Set<string> =>
    new Set(errors.map(({ path }) => JSON.stringify(nullOn(ours.data, path ?? []))));
  if (sameSet(voided(mine), voided(theirs)))
    return { allowed: 'of several values that void one object, either may be told of' };
  const others = mine.filter((error) => !error.message.includes('type of the object is not known'));
  if (others.length < mine.length && [...voided(others)].every((one) => voided(theirs).has(one)))
    return {
      allowed: 'the reference answers null without an error for an object whose type no subgraph tells',
    };
  return {
    difference: `completion\n${[...places(mine)].join('\n')}\nreference's\n${[...places(theirs)].join('\n')}`,
  };
}

/** The part of a path up to the null that an error has brought about. */
function nullOn(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

/** Where two values differ first; the order of an object's keys does not count. */
export function firstDifference(ours: unknown, reference: unknown, at: string): string | undefined {
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
        const found = firstDifference(value, b.get(key), `${at}.${key}`);
        if (found !== undefined) return found;
      }
      return undefined;
    }
  }
  return `${at}: ${JSON.stringify(ours)} where the reference has ${JSON.stringify(reference)}`;
}
