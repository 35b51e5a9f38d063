import type { LeaveSignal } from '../leave-signal.ts';
import { subgraphUnavailable } from '../subgraph/answer.ts';
import type { CachedCall, KnownFetch } from './cached-fetch.ts';
import { brought, type Brought } from './flights.ts';
import { lifetimeOf } from './freshness.ts';
import { isKeepable, textOf, valuesOf, type Part } from './parts.ts';

/** Sends a call for what is missing, so that others who lack some of it may wait for it. */
export function sendFor(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  signal: LeaveSignal,
): Promise<Brought> {
  if (!parts.some(isKeepable)) return ask(fetch, call, parts);
  const sent = fetch.shared.flights.begin(
    parts.map((part) => (isKeepable(part) ? part : undefined)),
    (waiting) => ask(fetch, call, parts, waiting),
  );
  sent.wait(signal);
  return sent.answer;
}

/** @throws `SUBGRAPH_UNAVAILABLE` if there is no answer, or none for these parts */
async function ask(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  signal?: LeaveSignal,
): Promise<Brought> {
  const result = await call.send(textOf(parts), signal);
  const isOfEntities = call.entities !== undefined;
  const values = valuesOf(result, parts, isOfEntities);
  const isWhole = values !== undefined && !(result.errors && result.errors.length > 0);
  const came = brought(
    result,
    values,
    isOfEntities,
    isWhole ? goodOf(fetch, call, parts, values) : undefined,
  );
  keep(fetch, parts, came);
  // what is no list of these entities, and tells of no error either
  if (values === undefined && isOfEntities && result.errors === undefined) {
    fetch.shared.logger.error(
      { subgraph: fetch.subgraph },
      'a subgraph answered with a wrong number of entities',
    );
    throw subgraphUnavailable(fetch.subgraph);
  }
  return came;
}

/** Indexes of the parts that are to be kept, and came as they were asked for. */
function goodOf(
  { shape }: KnownFetch,
  { request }: CachedCall,
  parts: readonly Part[],
  values: readonly unknown[],
): ReadonlySet<number> {
  const good = new Set<number>();
  if (!parts.some(isKeepable)) return good;
  const fits = shape(request.variables);
  for (const [at, part] of parts.entries())
    if (isKeepable(part) && fits(values[at], part.typename)) good.add(at);
  return good;
}

/** Nobody waits for it; who asks next on the same connection comes after it. */
function keep(
  { shared: { store, saving, failed } }: KnownFetch,
  parts: readonly Part[],
  { values, good }: Brought,
): void {
  for (const [at, part] of parts.entries()) {
    const { policy, key, versions } = part;
    if (!policy || !good.has(at)) continue;
    saving.add(key);
    void store
      .save(part, values?.[at] ?? null, versions, lifetimeOf(policy))
      .catch(failed)
      .then(() => saving.delete(key));
  }
}
