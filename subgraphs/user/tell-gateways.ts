import type { Infrastructure } from '../../platform/infrastructure.ts';
import { keepRevocation, REVOCATIONS } from '../../platform/revocations.ts';

/**
 * Tells every gateway of each sign-in that ended. The event comes from the outbox, so after the commit, and comes again
 * until it could be told; one copy of this service gets it, and all copies of the gateway hear the message. It is kept
 * first, as far as the cache takes it, for those that start later or do not hear it.
 * @returns stops telling
 */
export const tellGateways = ({
  events,
  pubsub,
  cache,
}: Pick<Infrastructure, 'events' | 'pubsub' | 'cache'>): Promise<() => Promise<void>> =>
  events.consume('user-revocations', ['session.revoked'], async ({ payload }) => {
    await keepRevocation(cache, payload);
    await pubsub.publish(REVOCATIONS, payload);
  });
