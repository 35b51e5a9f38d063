import type { FetchNode } from '@apollo/query-planner';
import { parse, type DocumentNode, type FormattedExecutionResult, type GraphQLError } from 'graphql';
import type { Cache } from '../../../platform/cache.ts';
import type { Supergraph } from '../../supergraph/build.ts';
import { isObject, type JsonObject } from '../compiled/json.ts';
import { unansweredPaths } from '../data-source.ts';
import type { ExecutionRequest } from '../executor.ts';
import { subgraphUnavailable } from '../subgraph-client.ts';
import type { CacheConfig } from './config.ts';
import { compilePolicy, type CachePolicy, type FetchPolicy } from './policy.ts';
import {
  createCacheStore,
  digest,
  type CacheStore,
  type Found,
  type LookedUp,
  type Versions,
} from './store.ts';

/** What became of a part: found; too old, and fetched anew after it was given out; not found; kept for a failure. */
export type LookupResult = 'hit' | 'stale' | 'miss' | 'stale_if_error';

export interface EntityCacheOptions {
  readonly cache: Cache;
  readonly config: CacheConfig;
  /** Told of each part looked up, for metrics. @param age seconds, of what was found */
  readonly onLookup?: ((subgraph: string, result: LookupResult, age?: number) => void) | undefined;
}

/** Answers of subgraphs, kept as long as the supergraph or the configuration says. */
export interface EntityCache {
  /** The cache of one fetch; undefined if nothing of it is ever kept. @param equal what equal fetches have in common */
  compile(
    node: FetchNode,
    equal: string,
    document: DocumentNode,
    supergraph: Supergraph,
  ): CachedFetch | undefined;
  /** @param id the same for all who are told of this invalidation */
  invalidate(tags: readonly string[], id: string): Promise<void>;
}

/** A call that may be answered from the cache. */
export interface CachedCall {
  readonly request: ExecutionRequest;
  /** JSON of the variables without the representations. */
  readonly variables: string;
  /** JSON of the entities, without the list's brackets; undefined for root fields. */
  readonly representations: string | undefined;
  /** Sends the call for these entities. @param request of somebody who stays, where the client may leave */
  send(representations: string | undefined, request?: ExecutionRequest): Promise<FormattedExecutionResult>;
}

export type CachedFetch = (call: CachedCall) => Promise<FormattedExecutionResult>;

/** One entity of a call, or all of a call for root fields. */
interface Part {
  readonly index: number;
  readonly text: string | undefined;
  readonly policy: CachePolicy | undefined;
  readonly key: string;
  readonly versions: LookedUp['versions'];
  readonly found: Found | undefined;
  /** undefined until it is known. */
  data: unknown;
}

type Kept = Part & { readonly policy: CachePolicy; readonly found: Found };

/** Parts that are fetched anew at one time, behind the back of those who got the old ones. */
const MOST_REVALIDATIONS = 1_000;

const stays: ExecutionRequest['signal'] = { aborted: false, addEventListener: () => {} };

/**
 * Keeps entities one by one, whoever asked for them in whatever list, and answers to fetches of root fields whole.
 * Only what is not there is asked for. An answer with an error is never kept.
 *
 * A part is found again by all that it depends on: supergraph, subgraph, document, variables, representation, and, if
 * it is private, everything that the subgraph gets to see of the viewer.
 */
export function createEntityCache({ cache, config, onLookup }: EntityCacheOptions): EntityCache {
  const store = createCacheStore(cache);
  const revalidating = new Set<string>();

  return {
    compile(node, equal, document, { id, supergraphSchema: schema, annotations }) {
      const policy = compilePolicy(node, document, { schema, annotations, config });
      if (!policy.mayKeep) return undefined;
      const fetch: KnownFetch = {
        subgraph: node.serviceName,
        operation: node.operation,
        prefix: digest(`${id} ${equal}`),
        policy,
        store,
      };
      const told = (result: LookupResult, { found }: Part): void =>
        onLookup?.(fetch.subgraph, result, found?.age);
      return (call) => answer(fetch, call, told, revalidating);
    },
    invalidate: store.invalidate,
  };
}

