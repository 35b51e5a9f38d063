import { invalidateCaches } from '../../platform/cache-invalidations.ts';
import type { Infrastructure } from '../../platform/infrastructure.ts';

/**
 * Has gateways forget what they keep of a title whose video changed. The event comes from the outbox, so after the
 * commit.
 * @returns stops telling
 */
export const tellGateways = ({
  events,
  pubsub,
}: Pick<Infrastructure, 'events' | 'pubsub'>): Promise<() => Promise<void>> =>
  events.consume('playback-caches', ['asset.changed'], ({ id, payload }) =>
    invalidateCaches(pubsub, [`title-${payload.titleId}`], id),
  );
