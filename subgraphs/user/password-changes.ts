import { setTimeout as delay } from 'node:timers/promises';
import { digest, readCode } from './codes.ts';
import type { Context } from './context.ts';
import type { Prisma, User } from './generated/prisma/client.ts';
import { EMAIL_ADVICE, readDevice, readEmail } from './inputs.ts';
import type { Parts } from './parts.ts';
import { limitRate } from './rate-limits.ts';
import { refused, type Refused } from './refusals.ts';
import { userChanged } from './register.ts';
import { endSessions, openSession, signedIn, type SignedIn } from './sessions.ts';
import { countFailure, forgetFailures, lockOf } from './sign-in-failures.ts';

/** Longer than the work behind an answer takes, even while the mails before it are being written. */
const RESET_ANSWER_MILLISECONDS = 50;

/**
 * Has a code for a new password mailed. Whether there is such an account is found out when the mail is written, after
 * the answer, which comes at a fixed time: neither its words nor its time tell.
 */
export async function requestPasswordReset({ parts, viewer }: Context, typed: string) {
  const email = readEmail(typed);
  if (email === undefined) return { accepted: false, ...refused('INVALID_INPUT', EMAIL_ADVICE, ['email']) };
  await limitRate(parts.limits, [
    { name: 'reset:address', address: viewer.address, limit: 60, windowSeconds: 3600 },
    { name: 'mail:email', subject: email, limit: parts.env.MAILS_PER_EMAIL, windowSeconds: 3600 },
  ]);
  const time = delay(RESET_ANSWER_MILLISECONDS);
  await parts.prisma.$transaction((tx) => parts.mail.enqueue(tx, 'RESET_PASSWORD', email));
  parts.mail.wake();
  await time;
  return { accepted: true, userErrors: [] };
}

/** Sets a new password with a mailed code, which is used up by success only, and ends all sign-ins. */
export async function resetPassword(
  { parts, viewer }: Context,
  { token, newPassword }: { token: string; newPassword: string },
) {
  const { prisma, passwords } = parts;
  await limitRate(parts.limits, [
    { name: 'code:address', address: viewer.address, limit: 60, windowSeconds: 600 },
  ]);
  const refuse = (refusal: Refused) => ({ reset: false, ...refusal });
  const where = { hash: digest(readCode(token)), kind: 'RESET_PASSWORD' as const };
  const code = await prisma.mailedCode.findUnique({ where, include: { user: true } });
  if (code === null)
    return refuse(
      refused('INVALID_CREDENTIALS', 'This is not a code of ours: copy it from the mail.', ['token']),
    );
  const tooOld = () =>
    refuse(refused('TOKEN_EXPIRED', 'The code was used or is too old: ask for another mail.', ['token']));
  if (code.usedAt !== null || code.expiresAt <= new Date()) return tooOld();
  const weakness = passwords.weakness(newPassword, code.user.email);
  if (weakness !== undefined) return refuse(refused('INVALID_INPUT', weakness, ['newPassword']));

  const passwordHash = await passwords.hash(newPassword);
  const reset = await prisma.$transaction(async (tx) => {
    const { count } = await tx.mailedCode.updateMany({
      where: { ...where, usedAt: null },
      data: { usedAt: new Date() },
    });
    if (count === 0) return false;
    // whoever reads the mail has shown that the address is theirs
    const emailVerifiedAt = code.user.emailVerifiedAt ?? new Date();
    const user = await tx.user.update({
      where: { id: code.userId },
      data: { passwordHash, emailVerifiedAt },
    });
    await afterChange(tx, parts, user);
    if (code.user.emailVerifiedAt === null) await userChanged(tx, user);
    return true;
  });
  if (!reset) return tooOld();
  parts.mail.wake();
  return { reset: true, userErrors: [] };
}

/** Sets a new password for somebody who knows the old one. Wrong ones count as failed sign-ins. */
export async function changePassword(
  { parts, viewer, account }: Context,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<SignedIn | Refused> {
  const userId = await account();
  const { prisma, passwords } = parts;
  const user = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
  const lock = await lockOf(prisma, user.email);
  if (lock !== undefined) return lock;
  if (!(await passwords.matches(user.passwordHash, currentPassword))) {
    await countFailure(prisma, user.email);
    return refused('INVALID_CREDENTIALS', 'This is not the current password.', ['currentPassword']);
  }
  const weakness = passwords.weakness(newPassword, user.email);
  if (weakness !== undefined) return refused('INVALID_INPUT', weakness, ['newPassword']);

  const passwordHash = await passwords.hash(newPassword);
  const session = await prisma.$transaction(async (tx) => {
    // the password that was looked at must still be the one that is replaced
    const { count } = await tx.user.updateMany({
      where: { id: userId, passwordHash: user.passwordHash },
      data: { passwordHash },
    });
    if (count === 0) return undefined;
    const before = viewer.sessionId && (await tx.session.findUnique({ where: { id: viewer.sessionId } }));
    await afterChange(tx, parts, user);
    return openSession(tx, parts, {
      userId,
      device: (before && before.device) || readDevice(viewer.userAgent),
    });
  });
  if (session === undefined)
    return refused('INVALID_CREDENTIALS', 'This is not the current password.', ['currentPassword']);
  parts.mail.wake();
  return signedIn(parts, user, session);
}

/** What holds after each change: no sign-in, challenge or mailed code of before is good, and the owner knows. */
async function afterChange(tx: Prisma.TransactionClient, parts: Parts, user: User): Promise<void> {
  await endSessions(tx, { userId: user.id });
  await tx.mfaChallenge.deleteMany({ where: { userId: user.id } });
  await tx.mailedCode.updateMany({
    where: { userId: user.id, kind: 'RESET_PASSWORD', usedAt: null },
    data: { usedAt: new Date() },
  });
  await forgetFailures(tx, user.email);
  await parts.mail.enqueue(tx, 'PASSWORD_CHANGED', user.email);
}
