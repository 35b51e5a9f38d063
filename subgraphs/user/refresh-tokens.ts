import { digest, newToken } from './codes.ts';
import type { Prisma } from './generated/prisma/client.ts';
import type { Parts } from './parts.ts';
import { isRefused, refused, type Refused } from './refusals.ts';
import { endSessions, refreshTokenExpiry, signedIn, type OpenSession, type SignedIn } from './sessions.ts';

/**
 * Exchanges a refresh token for its successor (RFC 9700, 4.14.2). Of any number that come with the same token at once
 * exactly one gets it; a token that comes again ends the sign-in, since whoever brings it, somebody has a copy.
 */
export async function refreshTokens(parts: Parts, refreshToken: string): Promise<SignedIn | Refused> {
  const hash = digest(refreshToken);
  const outcome = await parts.prisma.$transaction(async (tx) => {
    // one statement takes the token: the row's lock lets a second one see that it was used
    const [taken] = await tx.$queryRaw<{ session_id: string }[]>`
      update refresh_token set used_at = now()
      from session
      where refresh_token.hash = ${hash} and refresh_token.used_at is null and refresh_token.expires_at > now()
        and session.id = refresh_token.session_id and session.ended_at is null
      returning refresh_token.session_id`;
    return taken === undefined ? refuse(tx, hash) : succeed(tx, parts, taken.session_id);
  });
  if (isRefused(outcome)) return outcome;
  const user = await parts.prisma.user.findUniqueOrThrow({ where: { id: outcome.userId } });
  return signedIn(parts, user, outcome);
}

async function succeed(
  tx: Prisma.TransactionClient,
  parts: Parts,
  sessionId: string,
): Promise<OpenSession & { userId: string }> {
  const refreshToken = newToken();
  const expiresAt = refreshTokenExpiry(parts);
  await tx.refreshToken.create({ data: { hash: digest(refreshToken), sessionId, expiresAt } });
  const { userId } = await tx.session.update({
    where: { id: sessionId },
    data: { lastSeenAt: new Date(), expiresAt },
  });
  return { sessionId, refreshToken, userId };
}

async function refuse(tx: Prisma.TransactionClient, hash: string): Promise<Refused> {
  const token = await tx.refreshToken.findUnique({ where: { hash }, include: { session: true } });
  if (token === null)
    return refused('INVALID_CREDENTIALS', 'This is not a refresh token: sign in again.', ['refreshToken']);
  if (token.usedAt !== null) {
    await endSessions(tx, { userId: token.session.userId, sessionId: token.sessionId });
    return refused(
      'INVALID_CREDENTIALS',
      'This refresh token was used before, so the sign-in has been ended: sign in again.',
      ['refreshToken'],
    );
  }
  if (token.session.endedAt !== null)
    return refused('INVALID_CREDENTIALS', 'This sign-in has ended: sign in again.', ['refreshToken']);
  return refused('TOKEN_EXPIRED', 'This refresh token is too old: sign in again.', ['refreshToken']);
}
