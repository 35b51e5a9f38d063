import type { Infrastructure } from '../../platform/infrastructure.ts';
import { REVOCATIONS } from '../../platform/revocations.ts';

/**
 * Tells every gateway of each sign-in that ended. The event comes from the outbox, so after the commit, and comes again
 * until it could be told; one copy of this service gets it, and all copies of the gateway hear the message.
 * @returns stops telling
 */
export const tellGateways = ({
  events,
  pubsub,
}: Pick<Infrastructure, 'events' | 'pubsub'>): Promise<() => Promise<void>> =>
  events.consume('user-revocations', ['session.revoked'], ({ payload }) =>
    pubsub.publish(REVOCATIONS, payload),
  );
