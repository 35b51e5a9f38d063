import { LRUCache } from 'lru-cache';
import type { PubSub } from '../../platform/events/events.ts';
import type { Logger } from '../../platform/logger.ts';
import { REVOCATIONS, type Revocation } from '../../platform/revocations.ts';

/** Sign-ins that have ended while their access tokens are still good. */
export interface Revocations {
  has(sessionId: string): boolean;
  close(): Promise<void>;
}

/** Milliseconds; no access token lives longer (the user service issues them for at most an hour). */
const REMEMBERED = 60 * 60_000;
const MOST = 100_000;
const RETRY = 1_000;

/**
 * Listens to {@link REVOCATIONS}, and remembers each for as long as a token of that sign-in may be shown. What is said while
 * nobody listens is not heard: such a token is refused when it expires.
 * @param onRevoked told of each, to end what the sign-in has open
 * @param retryMilliseconds until the channel is tried again where it cannot be listened to
 */
export function createRevocations(
  pubsub: PubSub,
  onRevoked: (sessionId: string) => void,
  logger: Logger,
  retryMilliseconds = RETRY,
): Revocations {
  // by size, since `max` takes the memory for all of them at once
  const revoked = new LRUCache<string, true>({ maxSize: MOST, sizeCalculation: () => 1, ttl: REMEMBERED });
  let messages: AsyncIterableIterator<Partial<Revocation> | null> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const listen = async (): Promise<void> => {
    try {
      messages = await pubsub.subscribe<Partial<Revocation> | null>(REVOCATIONS, MOST);
      if (closed) return void (await messages.return?.());
      for await (const message of messages) {
        const sessionId = message?.sessionId;
        if (typeof sessionId !== 'string') continue;
        revoked.set(sessionId, true);
        onRevoked(sessionId);
      }
    } catch (error) {
      if (closed) return;
      logger.warn(
        { cause: String(error) },
        'sign-outs are not heard of until their channel can be listened to',
      );
      retry = setTimeout(() => void (listening = listen()), retryMilliseconds).unref();
    }
  };
  let listening = listen();

  return {
    has: (sessionId) => revoked.has(sessionId),
    async close() {
      closed = true;
      clearTimeout(retry);
      await messages?.return?.();
      await listening;
    },
  };
}