interface KnownFetch {
  readonly subgraph: string;
  readonly operation: string;
  readonly prefix: string;
  readonly policy: FetchPolicy;
  readonly store: CacheStore;
}

type Told = (result: LookupResult, part: Part) => void;

async function answer(
  fetch: KnownFetch,
  call: CachedCall,
  told: Told,
  revalidating: Set<string>,
): Promise<FormattedExecutionResult> {
  const parts = await lookUp(fetch, call);
  const missing: Part[] = [];
  const stale: Kept[] = [];
  const ledger = call.request.caching;
  let age = 0;
  for (const part of parts) {
    if (!isKept(part)) {
      missing.push(part);
      told('miss', part);
      continue;
    }
    const { policy, found } = part;
    const over = found.age - policy.maxAge;
    if (over >= 0 && over >= policy.staleWhileRevalidate) {
      missing.push(part);
      told('miss', part);
      continue;
    }
    if (over >= 0) stale.push(part);
    told(over >= 0 ? 'stale' : 'hit', part);
    part.data = found.data;
    age = Math.max(age, found.age);
    ledger?.part(found.age, policy.maxAge, policy.isPrivate);
  }
  ledger?.fetch({
    subgraph: fetch.subgraph,
    hits: parts.length - missing.length - stale.length,
    stale: stale.length,
    misses: missing.length,
    age,
  });
  if (stale.length > 0) revalidate(fetch, call, stale, revalidating);
  if (missing.length === 0) return whole(call, parts);
  return complete(fetch, call, parts, missing, told);
}

const isKept = (part: Part): part is Kept => part.policy !== undefined && part.found !== undefined;

/** Parts of a call with what is kept of them. */
async function lookUp({ policy, prefix, store }: KnownFetch, call: CachedCall): Promise<Part[]> {
  const { request, variables, representations } = call;
  const versions: Versions = new Map();
  let viewer: string | undefined;
  const part = async (
    index: number,
    text: string | undefined,
    own: CachePolicy | undefined,
    tags: () => readonly string[] | undefined,
  ): Promise<Part> => {
    const under = own && tags();
    if (!own || !under)
      return { index, text, policy: undefined, key: '', versions: [], found: undefined, data: undefined };
    if (own.isPrivate) viewer ??= JSON.stringify(request.viewer);
    const key = digest(JSON.stringify([prefix, variables, text, own.isPrivate ? viewer : null]));
    const lookedUp = await store.lookUp(key, under, versions);
    return { index, text, policy: own, key, ...lookedUp, data: undefined };
  };
  if (representations === undefined)
    return [await part(0, undefined, policy.policyOf(undefined), () => policy.rootTags(request.variables))];
  const entities = JSON.parse(`[${representations}]`) as JsonObject[];
  return Promise.all(
    entities.map((entity, index) =>
      part(index, JSON.stringify(entity), policy.policyOf(String(entity['__typename'])), () =>
        policy.entityTags(entity),
      ),
    ),
  );
}

/** The answer, from its parts. */
function whole({ representations }: CachedCall, parts: readonly Part[]): FormattedExecutionResult {
  if (representations === undefined) return { data: (parts[0]?.data ?? null) as JsonObject | null };
  return { data: { _entities: parts.map(({ data }) => data ?? null) } };
}

/** Fetches what is missing, and puts it where it belongs among what was found. */
async function complete(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  missing: readonly Part[],
  told: Told,
): Promise<FormattedExecutionResult> {
  const ledger = call.request.caching;
  const hasAll = missing.length === parts.length;
  let result: FormattedExecutionResult;
  try {
    result = await call.send(textOf(missing));
  } catch (error) {
    return withoutAnswer(fetch, call, parts, missing, told, error as GraphQLError);
  }
  const values = valuesOf(call, result, missing);
  const failed = result.errors !== undefined && result.errors.length > 0;
  if (!values && !failed && !hasAll) throw subgraphUnavailable(fetch.subgraph);
  if (values && !failed) {
    await keep(fetch, missing, values);
    for (const { policy } of missing)
      if (policy) ledger?.part(0, policy.maxAge, policy.isPrivate);
      else ledger?.uncached();
  } else ledger?.uncached();
  if (hasAll) return result;
  for (const [at, part] of missing.entries()) part.data = values?.[at];
  const errors = result.errors?.map((error) => ({ ...error, path: movedPath(error.path, missing) }));
  return { ...whole(call, parts), ...(errors && { errors: errors as never }) };
}

