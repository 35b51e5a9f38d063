import type { PubSub } from './events/events.ts';

/** Pub/sub channel on which every gateway hears which answers that it keeps are no longer true. */
export const CACHE_INVALIDATIONS = 'cache-invalidations';

/** A message of {@link CACHE_INVALIDATIONS}. */
export interface CacheInvalidation {
  /** Formatted tags of `@cacheTag`, such as `title-alien-1979`. */
  readonly tags: readonly string[];
  /** The same whenever it is told again, so that what was asked for since then stays. */
  readonly id: string;
}

/** As many tags as a gateway takes at once. */
const MOST_TAGS = 1_000;

/**
 * Has all gateways forget what they keep under these tags.
 * @param id of what happened: the id of the event that tells of it
 */
export async function invalidateCaches(pubsub: PubSub, tags: Iterable<string>, id: string): Promise<void> {
  const all = [...new Set(tags)];
  for (let start = 0; start < all.length; start += MOST_TAGS)
    await pubsub.publish(CACHE_INVALIDATIONS, {
      tags: all.slice(start, start + MOST_TAGS),
      id: `${id}:${start}`,
    } satisfies CacheInvalidation);
}
