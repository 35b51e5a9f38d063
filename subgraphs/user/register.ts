import { newId } from '../../platform/ids.ts';
import { enqueue } from '../../platform/outbox.ts';
import type { Context } from './context.ts';
import type { Prisma, User } from './generated/prisma/client.ts';
import type { RegisterInput } from './generated/resolvers.ts';
import { EMAIL_ADVICE, readDevice, readEmail, readName } from './inputs.ts';
import { profileChanged } from './profiles.ts';
import { limitRate } from './rate-limits.ts';
import { refused, type Refused } from './refusals.ts';
import { openSession, signedIn, type SignedIn } from './sessions.ts';

/** Tells other services what an account is now. */
export const userChanged = (tx: Prisma.TransactionClient, user: User): Promise<void> =>
  enqueue(tx, 'user.changed', {
    userId: user.id,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
  });

/** Makes an account with a first profile, signs it in, and has a confirmation mailed: all of it or nothing. */
export async function register(
  { parts, viewer }: Context,
  input: RegisterInput,
): Promise<SignedIn | Refused> {
  const email = readEmail(input.email);
  if (email === undefined) return refused('INVALID_INPUT', EMAIL_ADVICE, ['input', 'email']);
  const weakness = parts.passwords.weakness(input.password, email);
  if (weakness !== undefined) return refused('INVALID_INPUT', weakness, ['input', 'password']);
  await limitRate(parts.limits, [
    {
      name: 'sign-up:address',
      address: viewer.address,
      limit: parts.env.SIGN_UPS_PER_ADDRESS,
      windowSeconds: 3600,
    },
  ]);

  const passwordHash = await parts.passwords.hash(input.password);
  const outcome = await parts.prisma
    .$transaction(async (tx) => {
      const user = await tx.user.create({ data: { id: newId('usr'), email, passwordHash } });
      const profile = await tx.profile.create({
        data: {
          id: newId('prf'),
          userId: user.id,
          name: readName(email.split('@')[0]?.slice(0, 50) ?? '', 50) ?? 'Me',
          kind: 'ADULT',
          maturityLimit: 'AGE_18',
          language: 'en',
        },
      });
      await userChanged(tx, user);
      await profileChanged(tx, profile);
      await parts.mail.enqueue(tx, 'CONFIRM_EMAIL', email);
      return {
        user,
        session: await openSession(tx, parts, { userId: user.id, device: readDevice(viewer.userAgent) }),
      };
    })
    .catch((error: unknown) => {
      // P2002, a unique column: the only one that a person chooses is the e-mail
      if ((error as { code?: unknown }).code === 'P2002') return undefined;
      throw error;
    });
  if (outcome === undefined)
    return refused('EMAIL_TAKEN', 'There is an account with this e-mail: sign in, or reset its password.', [
      'input',
      'email',
    ]);
  parts.mail.wake();
  return signedIn(parts, outcome.user, outcome.session);
}
