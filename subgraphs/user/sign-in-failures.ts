import { digest } from './codes.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { refused, type Refused } from './refusals.ts';

/** Failures in a row that an account bears; the next ones lock it, for twice as long each time. */
const FAILURES_BEFORE_LOCK = 10;
const FIRST_LOCK_SECONDS = 60;
const LONGEST_LOCK_SECONDS = 86_400;

/*
 * Failures are counted by e-mail and not by account, so that an address without an account answers like one with.
 * A lock stops sign-ins only: whoever is signed in stays so.
 */

/** The refusal to give while an e-mail is locked; undefined when it is not. */
export async function lockOf(prisma: PrismaClient, email: string): Promise<Refused | undefined> {
  const row = await prisma.signInFailure.findUnique({ where: { emailHash: digest(email) } });
  const seconds = Math.ceil(((row?.lockedUntil?.getTime() ?? 0) - Date.now()) / 1000);
  if (seconds <= 0) return undefined;
  const wait = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return refused('ACCOUNT_LOCKED', `Too many failed attempts: try again in ${wait}, or reset your password.`);
}

/**
 * Counts a failure. Those that were under way when the lock fell are not counted, so that a burst locks once; a day
 * without failures forgets them.
 */
export async function countFailure(prisma: PrismaClient, email: string): Promise<void> {
  await prisma.$executeRaw`
    insert into sign_in_failure as known (email_hash, failures, updated_at) values (${digest(email)}, 1, now())
    on conflict (email_hash) do update set
      failures = case when known.updated_at < now() - interval '1 day' then 1 else known.failures + 1 end,
      locked_until = case
        when known.updated_at >= now() - interval '1 day' and known.failures + 1 >= ${FAILURES_BEFORE_LOCK}::int
        then now() + make_interval(secs => least(
          ${LONGEST_LOCK_SECONDS}::float8,
          ${FIRST_LOCK_SECONDS}::float8 * power(2, least(known.failures + 1 - ${FAILURES_BEFORE_LOCK}::int, 20))))
        end,
      updated_at = now()
    where known.locked_until is null or known.locked_until <= now()`;
}

/** Forgets the failures after a sign-in went through, or after the owner showed by mail who they are. */
export async function forgetFailures(
  prisma: Pick<PrismaClient, 'signInFailure'>,
  email: string,
): Promise<void> {
  await prisma.signInFailure.deleteMany({ where: { emailHash: digest(email) } });
}
