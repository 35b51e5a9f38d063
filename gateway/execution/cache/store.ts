import { hash, randomUUID } from 'node:crypto';
import type { Cache } from '../../../platform/cache.ts';
import { codedError } from '../../../platform/errors.ts';

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

/** What is to be found. */
export interface Wanted {
  readonly key: string;
  readonly tags: readonly string[];
}

export interface LookedUp {
  readonly found: Found | undefined;
  /** To be handed to {@link CacheStore.save} with what is fetched after this. */
  readonly versions: Entry['versions'];
}

/**
 * Parts of answers under their keys, each with tags. An invalidated tag gets a new version; what was asked for under
 * an older one is not found any more, even if it is saved after the invalidation. No clocks are compared for this.
 *
 * A tag that was never invalidated has no version and takes no room. What keeps all this must therefore never drop a
 * version before an entry that is older than it. Redis needs `maxmemory-policy noeviction`, as it does for events; from
 * memory, what was used least lately goes first, and a version is used whenever an entry with its tag is.
 */
export interface CacheStore {
  /** @returns what is there of each, in one go */
  lookUp(wanted: readonly Wanted[]): Promise<readonly LookedUp[]>;
  /**
   * @param data is taken as it is when this is called
   * @param versions of its tags, as they were looked up
   */
  save(part: Wanted, data: unknown, versions: Entry['versions'], lifetimeSeconds: number): Promise<void>;
  /**
   * @param id the same for all who are told of one invalidation, so that what came after all have done it stays
   * @throws `SERVICE_UNAVAILABLE` if it could not be written down: then it is to be done again
   */
  invalidate(tags: readonly string[], id: string): Promise<void>;
}

/** Nothing is kept longer than this, in seconds, so that a tag's version outlives all that was kept before it. */
const LONGEST = 24 * 60 * 60;

/** Seconds for which gateways that share a cache know of an invalidation that one of them did it: others may hear of it late. */
const HEARD_WITHIN = 10 * 60;

/** Seconds by which the clocks of gateways that share a cache may differ. */
const CLOCKS_DIFFER = 1;

/** A key of a fixed length for whatever text. */
export const digest = (text: string): string => hash('sha256', text, 'base64url');

const entryKey = (key: string): string => `answer:${key}`;
const tagKey = (tag: string): string => `answer-tag:${digest(tag)}`;
const doneKey = (tags: readonly string[], id: string): string =>
  `answer-invalidated:${digest(JSON.stringify([id, ...tags]))}`;

/** A version that no tag has: of all that was looked up while the cache was away. */
const UNTOLD = '';

export function createCacheStore(cache: Cache): CacheStore {
  let failures = 0;
  cache.onFailure?.(() => void (failures += 1));

  return {
    async lookUp(wanted) {
      const keys = wanted.map(({ key }) => entryKey(key));
      const places = new Map<string, number>();
      // entries first: a version that is read after them is never the first of both to be dropped
      for (const { tags } of wanted)
        for (const tag of tags) if (!places.has(tag)) places.set(tag, keys.push(tagKey(tag)) - 1);
      const before = failures;
      const kept = await cache.getMany<Entry | string>(keys);
      // tags may have been invalidated, which who asked before does not know either: that is not to be waited for
      const isTold = failures === before || kept.some((one) => one !== undefined);
      const versionOf = (tag: string): string | null =>
        (kept[places.get(tag) ?? -1] as string | undefined) ?? (isTold ? null : UNTOLD);
      return wanted.map(({ tags }, at): LookedUp => {
        const versions = tags.map(versionOf);
        const entry = kept[at] as Entry | undefined;
        if (!entry || !areSame(entry.versions, versions)) return { found: undefined, versions };
        const age = (Date.now() - entry.at) / 1000;
        // it would be as good as new until the clock that was put back, or is slow, has caught up
        if (age < -CLOCKS_DIFFER) return { found: undefined, versions };
        return { found: { data: entry.data, age: Math.max(0, age) }, versions };
      });
    },
    async save({ key, tags }, data, versions, lifetimeSeconds) {
      // asked for before it is saved, and at the same time: what it is saved in the place of may be a version
      const now = cache.dropsOldest === true ? cache.getMany<string>(tags.map(tagKey)) : undefined;
      const saved = cache.set(
        entryKey(key),
        { data, at: Date.now(), versions } satisfies Entry,
        Math.min(lifetimeSeconds, LONGEST),
      );
      const [current] = await Promise.all([now, saved]);
      // invalidated since it was looked up: it is newer than the version that ended it, and would outlive that
      if (current?.some((version, at) => (version ?? null) !== versions[at]))
        await cache.delete(entryKey(key));
    },
    async invalidate(tags, id) {
      // done by another gateway: the version that a later invalidation has ended would come back, and what was kept under it
      const done = cache.dropsOldest === true ? undefined : doneKey(tags, id);
      if (done !== undefined && (await cache.get(done)) !== undefined) return;
      // so it would where two do it at once, and one of them writes after a later invalidation: each has a version of its own
      const version = done === undefined ? id : randomUUID();
      // a tag that lost its version would bring back what was kept before it had one
      await Promise.all(tags.map((tag) => cache.set(tagKey(tag), version, LONGEST + 60, randomUUID())));
      // a cache that is away takes nothing and says nothing
      const written = await cache.getMany<string>(tags.map(tagKey));
      if (written.includes(undefined))
        throw codedError('SERVICE_UNAVAILABLE', 'The cache is away; invalidate again shortly.');
      if (done !== undefined) await cache.set(done, true, HEARD_WITHIN);
    },
  };
}

export const areSame = (one: Entry['versions'], other: Entry['versions']): boolean =>
  one.length === other.length && one.every((version, at) => version === other[at]);
