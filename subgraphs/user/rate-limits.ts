import { networkOf } from '../../platform/addresses.ts';
import { codedError } from '../../platform/errors.ts';
import type { Limits } from '../../platform/limits.ts';
import { digest } from './codes.ts';

export interface RateRule {
  /** What is counted, for instance `sign-in:address`. */
  readonly name: string;
  /** Whose it is, such as an e-mail. */
  readonly subject?: string;
  /** Where it comes from, in the place of a subject; IPv6 counts by its /64. Without either nothing is counted. */
  readonly address?: string | undefined;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** @throws `RATE_LIMITED` with `retryAfterSeconds` when one of the rules has nothing left */
export async function limitRate(limits: Limits, rules: readonly RateRule[]): Promise<void> {
  for (const { name, subject, address, limit, windowSeconds } of rules) {
    const whose = address === undefined ? subject : networkOf(address);
    if (whose === undefined) continue;
    const { allowed, retryAfterSeconds } = await limits.consume(
      `user:${name}:${digest(whose)}`,
      1,
      limit,
      windowSeconds,
    );
    if (!allowed)
      throw codedError(
        'RATE_LIMITED',
        `Too many attempts: try again in ${Math.ceil(retryAfterSeconds)} seconds.`,
        {
          retryAfterSeconds: Math.ceil(retryAfterSeconds),
        },
      );
  }
}
