import { transactionLimits } from '../assets.ts';
import type { PlaybackSession } from '../generated/prisma/client.ts';
import { refused, type Outcome } from '../refusal.ts';
import { recordProgress } from './progress.ts';
import { isEntitled } from './playback-rules.ts';
import { endedRefusal, endSession, ownSession, streamsOf, type PlaybackParts } from './playback-parts.ts';

/** How far beyond the end a player may say it is: its clock counts the last frame too. */
const SLACK_SECONDS = 5;

/** What is wrong with a position, if anything. */
export const positionRefusal = (
  session: PlaybackSession,
  position: number,
): ReturnType<typeof refused> | undefined =>
  position >= 0 && position <= session.durationSeconds + SLACK_SECONDS
    ? undefined
    : refused('INVALID_INPUT', `The position lies between 0 and ${session.durationSeconds} seconds.`, [
        'positionSeconds',
      ]);

/**
 * Keeps the stream's place. A place that was lost by silence is taken again if one is free.
 * @returns false if all are taken; the session has ended then
 */
export async function keepPlace(
  { prisma, leases, env }: PlaybackParts,
  session: PlaybackSession,
): Promise<boolean> {
  const { id, userId, deviceId, maxStreams } = session;
  const key = streamsOf(userId);
  if (await leases.renew(key, deviceId, env.LEASE_SECONDS)) return true;
  if (await leases.acquire(key, deviceId, maxStreams, env.LEASE_SECONDS)) return true;
  await endSession(prisma, id, 'TAKEN_OVER');
  return false;
}

/** Tells where a viewer is: renews the place and notes the progress. */
export async function heartbeat(
  parts: PlaybackParts,
  userId: string,
  sessionId: string,
  positionSeconds: number,
): Promise<Outcome<PlaybackSession>> {
  const { prisma, readModels, env } = parts;
  const found = await ownSession(prisma, userId, sessionId);
  if (found.refusal) return found;
  const session = found.value;
  if (session.endedAt !== null) return endedRefusal(session.endReason);
  const wrong = positionRefusal(session, positionSeconds);
  if (wrong) return wrong;
  if (session.endsAt.getTime() <= Date.now()) {
    await endSession(prisma, sessionId, 'EXPIRED');
    return endedRefusal('EXPIRED');
  }
  if (!isEntitled(await readModels.entitlement(userId), env.ENTITLEMENT_GRACE_HOURS, new Date())) {
    await endSession(prisma, sessionId, 'NO_MEMBERSHIP');
    return endedRefusal('NO_MEMBERSHIP');
  }
  if (!(await keepPlace(parts, session))) return endedRefusal('TAKEN_OVER');
  const now = await prisma.$transaction(async (transaction) => {
    const position = Math.min(positionSeconds, session.durationSeconds);
    const { count } = await transaction.playbackSession.updateMany({
      where: { id: sessionId, endedAt: null },
      data: { positionSeconds: position },
    });
    if (count === 1) await recordProgress(transaction, session, position);
    return transaction.playbackSession.findUniqueOrThrow({ where: { id: sessionId } });
  }, transactionLimits);
  return now.endedAt === null ? { value: now } : endedRefusal(now.endReason);
}
