import type { FetchNode } from '@apollo/query-planner';
import {
  parse,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import type { Cache } from '../../../platform/cache.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Viewer } from '../../../platform/viewer.ts';
import type { Supergraph } from '../../supergraph/build.ts';
import { isObject, type JsonObject } from '../compiled/json.ts';
import { unansweredPaths } from '../data-source.ts';
import type { ExecutionRequest } from '../executor.ts';
import { neverLeaves, type LeaveSignal } from '../leave-signal.ts';
import { subgraphUnavailable } from '../subgraph-client.ts';
import type { CacheConfig } from './config.ts';
import { brought, createFlights, type Brought, type Flight, type Flights, type Sent } from './flights.ts';
import { compilePolicy, type CachePolicy, type FetchPolicy } from './policy.ts';
import { createCacheStore, digest, type CacheStore, type Found, type LookedUp } from './store.ts';

/**
 * What became of a part: found; found too old, and fetched anew after it was given out; not found, and fetched; not
 * found, and fetched for somebody else already; kept for a failure.
 */
export type LookupResult = 'hit' | 'stale' | 'miss' | 'joined' | 'stale_if_error';

export interface EntityCacheOptions {
  readonly cache: Cache;
  readonly config: CacheConfig;
  readonly logger: Logger;
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
  /**
   * @param id the same for all who are told of this invalidation
   * @throws `SERVICE_UNAVAILABLE` if it is to be done again
   */
  invalidate(tags: readonly string[], id: string): Promise<void>;
}

/** A call that may be answered from the cache. */
export interface CachedCall {
  readonly request: ExecutionRequest;
  /** JSON of the variables without the representations. */
  readonly variables: string;
  /** JSON of each entity; undefined for root fields. */
  readonly entities: readonly string[] | undefined;
  /** Sends the call. @param representations JSON of the entities, with commas between them @param signal of those who wait for it, where that is not the client alone */
  send(representations: string | undefined, signal?: LeaveSignal): Promise<FormattedExecutionResult>;
}

export type CachedFetch = (call: CachedCall) => Promise<FormattedExecutionResult>;

/** One entity of a call, or all of a call for root fields. */
interface Part {
  readonly index: number;
  readonly text: string | undefined;
  /** undefined if it is not to be kept. */
  readonly policy: CachePolicy | undefined;
  readonly key: string;
  readonly tags: readonly string[];
  versions: LookedUp['versions'];
  found: Found | undefined;
  /** undefined until it is known. */
  data: unknown;
}

type Keepable = Part & { readonly policy: CachePolicy };
type Kept = Keepable & { readonly found: Found };

const isKeepable = (part: Part): part is Keepable => part.policy !== undefined;
const isKept = (part: Part): part is Kept => isKeepable(part) && part.found !== undefined;

/** Parts that are fetched anew at one time, behind the back of those who got the old ones. */
const MOST_REVALIDATIONS = 1_000;

/** What all fetches have in common. */
interface Shared {
  readonly logger: Logger;
  readonly store: CacheStore;
  readonly flights: Flights;
  /** Parts that are fetched anew now. */
  revalidating: number;
  /** Tells of an error of the cache itself, which costs no answer. */
  failed(error: unknown): void;
}

interface KnownFetch {
  readonly subgraph: string;
  readonly operation: string;
  readonly prefix: string;
  readonly policy: FetchPolicy;
  readonly shared: Shared;
  readonly told: (result: LookupResult, part: Part) => void;
}

/**
 * Keeps entities one by one, whoever asked for them in whatever list, and answers to fetches of root fields whole.
 * Only what is not there is asked for, and what is under way for somebody is not asked for again. An answer with an
 * error is never kept.
 *
 * A part is found again by all that it depends on: supergraph, subgraph, document, variables, representation, and, if
 * it is private, everything that the subgraph gets to see of the viewer.
 */
export function createEntityCache({ cache, config, logger, onLookup }: EntityCacheOptions): EntityCache {
  const store = createCacheStore(cache);
  let toldOfFailure = -Infinity;
  const shared: Shared = {
    logger,
    store,
    flights: createFlights(),
    revalidating: 0,
    failed(error) {
      if (performance.now() - toldOfFailure < TELL_EVERY) return;
      toldOfFailure = performance.now();
      logger.error({ err: error }, 'the cache fails; answers are made without it');
    },
  };

  return {
    compile(node, equal, document, { id, supergraphSchema: schema, annotations }) {
      const policy = compilePolicy(node, document, { schema, annotations, config });
      if (!policy.mayKeep) return undefined;
      const fetch: KnownFetch = {
        subgraph: node.serviceName,
        operation: node.operation,
        prefix: digest(`${id} ${equal}`),
        policy,
        shared,
        told: (result, { found }) => onLookup?.(node.serviceName, result, found?.age),
      };
      return (call) => answer(fetch, call);
    },
    invalidate: store.invalidate,
  };
}

/** Milliseconds between two lines of the log that say the same of every request. */
const TELL_EVERY = 10_000;

async function answer(fetch: KnownFetch, call: CachedCall): Promise<FormattedExecutionResult> {
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
    const over = isKept(part) ? part.found.age - part.policy.maxAge : Infinity;
    if (!isKept(part) || (over >= 0 && over >= part.policy.staleWhileRevalidate)) {
      missing.push(part);
      continue;
    }
    const { policy, found } = part;
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
  if (stale.length > 0) revalidate(fetch, call, stale);
  if (missing.length === 0) return whole(call, parts);
  return complete(fetch, call, parts, missing);
}

function partsOf({ policy, prefix }: KnownFetch, { request, variables, entities }: CachedCall): Part[] {
  const head = `${prefix}\n${variables}\n`;
  if (!entities) {
    const own = policy.policyOf(undefined);
    return [partOf(0, undefined, own, own && policy.rootTags(request.variables), head, request.viewer)];
  }
  return entities.map((text, index) => {
    const typename = typenameOf(text);
    const own = policy.policyOf(typename);
    return partOf(index, text, own, own && policy.entityTags(typename, text), head, request.viewer);
  });
}

function partOf(
  index: number,
  text: string | undefined,
  policy: CachePolicy | undefined,
  tags: readonly string[] | undefined,
  head: string,
  viewer: Viewer,
): Part {
  const isKeepable = policy !== undefined && tags !== undefined;
  // all of it is JSON, which has no line breaks of its own: nothing can be taken for something else
  const whose = policy?.isPrivate === true ? JSON.stringify(viewer) : '';
  return {
    index,
    text,
    policy: isKeepable ? policy : undefined,
    key: isKeepable
      ? digest(`${head}${text ?? ''}\n${whose}\n${tags.length === 0 ? '' : JSON.stringify(tags)}`)
      : '',
    tags: tags ?? [],
    versions: [],
    found: undefined,
    data: undefined,
  };
}

/** Of an entity as JSON. */
function typenameOf(text: string): string {
  const [, first] = /^\{"__typename":"(\w+)"/.exec(text) ?? [];
  return first ?? String((JSON.parse(text) as JsonObject)['__typename']);
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

/** The answer, from its parts. */
function whole(
  { entities }: CachedCall,
  parts: readonly Part[],
  errors: readonly GraphQLFormattedError[] = [],
): FormattedExecutionResult {
  const data =
    entities === undefined
      ? ((parts[0]?.data ?? null) as JsonObject | null)
      : { _entities: parts.map((part) => part.data ?? null) };
  return errors.length === 0 ? { data } : { data, errors };
}

/** A part that somebody fetches. */
interface Awaited {
  readonly part: Part;
  readonly index: number;
}

/** Fetches what is missing, or waits for those who do, and puts it where it belongs among what was found. */
async function complete(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  missing: readonly Part[],
): Promise<FormattedExecutionResult> {
  const { told, shared } = fetch;
  const { caching: ledger, signal } = call.request;
  const joined = new Map<Sent, Awaited[]>();
  const led: Part[] = [];
  for (const part of missing) {
    const flight: Flight | undefined = isKeepable(part) ? shared.flights.find(part) : undefined;
    told(flight ? 'joined' : 'miss', part);
    if (!flight) led.push(part);
    else joined.set(flight.sent, [...(joined.get(flight.sent) ?? []), { part, index: flight.index }]);
  }
  for (const sent of joined.keys()) sent.wait(signal);
  const own = led.length > 0 ? begin(fetch, call, led, signal) : undefined;

  const errors: GraphQLFormattedError[] = [];
  const lost = new Map<Part, GraphQLError>();
  const take = async (answered: Promise<Brought>, wanted: readonly Awaited[], isOwn: boolean) => {
    let came: Brought;
    try {
      came = await answered;
    } catch (error) {
      for (const { part } of wanted) lost.set(part, error as GraphQLError);
      return undefined;
    }
    const values = isOwn ? came.values : came.copies();
    errors.push(...came.errors);
    for (const { part, index } of wanted) {
      part.data = values?.[index];
      for (const error of came.errorsOf.get(index) ?? [])
        errors.push({ ...error, path: ['_entities', part.index, ...(error.path ?? []).slice(2)] });
      if (part.policy && isWhole(came)) ledger?.part(0, part.policy.maxAge, part.policy.isPrivate);
      else ledger?.uncached();
    }
    return came;
  };
  const [alone] = await Promise.all([
    own &&
      take(
        own,
        led.map((part, index) => ({ part, index })),
        true,
      ),
    ...[...joined].map(([sent, wanted]) => take(sent.answer, wanted, false)),
  ]);
  if (alone && led.length === parts.length) return alone.result;
  return whole(call, parts, [...errors, ...withoutAnswer(fetch, call, parts, lost)]);
}

/** Whether all came as it should be: only then is it kept. */
const isWhole = ({ values, result }: Brought): boolean =>
  values !== undefined && !(result.errors && result.errors.length > 0);

/** Sends a call for what is missing, so that others who lack some of it may wait for it. */
function begin(
  fetch: KnownFetch,
  call: CachedCall,
  led: readonly Part[],
  signal: LeaveSignal,
): Promise<Brought> {
  if (!led.some(isKeepable)) return ask(fetch, call, led);
  const sent = fetch.shared.flights.begin(
    led.map((part) => (isKeepable(part) ? part : undefined)),
    (waiting) => ask(fetch, call, led, waiting),
  );
  sent.wait(signal);
  return sent.answer;
}

const textOf = (parts: readonly Part[]): string | undefined =>
  parts[0]?.text === undefined ? undefined : parts.map(({ text }) => text).join(',');

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
  const came = brought(result, values, isOfEntities);
  if (isWhole(came)) keep(fetch, parts, came);
  // what is no list of these entities, and tells of no error either
  else if (isOfEntities && result.errors === undefined) {
    fetch.shared.logger.error(
      { subgraph: fetch.subgraph },
      'a subgraph answered with a wrong number of entities',
    );
    throw subgraphUnavailable(fetch.subgraph);
  }
  return came;
}

/** What came for each part; undefined if it is not as it should be. */
function valuesOf(
  { data }: FormattedExecutionResult,
  asked: readonly Part[],
  isOfEntities: boolean,
): unknown[] | undefined {
  if (!isObject(data)) return undefined;
  if (!isOfEntities) return [data];
  const entities: unknown = data['_entities'];
  return Array.isArray(entities) && entities.length === asked.length ? (entities as unknown[]) : undefined;
}

/** Nobody waits for it; who asks next on the same connection comes after it. */
function keep({ shared: { store, failed } }: KnownFetch, parts: readonly Part[], { values }: Brought): void {
  for (const [at, { policy, key, versions }] of parts.entries()) {
    if (!policy) continue;
    const { maxAge, staleWhileRevalidate, staleIfError } = policy;
    const lifetime = maxAge + Math.max(staleWhileRevalidate, staleIfError);
    store.save(key, values?.[at] ?? null, versions, lifetime).catch(failed);
  }
}

/**
 * The subgraph is away: what is too old is better than nothing, and what was found is not lost with the rest.
 * @returns an error for each place that is left without a value
 * @throws if there is nothing at all
 */
function withoutAnswer(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  lost: Map<Part, GraphQLError>,
): GraphQLFormattedError[] {
  if (lost.size === 0) return [];
  const ledger = call.request.caching;
  for (const part of lost.keys())
    if (isKept(part) && part.found.age < part.policy.maxAge + part.policy.staleIfError) {
      part.data = part.found.data;
      fetch.told('stale_if_error', part);
      ledger?.part(part.found.age, part.policy.maxAge, part.policy.isPrivate);
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

/** Fetches anew what was given out too old: each part once, however many were given it meanwhile. */
function revalidate(fetch: KnownFetch, call: CachedCall, stale: readonly Kept[]): void {
  const { shared } = fetch;
  const due = stale
    .filter((part) => !shared.flights.find(part))
    .slice(0, MOST_REVALIDATIONS - shared.revalidating);
  if (due.length === 0) return;
  shared.revalidating += due.length;
  const over = (): void => {
    shared.revalidating -= due.length;
  };
  // if it fails the subgraph's client has logged it; the old answer stays until it is too old, and the next one tries again
  begin(fetch, call, due, neverLeaves).then(over, over);
}
