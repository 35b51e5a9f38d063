import { parse, type GraphQLError, type GraphQLFormattedError } from 'graphql';
import { unansweredPaths } from '../data-source.ts';
import type { CachedCall, KnownFetch } from './cached-fetch.ts';
import { isBetterThanNone } from './freshness.ts';
import { isKept, type Part } from './parts.ts';

/**
 * The subgraph is away: what is too old is better than nothing, and what was found is not lost with the rest.
 * @returns an error for each place that is left without a value
 * @throws if there is nothing at all
 */
export function withoutAnswer(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  lost: Map<Part, GraphQLError>,
): GraphQLFormattedError[] {
  if (lost.size === 0) return [];
  const ledger = call.request.caching;
  for (const part of lost.keys())
    if (isKept(part) && isBetterThanNone(part.found.age, part.policy)) {
      part.data = part.found.data;
      fetch.told('stale_if_error', part);
      ledger?.part(part.found.age, part.policy);
      lost.delete(part);
    }
  const [first] = lost.values();
  if (first === undefined) return [];
  if (lost.size === parts.length) throw first;
  ledger?.uncached();
  const document = parse(fetch.operation);
  return [...new Set(lost.values())].flatMap((error) => {
    const own = [...lost].flatMap(([part, reason]) => (reason === error ? [part] : []));
    const entities = own.map(({ text = '' }) => JSON.parse(text) as { __typename?: string });
    return unansweredPaths(document, entities, call.request.variables).map(([, index, ...rest]) => ({
      message: error.message,
      extensions: error.extensions,
      path: ['_entities', own[Number(index)]?.index ?? 0, ...rest],
    }));
  });
}
