import { codedError } from '../../platform/errors.ts';
import type { Limits } from '../../platform/limits.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Viewer } from '../../platform/viewer.ts';

export interface RateLimitOptions {
  readonly limits: Limits;
  readonly logger: Logger;
  /** Requests a minute of one address, of those who are not signed in. */
  readonly perAddress: number;
  /** Requests a minute of one user, or of one API key. */
  readonly perViewer: number;
}

/** Counts one request. @throws `RATE_LIMITED` with `retryAfterSeconds` */
export type RateLimit = (viewer: Pick<Viewer, 'userId' | 'apiKeyId' | 'address'>) => Promise<void>;

const WINDOW_SECONDS = 60;

/** Where the counters cannot be reached, requests pass: a lost counter must not take the whole platform down. */
export const createRateLimit =
  ({ limits, logger, perAddress, perViewer }: RateLimitOptions): RateLimit =>
  async ({ userId, apiKeyId, address }) => {
    const [key, limit] =
      apiKeyId !== undefined
        ? [`gateway:key:${apiKeyId}`, perViewer]
        : userId !== undefined
          ? [`gateway:user:${userId}`, perViewer]
          : [`gateway:address:${address ?? 'unknown'}`, perAddress];
    let allowance;
    try {
      allowance = await limits.consume(key, 1, limit, WINDOW_SECONDS);
    } catch (error) {
      logger.error({ cause: String(error) }, 'the rate limit cannot be counted; requests pass');
      return;
    }
    if (allowance.allowed) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(allowance.retryAfterSeconds));
    throw codedError('RATE_LIMITED', `Too many requests. Try again in ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
    });
  };
