import { LRUCache } from 'lru-cache';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  isRevocationKept,
  REVOCATION_SECONDS,
  REVOCATIONS,
  type Revocation,
} from '../../platform/revocations.ts';

/** Sign-ins that have ended while their access tokens are still good. */
export interface Revocations {
  /** Whether it was heard of. */
  has(sessionId: string): boolean;
  /** Looks where sign-outs are kept, too, for one that was said while nobody listened. */
  find(sessionId: string): Promise<boolean>;
  close(): Promise<void>;
}

const MOST = 100_000;
const RETRY = 1_000;

/**
 * Listens to {@link REVOCATIONS}, and remembers each for as long as a token of that sign-in may be shown.
 * @param onRevoked told of each, to end what the sign-in has open
 * @param retryMilliseconds until the channel is tried again where it cannot be listened to
 */
export function createRevocations(
  { pubsub, cache }: Pick<Infrastructure, 'pubsub' | 'cache'>,
  onRevoked: (sessionId: string) => void,
  logger: Logger,
  retryMilliseconds = RETRY,
): Revocations {
  // by size, since `max` takes the memory for all of them at once
  const revoked = new LRUCache<string, true>({
    maxSize: MOST,
    sizeCalculation: () => 1,
    ttl: REVOCATION_SECONDS * 1000,
  });
  let messages: AsyncIterableIterator<Partial<Revocation> | null> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const end = (sessionId: string): void => {
    revoked.set(sessionId, true);
    onRevoked(sessionId);
  };

  const listen = async (): Promise<void> => {
    try {
      messages = await pubsub.subscribe<Partial<Revocation> | null>(REVOCATIONS, MOST);
      if (closed) return void (await messages.return?.());
      for await (const message of messages) {
        const sessionId = message?.sessionId;
        if (typeof sessionId !== 'string') continue;
        end(sessionId);
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
    async find(sessionId) {
      if (revoked.has(sessionId)) return true;
      const isKept = await isRevocationKept(cache, sessionId);
      if (isKept) end(sessionId);
      return isKept;
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await messages?.return?.();
      await listening;
    },
  };
}
