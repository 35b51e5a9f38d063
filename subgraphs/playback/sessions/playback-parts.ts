import type { Leases } from '../../../platform/leases.ts';
import type { Limits } from '../../../platform/limits.ts';
import type { Logger } from '../../../platform/logger.ts';
import { forbidden } from '../../../platform/errors.ts';
import type { Transaction } from '../assets.ts';
import type { PlaybackEnv } from '../env.ts';
import type {
  EntitlementFacts,
  PlaybackSession,
  PrismaClient,
  SessionEndReason,
} from '../generated/prisma/client.ts';
import type { ReadModels } from '../read-models.ts';
import { refused, type Outcome } from '../refusal.ts';
import { entitledUntil } from './playback-rules.ts';

/** What the functions about sessions need. */
export interface PlaybackParts {
  readonly prisma: PrismaClient;
  readonly readModels: ReadModels;
  readonly leases: Leases;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly env: Pick<
    PlaybackEnv,
    'LEASE_SECONDS' | 'SESSION_LIFETIME_SECONDS' | 'URL_LIFETIME_SECONDS' | 'ENTITLEMENT_GRACE_HOURS'
  >;
}

/** The places that a user's streams take; each is held by a device. */
export const streamsOf = (userId: string): string => `streams:${userId}`;

/**
 * When URLs signed now stop working: whole seconds, as signatures have it; not after the session, nor after the
 * membership.
 * @param before an earlier expiry that it should go beyond
 */
export function urlExpiry(
  env: PlaybackParts['env'],
  { endsAt, entitlement, before }: { endsAt: Date; entitlement: EntitlementFacts; before?: Date },
): Date {
  const second = 1000;
  const wanted = Math.max(
    Date.now() + env.URL_LIFETIME_SECONDS * second,
    before ? before.getTime() + second : 0,
  );
  const latest = Math.min(wanted, endsAt.getTime(), entitledUntil(entitlement, env.ENTITLEMENT_GRACE_HOURS));
  return new Date(Math.floor(latest / second) * second);
}

/** A session of this user. Somebody else's is FORBIDDEN; one that never was is an outcome. */
export async function ownSession(
  prisma: PrismaClient,
  userId: string,
  id: string,
): Promise<Outcome<PlaybackSession>> {
  const session = await prisma.playbackSession.findUnique({ where: { id } });
  if (!session) return refused('NOT_FOUND', `There is no playback session "${id}".`, ['sessionId']);
  if (session.userId !== userId) throw forbidden('This playback session is not yours.');
  return { value: session };
}

/** What to tell the client of a session that has ended. */
export function endedRefusal(reason: SessionEndReason | null): ReturnType<typeof refused> {
  switch (reason) {
    case 'TAKEN_OVER':
    case 'REPLACED':
      return refused('STREAM_LIMIT', 'Another stream took the place of this one: start playback again.', [
        'sessionId',
      ]);
    case 'NO_MEMBERSHIP':
      return refused('NO_MEMBERSHIP', 'The membership has ended.', ['sessionId']);
    case 'EXPIRED':
      return refused('TOKEN_EXPIRED', "The session's time is over: start playback again.", ['sessionId']);
    default:
      return refused('CONFLICT', 'The session was stopped: start playback again.', ['sessionId']);
  }
}

/** Ends a session if it is open. @returns whether it was */
export async function endSession(
  prisma: PrismaClient | Transaction,
  id: string,
  endReason: SessionEndReason,
): Promise<boolean> {
  const { count } = await prisma.playbackSession.updateMany({
    where: { id, endedAt: null },
    data: { endedAt: new Date(), endReason },
  });
  return count === 1;
}

/** Ends all that a user watches, because the membership ended. */
export async function endSessionsOf(transaction: Transaction, userId: string): Promise<void> {
  await transaction.playbackSession.updateMany({
    where: { userId, endedAt: null },
    data: { endedAt: new Date(), endReason: 'NO_MEMBERSHIP' },
  });
}

/** Ends the sessions whose lifetime is over. @returns how many there were */
export async function expireSessions(prisma: PrismaClient, now = new Date()): Promise<number> {
  const { count } = await prisma.playbackSession.updateMany({
    where: { endedAt: null, endsAt: { lt: now } },
    data: { endedAt: now, endReason: 'EXPIRED' },
  });
  return count;
}
