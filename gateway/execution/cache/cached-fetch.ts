import type { FormattedExecutionResult } from 'graphql';
import type { Logger } from '../../../platform/logger.ts';
import type { ExecutionRequest } from '../executor.ts';
import type { LeaveSignal } from '../leave-signal.ts';
import type { Flights } from './flights.ts';
import type { FetchPolicy } from './policy.ts';
import type { compileShape } from './shape.ts';
import type { CacheStore, Found } from './store.ts';

/** Answers a call, from the cache as far as that has it. */
export type CachedFetch = (call: CachedCall) => Promise<FormattedExecutionResult>;

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

/** What all calls of one fetch have in common. */
export interface KnownFetch {
  readonly subgraph: string;
  readonly operation: string;
  /** Of the keys of its parts: stands for supergraph, subgraph and document. */
  readonly prefix: string;
  readonly policy: FetchPolicy;
  /** Tells whether what came of a call is what was asked for. */
  readonly shape: ReturnType<typeof compileShape>;
  readonly shared: Shared;
  readonly told: (result: LookupResult, part: { readonly found: Found | undefined }) => void;
}

/** What all fetches have in common. */
export interface Shared {
  readonly logger: Logger;
  readonly store: CacheStore;
  readonly flights: Flights;
  /** Parts that are fetched anew now. */
  revalidating: number;
  /** Keys of parts that came and are on their way into the store: who reads an older one meanwhile is not to fetch it again. */
  readonly saving: Set<string>;
  /** Tells of an error of the cache itself, which costs no answer. */
  failed(error: unknown): void;
}

/**
 * What became of a part: found; found too old, and fetched anew after it was given out; not found, and fetched; not
 * found, and fetched for somebody else already; kept for a failure.
 */
export type LookupResult = 'hit' | 'stale' | 'miss' | 'joined' | 'stale_if_error';
