import { randomUUID, timingSafeEqual, createHash } from 'node:crypto';
import { z } from 'zod';
import type { PubSub } from '../../../platform/events/events.ts';
import type { Logger } from '../../../platform/logger.ts';
import { readBody, sendJson, type Route } from '../../../platform/serve.ts';

/** Channel on which services tell gateways what has changed, as an {@link Invalidation}. */
export const CACHE_INVALIDATIONS = 'cache-invalidations';

const shape = z.object({
  tags: z.array(z.string().min(1).max(1_000)).min(1).max(1_000),
  id: z.string().min(1).max(100).optional(),
});

/** `id` tells one invalidation from another; those who publish without one may be heard once per gateway. */
export type Invalidation = z.infer<typeof shape>;

export interface InvalidationOptions {
  /** undefined where gateways cannot be told: then only the endpoint invalidates, and only here. */
  readonly pubsub: PubSub | undefined;
  readonly invalidate: (tags: readonly string[], id: string) => Promise<void>;
  readonly logger: Logger;
  /** Told of each invalidation, for metrics. */
  readonly onInvalidation?: ((source: 'event' | 'endpoint') => void) | undefined;
}

export interface Invalidations {
  /** `POST /invalidate` with `{"tags": […]}`. @param secret what callers show as bearer token */
  route(secret: string): Route;
  close(): Promise<void>;
}

/** Messages that wait while earlier ones are being done; beyond that the oldest are lost. */
const MOST_WAITING = 10_000;
const MOST_BYTES = 1024 * 1024;
const RETRY = 1_000;

/** Invalidates by tag what a message or a caller of the endpoint names. All gateways hear of what one is told. */
export function createInvalidations(options: InvalidationOptions): Invalidations {
  const { pubsub, invalidate, logger, onInvalidation } = options;
  let messages: AsyncIterableIterator<unknown> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const hear = async (message: unknown): Promise<void> => {
    const { success, data } = shape.safeParse(message);
    if (!success) return logger.warn({ channel: CACHE_INVALIDATIONS }, 'a message names no tags');
    await invalidate(data.tags, data.id ?? randomUUID());
    onInvalidation?.('event');
  };
  const listen = async (): Promise<void> => {
    try {
      messages = await pubsub?.subscribe(CACHE_INVALIDATIONS, MOST_WAITING);
      if (closed) return void (await messages?.return?.());
      for await (const message of messages ?? []) await hear(message);
    } catch (error) {
      if (closed) return;
      logger.warn({ cause: String(error) }, 'invalidations are not heard of for now');
      retry = setTimeout(() => void (listening = listen()), RETRY).unref();
    }
  };
  let listening = listen();

  return {
    route: (secret) => ({
      method: 'POST',
      path: '/invalidate',
      async handler(request, response) {
        if (!isBearer(request.headers.authorization, secret)) {
          response.setHeader('www-authenticate', 'Bearer');
          return sendJson(response, 401, { error: 'unauthorized' });
        }
        const { success, data } = shape.safeParse(parsed(await readBody(request, MOST_BYTES)));
        if (!success) return sendJson(response, 400, { error: 'send {"tags": ["…"]}' });
        const { tags, id = randomUUID() } = data;
        await invalidate(tags, id);
        onInvalidation?.('endpoint');
        try {
          await pubsub?.publish(CACHE_INVALIDATIONS, { tags, id });
        } catch (error) {
          logger.warn({ cause: String(error) }, 'other gateways could not be told of an invalidation');
          return sendJson(response, 503, { error: 'not all gateways could be told' });
        }
        sendJson(response, 200, { tags: tags.length });
      },
    }),
    async close() {
      closed = true;
      clearTimeout(retry);
      await messages?.return?.();
      await listening;
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

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests are compared, so that the time tells nothing, the length included. */
const isBearer = (header: string | undefined, secret: string): boolean =>
  timingSafeEqual(sha256(header ?? ''), sha256(`Bearer ${secret}`));
