import { digest, newToken } from './codes.ts';
import type { Context } from './context.ts';
import type { User } from './generated/prisma/client.ts';
import type { LoginInput, UserError } from './generated/resolvers.ts';
import { readDevice, readEmail } from './inputs.ts';
import { usesCode } from './mfa.ts';
import type { Parts } from './parts.ts';
import { limitRate } from './rate-limits.ts';
import { refused, userError, type Refused } from './refusals.ts';
import { openSession, signedIn, type SignedIn } from './sessions.ts';
import { countFailure, forgetFailures, lockOf } from './sign-in-failures.ts';

const CHALLENGE_MINUTES = 5;
const CHALLENGE_ATTEMPTS = 5;

/** The password was right and a second factor is on. */
interface Challenged {
  readonly mfaChallenge: string;
  readonly userErrors: [UserError];
}

/**
 * Signs in with e-mail and password. An e-mail without an account gets the same answers after the same work. The lock
 * is asked before the password is looked at and again after, so that a burst of guesses learns from ten at most.
 */
export async function signIn(
  { parts, viewer }: Context,
  input: LoginInput,
): Promise<SignedIn | Challenged | Refused> {
  const { prisma, env } = parts;
  // what is no address has no account: it goes the same way as one that might
  const email = readEmail(input.email) ?? input.email.slice(0, 254);
  await limitRate(parts.limits, [
    { name: 'sign-in:address', address: viewer.address, limit: env.SIGN_INS_PER_ADDRESS, windowSeconds: 900 },
    { name: 'sign-in:email', subject: email, limit: env.SIGN_INS_PER_EMAIL, windowSeconds: 900 },
  ]);
  const lock = await lockOf(prisma, email);
  if (lock !== undefined) return lock;

  const user =
    readEmail(input.email) === undefined ? null : await prisma.user.findUnique({ where: { email } });
  if (!(await parts.passwords.matches(user?.passwordHash, input.password)) || user === null) {
    await countFailure(prisma, email);
    return refused('INVALID_CREDENTIALS', 'The e-mail or the password is not right.');
  }
  const lockMeanwhile = await lockOf(prisma, email);
  if (lockMeanwhile !== undefined) return lockMeanwhile;
  const device = readDevice(input.device ?? viewer.userAgent);
  return user.mfaSecret === null ? admit(parts, user, device) : challenge(parts, user, device);
}

async function admit(parts: Parts, user: User, device: string | null): Promise<SignedIn> {
  const session = await parts.prisma.$transaction(async (tx) => {
    await forgetFailures(tx, user.email);
    return openSession(tx, parts, { userId: user.id, device });
  });
  return signedIn(parts, user, session);
}

async function challenge({ prisma }: Parts, user: User, device: string | null): Promise<Challenged> {
  const mfaChallenge = newToken();
  const expiresAt = new Date(Date.now() + CHALLENGE_MINUTES * 60_000);
  await prisma.mfaChallenge.create({
    data: { hash: digest(mfaChallenge), userId: user.id, device, expiresAt },
  });
  return {
    mfaChallenge,
    userErrors: [
      userError('MFA_REQUIRED', 'Pass the challenge to verifyMfa, with a code of your authenticator app.'),
    ],
  };
}

/** Completes a sign-in that {@link signIn} challenged. Wrong codes count as failures of the account. */
export async function verifyMfa(
  { parts, viewer }: Context,
  { challenge: token, code }: { challenge: string; code: string },
): Promise<SignedIn | Refused> {
  const { prisma } = parts;
  await limitRate(parts.limits, [
    {
      name: 'sign-in:address',
      address: viewer.address,
      limit: parts.env.SIGN_INS_PER_ADDRESS,
      windowSeconds: 900,
    },
  ]);
  const hash = digest(token);
  // the attempt is counted before the code is looked at: a burst has no more of them than a queue
  const [attempt] = await prisma.mfaChallenge.updateManyAndReturn({
    where: { hash, expiresAt: { gt: new Date() }, attempts: { lt: CHALLENGE_ATTEMPTS } },
    data: { attempts: { increment: 1 } },
    include: { user: true },
  });
  if (attempt === undefined)
    return refused('TOKEN_EXPIRED', 'The challenge is not good any more: sign in again.', ['challenge']);
  const { user, device } = attempt;
  const lock = await lockOf(prisma, user.email);
  if (lock !== undefined) return lock;
  if (!(await usesCode(parts, user, code))) {
    await countFailure(prisma, user.email);
    return refused(
      'INVALID_CREDENTIALS',
      'The code is not right, or was used before: wait for the next one.',
      ['code'],
    );
  }
  // of two that had the same challenge and two codes, one gets the session
  const { count } = await prisma.mfaChallenge.deleteMany({ where: { hash } });
  if (count === 0)
    return refused('TOKEN_EXPIRED', 'The challenge is not good any more: sign in again.', ['challenge']);
  return admit(parts, user, device);
}
