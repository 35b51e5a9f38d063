import type { PlaybackSession } from '../generated/prisma/client.ts';
import { refused, type Outcome } from '../refusal.ts';
import { keepPlace } from './heartbeat.ts';
import { isEntitled } from './playback-rules.ts';
import { endedRefusal, endSession, ownSession, urlExpiry, type PlaybackParts } from './playback-parts.ts';

/**
 * Gives a session a later expiry, if its viewer still has a membership and the stream its place. The qualities become
 * those of the plan as it is now.
 */
export async function renewPlayback(
  parts: PlaybackParts,
  userId: string,
  sessionId: string,
): Promise<Outcome<PlaybackSession>> {
  const { prisma, readModels, env } = parts;
  const found = await ownSession(prisma, userId, sessionId);
  if (found.refusal) return found;
  const session = found.value;
  if (session.endedAt !== null) return endedRefusal(session.endReason);
  if (session.endsAt.getTime() <= Date.now()) {
    await endSession(prisma, sessionId, 'EXPIRED');
    return endedRefusal('EXPIRED');
  }
  const entitlement = await readModels.entitlement(userId);
  if (!entitlement || !isEntitled(entitlement, env.ENTITLEMENT_GRACE_HOURS, new Date())) {
    await endSession(prisma, sessionId, 'NO_MEMBERSHIP');
    return endedRefusal('NO_MEMBERSHIP');
  }
  const { maxHeight, maxStreams } = entitlement;
  if (!(await keepPlace(parts, { ...session, maxStreams }))) return endedRefusal('TAKEN_OVER');
  const { count } = await prisma.playbackSession.updateMany({
    where: { id: sessionId, endedAt: null },
    data: {
      maxHeight,
      maxStreams,
      expiresAt: urlExpiry(env, { endsAt: session.endsAt, entitlement, before: session.expiresAt }),
    },
  });
  const now = await prisma.playbackSession.findUnique({ where: { id: sessionId } });
  if (!now) return refused('NOT_FOUND', `There is no playback session "${sessionId}".`, ['sessionId']);
  return count === 1 ? { value: now } : endedRefusal(now.endReason);
}