const textOf = (parts: readonly Part[]): string | undefined =>
  parts[0]?.text === undefined ? undefined : parts.map(({ text }) => text).join(',');

/** What came for each part; undefined if it is not as it should be. */
function valuesOf(
  { representations }: CachedCall,
  { data }: FormattedExecutionResult,
  asked: readonly Part[],
): unknown[] | undefined {
  if (!isObject(data)) return undefined;
  if (representations === undefined) return [data];
  const entities: unknown = data['_entities'];
  return Array.isArray(entities) && entities.length === asked.length ? (entities as unknown[]) : undefined;
}

async function keep(
  { store }: KnownFetch,
  parts: readonly Part[],
  values: readonly unknown[],
): Promise<void> {
  await Promise.all(
    parts.map(async ({ policy, key, versions }, at) => {
      if (!policy) return;
      const { maxAge, staleWhileRevalidate, staleIfError } = policy;
      // the answer goes on to be merged with others, and may change while it is being written down
      const copy: unknown = structuredClone(values[at]);
      await store.save(key, copy, versions, maxAge + Math.max(staleWhileRevalidate, staleIfError));
    }),
  );
}

/** A path in the answer for the missing entities, as one in the answer for all. */
function movedPath(path: unknown, missing: readonly Part[]): unknown {
  if (!Array.isArray(path) || path[0] !== '_entities' || typeof path[1] !== 'number') return path;
  return ['_entities', missing[path[1]]?.index ?? path[1], ...(path.slice(2) as unknown[])];
}

/** The subgraph is away: what is too old is better than nothing, and what was found is not lost with the rest. */
function withoutAnswer(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  missing: readonly Part[],
  told: Told,
  error: GraphQLError,
): FormattedExecutionResult {
  const ledger = call.request.caching;
  const lost: Part[] = [];
  for (const part of missing) {
    if (isKept(part) && part.found.age < part.policy.maxAge + part.policy.staleIfError) {
      part.data = part.found.data;
      told('stale_if_error', part);
      ledger?.part(part.found.age, part.policy.maxAge, part.policy.isPrivate);
    } else lost.push(part);
  }
  if (lost.length === parts.length) throw error;
  if (lost.length === 0) return whole(call, parts);
  ledger?.uncached();
  const entities = lost.map(({ text = '' }) => JSON.parse(text) as { __typename?: string });
  const errors = unansweredPaths(parse(fetch.operation), entities).map((path) => ({
    message: error.message,
    extensions: error.extensions,
    path: movedPath(path, lost) as (string | number)[],
  }));
  return { ...whole(call, parts), errors };
}

/** Fetches anew what was given out too old: each part once, however many were given it meanwhile. */
function revalidate(fetch: KnownFetch, call: CachedCall, stale: readonly Kept[], running: Set<string>): void {
  const due = stale.filter(({ key }) => !running.has(key)).slice(0, MOST_REVALIDATIONS - running.size);
  if (due.length === 0) return;
  for (const { key } of due) running.add(key);
  const { viewer, trace, variables } = call.request;
  const renew = async (): Promise<void> => {
    try {
      const result = await call.send(textOf(due), {
        viewer,
        trace,
        variables,
        signal: stays,
        mayRetry: true,
      });
      const values = valuesOf(call, result, due);
      if (values && !(result.errors && result.errors.length > 0)) await keep(fetch, due, values);
    } catch {
      // the subgraph's client has logged it; the old answer stays until it is too old, and the next request tries again
    } finally {
      for (const { key } of due) running.delete(key);
    }
  };
  void renew();
}
