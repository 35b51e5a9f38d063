import { newId } from '../../platform/ids.ts';
import { enqueue } from '../../platform/outbox.ts';
import { requireUser } from '../../platform/viewer.ts';
import { digest, newToken } from './codes.ts';
import type { Context } from './context.ts';
import type { Prisma, User } from './generated/prisma/client.ts';
import type { AuthTokens } from './generated/resolvers.ts';
import type { Parts } from './parts.ts';
import { refused, type Refused } from './refusals.ts';
import { scopesOf } from './scopes.ts';

/** A sign-in that just began or went on: what its tokens are made of. */
export interface OpenSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

/** Who is signed in now, as a payload. */
export interface SignedIn {
  readonly user: User & { currentSessionId: string };
  readonly tokens: AuthTokens;
  readonly userErrors: [];
}

export const refreshTokenExpiry = ({ env }: Parts): Date =>
  new Date(Date.now() + env.REFRESH_TOKEN_DAYS * 86_400_000);

/** Begins a sign-in, in the transaction of what allowed it. */
export async function openSession(
  tx: Prisma.TransactionClient,
  parts: Parts,
  { userId, device }: { userId: string; device: string | null },
): Promise<OpenSession> {
  const refreshToken = newToken();
  const expiresAt = refreshTokenExpiry(parts);
  const { id } = await tx.session.create({
    data: {
      id: newId('ses'),
      userId,
      device,
      expiresAt,
      refreshTokens: { create: { hash: digest(refreshToken), expiresAt } },
    },
  });
  return { sessionId: id, refreshToken };
}

/** The payload of somebody who just signed in, after the transaction that opened the session. */
export async function signedIn(parts: Parts, user: User, session: OpenSession): Promise<SignedIn> {
  const { sessionId, refreshToken } = session;
  const { accessToken, expiresAt } = await parts.accessTokens.sign({
    userId: user.id,
    sessionId,
    scopes: scopesOf(user.roles),
  });
  return {
    user: { ...user, currentSessionId: sessionId },
    tokens: { accessToken, refreshToken, accessTokenExpiresAt: expiresAt },
    userErrors: [],
  };
}

/**
 * Ends sign-ins: their refresh tokens stop at once, and the event makes the gateway refuse their access tokens.
 * @returns the ids of those that ended now
 */
export async function endSessions(
  tx: Prisma.TransactionClient,
  which: { userId: string; sessionId?: string },
): Promise<string[]> {
  const ended = await tx.session.updateManyAndReturn({
    where: {
      userId: which.userId,
      endedAt: null,
      ...(which.sessionId !== undefined && { id: which.sessionId }),
    },
    data: { endedAt: new Date() },
    select: { id: true },
  });
  for (const { id } of ended) await enqueue(tx, 'session.revoked', { userId: which.userId, sessionId: id });
  return ended.map(({ id }) => id);
}

type SignedOut = { endedSessionIds: string[]; userErrors: [] } | (Refused & { endedSessionIds: string[] });

/** Ends the sign-in that the request belongs to, if it does to one; once more changes nothing. */
export async function logout({ parts, viewer }: Context): Promise<SignedOut> {
  const userId = requireUser(viewer);
  const { sessionId } = viewer;
  if (sessionId === undefined) return { endedSessionIds: [], userErrors: [] };
  return parts.prisma.$transaction(async (tx) => ({
    endedSessionIds: await endSessions(tx, { userId, sessionId }),
    userErrors: [],
  }));
}

/** Ends the viewer's sign-ins: one, or all. Those that have ended before stay ended. */
export async function signOut({ parts, account }: Context, sessionId?: string): Promise<SignedOut> {
  const userId = await account();
  return parts.prisma.$transaction(async (tx) => ({
    endedSessionIds: await endSessions(tx, { userId, ...(sessionId !== undefined && { sessionId }) }),
    userErrors: [],
  }));
}

/** Ends one sign-in by its id, which must be one of the viewer's. */
export async function revokeSession(context: Context, sessionId: string): Promise<SignedOut> {
  const userId = await context.account();
  const known =
    /^[\w-]{1,64}$/.test(sessionId) &&
    (await context.parts.prisma.session.findFirst({
      where: { id: sessionId, userId },
      select: { id: true },
    }));
  if (!known)
    return {
      endedSessionIds: [],
      ...refused('NOT_FOUND', 'You have no such sign-in: take an id from "sessions".', ['sessionId']),
    };
  return signOut(context, sessionId);
}
