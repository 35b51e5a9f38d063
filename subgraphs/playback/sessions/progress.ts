import { enqueue } from '../../../platform/outbox.ts';
import {
  connectionOf,
  decodeCursor,
  pageSize,
  type Connection,
  type PageArguments,
} from '../../../platform/pagination.ts';
import { badUserInput } from '../../../platform/errors.ts';
import type { Transaction } from '../assets.ts';
import type { PlaybackSession, PrismaClient, WatchProgress } from '../generated/prisma/client.ts';

/** The part of a video after which only little can follow. */
const FINISHED_SHARE = 0.95;
/** How long credits run, and from which length of a video on that is less than the rest of it. */
const CREDITS_SECONDS = 120;
const CREDITS_FROM_SECONDS = 1_200;

/** Whether somebody who is at `position` has seen the video: only the credits are left. */
export const isFinished = (position: number, duration: number): boolean =>
  duration > 0 &&
  (position > duration * FINISHED_SHARE ||
    (duration >= CREDITS_FROM_SECONDS && duration - position <= CREDITS_SECONDS));

/** Notes where a profile is in a title, and tells the other services. */
export async function recordProgress(
  transaction: Transaction,
  { profileId, titleId, durationSeconds }: Pick<PlaybackSession, 'profileId' | 'titleId' | 'durationSeconds'>,
  positionSeconds: number,
): Promise<void> {
  const updatedAt = new Date();
  const finished = isFinished(positionSeconds, durationSeconds);
  const state = { positionSeconds, durationSeconds, finished, updatedAt };
  await transaction.watchProgress.upsert({
    where: { profileId_titleId: { profileId, titleId } },
    create: { profileId, titleId, ...state },
    update: state,
  });
  await enqueue(transaction, 'progress.changed', {
    profileId,
    titleId,
    positionSeconds,
    durationSeconds,
    finished,
    at: updatedAt.toISOString(),
  });
}

/** What a profile has begun and not finished, newest first. */
export async function continueWatching(
  prisma: PrismaClient,
  profileId: string,
  { first, after }: PageArguments,
): Promise<Connection<WatchProgress>> {
  const size = pageSize(first);
  const rows = await prisma.watchProgress.findMany({
    where: { profileId, finished: false, positionSeconds: { gt: 0 }, ...(after != null && before(after)) },
    orderBy: [{ updatedAt: 'desc' }, { titleId: 'asc' }],
    take: size + 1,
  });
  return connectionOf(rows, { first: size, after }, ({ updatedAt, titleId }) => [
    updatedAt.toISOString(),
    titleId,
  ]);
}

/** What comes behind a cursor in that order. */
function before(cursor: string) {
  const [time, titleId] = decodeCursor(cursor, 2);
  const updatedAt = new Date(String(time));
  if (Number.isNaN(updatedAt.getTime())) throw badUserInput('after', 'is not a cursor of this connection');
  return { OR: [{ updatedAt: { lt: updatedAt } }, { updatedAt, titleId: { gt: String(titleId) } }] };
}
