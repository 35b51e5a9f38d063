import { transactionLimits } from '../assets.ts';
import type { PlaybackSession } from '../generated/prisma/client.ts';
import type { Outcome } from '../refusal.ts';
import { positionRefusal } from './heartbeat.ts';
import { recordProgress } from './progress.ts';
import { endSession, ownSession, streamsOf, type PlaybackParts } from './playback-parts.ts';

/**
 * Ends a session and gives its place back. A session that has ended stays as it is: its device's place may belong to a
 * newer one.
 */
export async function stopPlayback(
  { prisma, leases }: PlaybackParts,
  userId: string,
  sessionId: string,
  positionSeconds: number | null | undefined,
): Promise<Outcome<PlaybackSession>> {
  const found = await ownSession(prisma, userId, sessionId);
  if (found.refusal) return found;
  const session = found.value;
  if (session.endedAt !== null) return { value: session };
  const known = positionSeconds ?? undefined;
  const wrong = known === undefined ? undefined : positionRefusal(session, known);
  if (wrong) return wrong;
  const ended = await prisma.$transaction(async (transaction) => {
    const open = await endSession(transaction, sessionId, 'STOPPED');
    if (!open || known === undefined) return open;
    const position = Math.min(known, session.durationSeconds);
    await transaction.playbackSession.update({
      where: { id: sessionId },
      data: { positionSeconds: position },
    });
    await recordProgress(transaction, session, position);
    return open;
  }, transactionLimits);
  if (ended) await leases.release(streamsOf(userId), session.deviceId);
  return { value: await prisma.playbackSession.findUniqueOrThrow({ where: { id: sessionId } }) };
}
