import { GraphQLError } from 'graphql';
import { networkOf } from '../../platform/addresses.ts';
import { codedError } from '../../platform/errors.ts';
import type { Allowance, Limits } from '../../platform/limits.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Viewer } from '../../platform/viewer.ts';

export interface RateLimitOptions {
  readonly limits: Limits;
  readonly logger: Logger;
  /** Points a minute of one address (of IPv6, one /64), of those who are not signed in. */
  readonly perAddress: number;
  /** Points a minute of one user, or of one API key. */
  readonly perViewer: number;
  /** Estimated cost that a point stands for. */
  readonly costPerPoint: number;
}

/** What somebody has left of the window. */
export interface RateAllowance {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** A refusal that knows what is left: fewer points than were asked for, but not always none. */
export class RateLimited extends GraphQLError {
  readonly allowance: RateAllowance;

  constructor(allowance: RateAllowance) {
    const { limit, resetSeconds: retryAfterSeconds } = allowance;
    const { message, extensions } = codedError(
      'RATE_LIMITED',
      `Too many requests. Try again in ${retryAfterSeconds} seconds.`,
      { retryAfterSeconds, limit },
    );
    super(message, { extensions });
    this.allowance = allowance;
  }
}

/** Whom limits count for: a key, a user, or (for visitors) an address, in this order. */
export type Counted = Pick<Viewer, 'userId' | 'apiKeyId' | 'address'>;

export interface RateLimit {
  /**
   * Counts a request as one point.
   * @param requests how many there are, which are all counted or none; 1 if not given
   * @returns undefined where the counters cannot be reached
   * @throws {RateLimited} `RATE_LIMITED` with `retryAfterSeconds` and `limit`
   */
  request(viewer: Counted, requests?: number): Counting;
  /**
   * Counts what an operation costs beyond the point that its request was counted as; nothing if it costs no more. One
   * that costs more than a whole window takes a whole window, or else it could never run.
   * @throws as `request`
   */
  cost(viewer: Counted, cost: number): Counting;
}

/** What is left; a promise only where other gateways count too. */
export type Counting = RateAllowance | undefined | Promise<RateAllowance | undefined>;

export const WINDOW_SECONDS = 60;

/** Where the counters cannot be reached, requests pass: a lost counter must not take the whole platform down. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { limits, logger, perAddress, perViewer, costPerPoint } = options;

  const whose = ({ userId, apiKeyId, address }: Counted): readonly [key: string, limit: number] => {
    if (apiKeyId !== undefined) return [`gateway:key:${apiKeyId}`, perViewer];
    if (userId !== undefined) return [`gateway:user:${userId}`, perViewer];
    return [`gateway:address:${networkOf(address)}`, perAddress];
  };

  const use = (key: string, points: number, limit: number): Counting => {
    const allowance = limits.consume(key, points, limit, WINDOW_SECONDS);
    if (!(allowance instanceof Promise)) return left(allowance, limit);
    return allowance.then(
      (counted) => left(counted, limit),
      (error: unknown) => {
        logger.error({ cause: String(error) }, 'the rate limit cannot be counted; requests pass');
        return undefined;
      },
    );
  };

  const left = ({ allowed, remaining, retryAfterSeconds }: Allowance, limit: number): RateAllowance => {
    const resetSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
    const counted = { limit, remaining, resetSeconds };
    if (allowed) return counted;
    throw new RateLimited(counted);
  };

  return {
    request(viewer, requests = 1) {
      const [key, limit] = whose(viewer);
      return use(key, requests, limit);
    },
    cost(viewer, cost) {
      const [key, limit] = whose(viewer);
      const points = Math.min(Math.ceil(cost / costPerPoint), limit) - 1;
      return points > 0 ? use(key, points, limit) : undefined;
    },
  };
}
