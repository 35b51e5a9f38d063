import { digest, readCode } from './codes.ts';
import type { Context } from './context.ts';
import type { User } from './generated/prisma/client.ts';
import { limitRate } from './rate-limits.ts';
import { refused, type Refused } from './refusals.ts';
import { userChanged } from './register.ts';

/** Confirms an address with the code that was mailed to it. The same code again changes nothing. */
export async function confirmEmail(
  { parts, viewer }: Context,
  token: string,
): Promise<{ user: User; userErrors: [] } | Refused> {
  await limitRate(parts.limits, [
    { name: 'code:address', address: viewer.address, limit: 60, windowSeconds: 600 },
  ]);
  return parts.prisma.$transaction(async (tx) => {
    const code = await tx.mailedCode.findUnique({
      where: { hash: digest(readCode(token)), kind: 'CONFIRM_EMAIL' },
      include: { user: true },
    });
    if (code === null)
      return refused('INVALID_CREDENTIALS', 'This is not a code of ours: copy it from the mail.', ['token']);
    if (code.user.emailVerifiedAt !== null) return { user: code.user, userErrors: [] as [] };
    if (code.expiresAt <= new Date())
      return refused('TOKEN_EXPIRED', 'The code is too old: ask for another with resendConfirmation.', [
        'token',
      ]);
    const user = await tx.user.update({ where: { id: code.userId }, data: { emailVerifiedAt: new Date() } });
    await tx.mailedCode.update({ where: { hash: code.hash }, data: { usedAt: new Date() } });
    await userChanged(tx, user);
    return { user, userErrors: [] as [] };
  });
}

/** Has another confirmation mailed to the signed-in user; nothing to do if the address is confirmed. */
export async function resendConfirmation({ parts, account }: Context) {
  const user = await parts.prisma.user.findUniqueOrThrow({ where: { id: await account() } });
  if (user.emailVerifiedAt !== null) return { accepted: true, userErrors: [] };
  await limitRate(parts.limits, [
    { name: 'mail:email', subject: user.email, limit: parts.env.MAILS_PER_EMAIL, windowSeconds: 3600 },
  ]);
  await parts.prisma.$transaction((tx) => parts.mail.enqueue(tx, 'CONFIRM_EMAIL', user.email));
  parts.mail.wake();
  return { accepted: true, userErrors: [] };
}
