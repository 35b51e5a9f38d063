import { codedError } from '../../platform/errors.ts';
import type { Limits } from '../../platform/limits.ts';
import { digest } from './codes.ts';

export interface RateRule {
  /** What is counted, for instance `sign-in:address`. */
  readonly name: string;
  /** Whose it is: an address or e-mail; without one nothing is counted. */
  readonly subject: string | undefined;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** @throws `RATE_LIMITED` with `retryAfterSeconds` when one of the rules has nothing left */
export async function limitRate(limits: Limits, rules: readonly RateRule[]): Promise<void> {
  for (const { name, subject, limit, windowSeconds } of rules) {
    if (subject === undefined) continue;
    const { allowed, retryAfterSeconds } = await limits.consume(
      `user:${name}:${digest(subject)}`,
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
