import { invalidateCaches } from '../../platform/cache-invalidations.ts';
import type { TitleFacts } from '../../platform/domain-events.ts';
import type { Infrastructure } from '../../platform/infrastructure.ts';

/** What `@cacheTag` says of lists and searches: any change of a title may change any of them. */
export const LISTS = 'titles';

/** A change of an episode is seen on the page of its series too. */
const tagsOf = ({ id, seriesId }: TitleFacts): string[] =>
  [id, seriesId].flatMap((title) => (title === null ? [] : [`title-${title}`]));

/**
 * Has gateways forget what they keep of titles that changed. The event comes from the outbox, so after the commit.
 * @returns stops telling
 */
export const tellGateways = ({
  events,
  pubsub,
}: Pick<Infrastructure, 'events' | 'pubsub'>): Promise<() => Promise<void>> =>
  events.consume('catalog-caches', ['titles.changed'], ({ id, payload }) =>
    invalidateCaches(pubsub, [LISTS, ...payload.titles.flatMap(tagsOf)], id),
  );
