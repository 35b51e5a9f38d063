import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { CACHE_INVALIDATIONS } from '../../../platform/cache-invalidations.ts';
import type { PubSub } from '../../../platform/events/events.ts';
import type { Logger } from '../../../platform/logger.ts';
import { isSecret } from '../../../platform/secrets.ts';
import { readBody, sendJson, type Route } from '../../../platform/serve.ts';

const MOST_TAGS = 1_000;
const shape = z.object({
  tags: z.array(z.string().min(1).max(1_000)).min(1).max(MOST_TAGS),
  /** Tells one invalidation from another; those who publish without one may be heard once per gateway. */
  id: z.string().min(1).max(100).optional(),
});

export interface InvalidationOptions {
  /** undefined where gateways cannot be told: then only the endpoint invalidates, and only here. */
  readonly pubsub: PubSub | undefined;
  /** @throws if it is to be done again */
  readonly invalidate: (tags: readonly string[], id: string) => Promise<void>;
  readonly logger: Logger;
  /** Told of each invalidation, for metrics. */
  readonly onInvalidation?: ((source: 'event' | 'endpoint') => void) | undefined;
}

/** Messages that wait while earlier ones are being done; beyond that the oldest are lost. */
const MOST_WAITING = 10_000;
const MOST_BYTES = 1024 * 1024;
/** Milliseconds. */
const RETRY = 1_000;

/**
 * Invalidates by tag what messages name. While the cache does not take it, it is tried again every second.
 * @returns ends it
 */
export function followInvalidations(options: InvalidationOptions): { close(): Promise<void> } {
  const { pubsub, invalidate, logger, onInvalidation } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let messages: AsyncIterableIterator<unknown> | undefined;

  const hear = async (message: unknown): Promise<void> => {
    const { success, data } = shape.safeParse(message);
    if (!success) return logger.warn({ channel: CACHE_INVALIDATIONS }, 'a message names no tags');
    const { tags, id = randomUUID() } = data;
    for (let tries = 1; ; tries++) {
      try {
        await invalidate(tags, id);
        return onInvalidation?.('event');
      } catch (error) {
        if (tries === 1) logger.warn({ cause: String(error) }, 'an invalidation waits for the cache');
        await pause(RETRY, undefined, { signal });
      }
    }
  };
  const listen = async (): Promise<void> => {
    while (!signal.aborted)
      try {
        messages = await pubsub?.subscribe(CACHE_INVALIDATIONS, MOST_WAITING);
        if (signal.aborted) return void (await messages?.return?.());
        for await (const message of messages ?? []) await hear(message);
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn(
          { cause: String(error) },
          'invalidations are not heard of until their channel can be listened to',
        );
        await pause(RETRY, undefined, { signal, ref: false }).catch(() => undefined); // closed meanwhile
      }
  };
  const listening = listen();

  return {
    async close() {
      closing.abort();
      await messages?.return?.();
      await listening;
    },
  };
}

/**
 * `POST /invalidate` with `{"tags": […]}`. What it answers with 200 is done; all gateways hear of it.
 * @param secret what callers show as bearer token
 */
export function invalidationRoute(secret: string, options: InvalidationOptions): Route {
  const { pubsub, invalidate, logger, onInvalidation } = options;
  return {
    method: 'POST',
    path: '/invalidate',
    async handler(request, response) {
      if (!isSecret(request.headers.authorization, `Bearer ${secret}`)) {
        response.setHeader('www-authenticate', 'Bearer');
        return sendJson(response, 401, { error: 'unauthorized' });
      }
      const { success, data } = shape.safeParse(parsed(await readBody(request, MOST_BYTES)));
      if (!success)
        return sendJson(response, 400, {
          error: `tags: send {"tags": ["…"]}, 1 to ${MOST_TAGS} of them, of 1 to 1000 characters each`,
        });
      const { tags, id = randomUUID() } = data;
      try {
        await invalidate(tags, id);
      } catch (error) {
        logger.warn({ cause: String(error) }, 'an invalidation was not taken by the cache');
        return sendJson(response, 503, { error: 'the cache is away; send it again' });
      }
      onInvalidation?.('endpoint');
      try {
        await pubsub?.publish(CACHE_INVALIDATIONS, { tags, id });
      } catch (error) {
        logger.warn({ cause: String(error) }, 'other gateways could not be told of an invalidation');
        return sendJson(response, 503, { error: 'not all gateways could be told; send it again' });
      }
      sendJson(response, 200, { tags: tags.length });
    },
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined; // which is refused as all else that names no tags
  }
}
