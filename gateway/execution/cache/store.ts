import { hash } from 'node:crypto';
import type { Cache } from '../../../platform/cache.ts';

/** What is kept of a part of an answer. */
interface Entry {
  readonly data: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The version of each of its tags when it was asked for. */
  readonly versions: readonly (string | null)[];
}

export interface Found {
  readonly data: unknown;
  /** Seconds. */
  readonly age: number;
}

export interface LookedUp {
  readonly found: Found | undefined;
  /** To be handed to {@link CacheStore.save} with what is fetched after this. */
  readonly versions: Entry['versions'];
}

/** Versions that one lookup has read. */
export type Versions = Map<string, Promise<string | null>>;

/**
 * Parts of answers under their keys, each with tags. An invalidated tag gets a new version; what was asked for under
 * an older one is not found any more, even if it is saved after the invalidation. No clocks are compared for this.
 */
export interface CacheStore {
  /** @param versions shared by lookups that belong together */
  lookUp(key: string, tags: readonly string[], versions: Versions): Promise<LookedUp>;
  save(key: string, data: unknown, versions: Entry['versions'], lifetimeSeconds: number): Promise<void>;
  /** @param id the same for all who are told of one invalidation, so that what came after it stays */
  invalidate(tags: readonly string[], id: string): Promise<void>;
}

/** Nothing is kept longer than this, in seconds, so that a tag's version outlives all that was kept before it. */
const LONGEST = 24 * 60 * 60;

/** A key of a fixed length for whatever text. */
export const digest = (text: string): string => hash('sha256', text, 'base64url');

export function createCacheStore(cache: Cache): CacheStore {
  const tagKey = (tag: string): string => `answer-tag:${digest(tag)}`;
  const versionOf = (tag: string, known: Versions): Promise<string | null> => {
    let version = known.get(tag);
    if (!version) known.set(tag, (version = cache.get<string>(tagKey(tag)).then((found) => found ?? null)));
    return version;
  };
  return {
    async lookUp(key, tags, known) {
      // the entry first: a version that is read after it is never the first of both to be dropped from memory
      const reading = cache.get<Entry>(`answer:${key}`);
      const versions = await Promise.all(tags.map((tag) => versionOf(tag, known)));
      const entry = await reading;
      const isGood =
        entry?.versions.length === versions.length &&
        entry.versions.every((version, at) => version === versions[at]);
      if (!entry) return { found: undefined, versions };
      if (!isGood) {
        await cache.delete(`answer:${key}`);
        return { found: undefined, versions };
      }
      return { found: { data: entry.data, age: Math.max(0, (Date.now() - entry.at) / 1000) }, versions };
    },
    save: (key, data, versions, lifetimeSeconds) =>
      cache.set(
        `answer:${key}`,
        { data, at: Date.now(), versions } satisfies Entry,
        Math.min(lifetimeSeconds, LONGEST),
      ),
    async invalidate(tags, id) {
      await Promise.all(tags.map((tag) => cache.set(tagKey(tag), id, LONGEST + 60)));
    },
  };
}
