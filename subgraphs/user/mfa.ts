import { generateSecret, generateURI, verify } from 'otplib';
import { digest, newCode, readCode } from './codes.ts';
import type { Context } from './context.ts';
import type { User } from './generated/prisma/client.ts';
import type { Parts } from './parts.ts';
import { limitRate } from './rate-limits.ts';
import { done, refused, type Refused } from './refusals.ts';

const ISSUER = 'Marquee';
const RECOVERY_CODES = 10;
/** A code of the step before or after passes too, for clocks that differ (RFC 6238, 5.2). */
const TOLERANCE_SECONDS = 30;

const purposeOf = (userId: string): string => `authenticator of ${userId}`;

/** Whether six digits are the secret's code at one of the steps after `lastStep`, and at which. */
async function stepOf(secret: string, code: string, lastStep: number): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined;
  const result = await verify({
    secret,
    token: code,
    epochTolerance: TOLERANCE_SECONDS,
    ...(lastStep > 0 && { afterTimeStep: lastStep }),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/** Whether a code of the authenticator, or a recovery code, is right; if it is, it is used up (RFC 6238, 5.2). */
export async function usesCode({ prisma, seal }: Parts, user: User, typed: string): Promise<boolean> {
  if (user.mfaSecret === null) return false;
  const code = typed.replaceAll(/\s/g, '');
  if (/^\d{6}$/.test(code)) {
    const step = await stepOf(seal.open(user.mfaSecret, purposeOf(user.id)), code, user.mfaLastStep);
    if (step === undefined) return false;
    // of two that bring the code at once, one moves the step on
    const { count } = await prisma.user.updateMany({
      where: { id: user.id, mfaLastStep: { lt: step } },
      data: { mfaLastStep: step },
    });
    return count === 1;
  }
  const { count } = await prisma.recoveryCode.deleteMany({
    where: { hash: digest(readCode(code)), userId: user.id },
  });
  return count === 1;
}

/** Makes a secret that waits for its first code. One that waits already is replaced. */
export async function enableMfa({
  parts,
  account,
}: Context): Promise<{ secret: string; otpauthUri: string; userErrors: [] } | Refused> {
  const userId = await account();
  const secret = generateSecret();
  const [user] = await parts.prisma.user.updateManyAndReturn({
    where: { id: userId, mfaSecret: null },
    data: { mfaPendingSecret: parts.seal.close(secret, purposeOf(userId)) },
  });
  if (user === undefined) return alreadyOn();
  return { secret, otpauthUri: generateURI({ issuer: ISSUER, label: user.email, secret }), userErrors: [] };
}

const alreadyOn = (): Refused => refused('CONFLICT', 'The second factor is on already: switch it off first.');

/** Switches the second factor on once the authenticator proved that it has the secret. */
export async function confirmMfa(
  { parts, account }: Context,
  code: string,
): Promise<{ user: User; recoveryCodes: string[]; userErrors: [] } | Refused> {
  const userId = await account();
  const { prisma, seal } = parts;
  await limitCodes(parts, userId);
  const user = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
  if (user.mfaSecret !== null) return alreadyOn();
  const pending = user.mfaPendingSecret;
  if (pending === null) return refused('CONFLICT', 'There is no secret to confirm: call enableMfa first.');
  const step = await stepOf(seal.open(pending, purposeOf(userId)), code.replaceAll(/\s/g, ''), 0);
  if (step === undefined)
    return refused(
      'INVALID_CREDENTIALS',
      'The code is not right: wait for the next one, and check the clock.',
      ['code'],
    );
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newCode);
  return prisma.$transaction(async (tx) => {
    const [changed] = await tx.user.updateManyAndReturn({
      where: { id: userId, mfaSecret: null, mfaPendingSecret: pending },
      data: { mfaSecret: pending, mfaPendingSecret: null, mfaLastStep: step },
    });
    if (changed === undefined)
      return refused('CONFLICT', 'The secret was replaced meanwhile: confirm the new one.');
    await tx.recoveryCode.deleteMany({ where: { userId } });
    await tx.recoveryCode.createMany({ data: recoveryCodes.map((made) => ({ hash: digest(made), userId })) });
    return { user: changed, recoveryCodes, userErrors: [] as [] };
  });
}

/** Switches the second factor off, for whoever has it. */
export async function disableMfa({ parts, account }: Context, code: string) {
  const userId = await account();
  await limitCodes(parts, userId);
  const user = await parts.prisma.user.findUniqueOrThrow({ where: { id: userId } });
  if (user.mfaSecret === null) return { user, ...done };
  if (!(await usesCode(parts, user, code)))
    return refused(
      'INVALID_CREDENTIALS',
      'The code is not right, or was used before: wait for the next one.',
      ['code'],
    );
  return parts.prisma.$transaction(async (tx) => {
    await tx.recoveryCode.deleteMany({ where: { userId } });
    await tx.mfaChallenge.deleteMany({ where: { userId } });
    const changed = await tx.user.update({
      where: { id: userId },
      data: { mfaSecret: null, mfaPendingSecret: null, mfaLastStep: 0 },
    });
    return { user: changed, ...done };
  });
}

const limitCodes = ({ limits }: Parts, userId: string): Promise<void> =>
  limitRate(limits, [{ name: 'mfa-code:user', subject: userId, limit: 20, windowSeconds: 900 }]);
