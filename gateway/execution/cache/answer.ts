import type { FormattedExecutionResult } from 'graphql';
import type { CachedCall, KnownFetch } from './cached-fetch.ts';
import { freshnessOf } from './freshness.ts';
import { fetchMissing } from './missing-parts.ts';
import { isKept, isKeepable, partsOf, resultOf, textOf, type Kept, type Part } from './parts.ts';
import { revalidate } from './revalidation.ts';

/**
 * Answers a call: what is kept and not too old is given out, the rest is fetched. Where the cache fails, all is.
 * @throws `SUBGRAPH_UNAVAILABLE` if there is nothing at all to answer with
 */
export async function answer(fetch: KnownFetch, call: CachedCall): Promise<FormattedExecutionResult> {
  const { told } = fetch;
  const ledger = call.request.caching;
  const parts = partsOf(fetch, call);
  try {
    await lookUp(fetch, parts);
  } catch (error) {
    fetch.shared.failed(error);
    ledger?.uncached();
    return call.send(textOf(parts));
  }
  const missing: Part[] = [];
  const stale: Kept[] = [];
  let age = 0;
  for (const part of parts) {
    const freshness = isKept(part) ? freshnessOf(part.found.age, part.policy) : 'old';
    if (!isKept(part) || freshness === 'old') {
      missing.push(part);
      continue;
    }
    const { policy, found } = part;
    if (freshness === 'stale') stale.push(part);
    told(freshness === 'stale' ? 'stale' : 'hit', part);
    part.data = found.data;
    age = Math.max(age, found.age);
    ledger?.part(found.age, policy);
  }
  ledger?.fetch({
    subgraph: fetch.subgraph,
    hits: parts.length - missing.length - stale.length,
    stale: stale.length,
    misses: missing.length,
    age,
  });
  if (stale.length > 0) revalidate(fetch, call, stale);
  if (missing.length === 0) return resultOf(call, parts);
  return fetchMissing(fetch, call, parts, missing);
}

async function lookUp({ shared: { store } }: KnownFetch, parts: readonly Part[]): Promise<void> {
  const wanted = parts.filter(isKeepable);
  if (wanted.length === 0) return;
  const lookedUp = await store.lookUp(wanted);
  lookedUp.forEach(({ found, versions }, at) => {
    const part = wanted[at] as Part;
    part.found = found;
    part.versions = versions;
  });
}
