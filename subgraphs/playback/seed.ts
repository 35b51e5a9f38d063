import { recordProgress } from './sessions/progress.ts';
import type { PrismaClient } from './generated/prisma/client.ts';

export interface SeenTitle {
  readonly titleId: string;
  readonly positionSeconds: number;
  readonly durationSeconds: number;
}

/**
 * Demo data of a local platform: what a profile has watched so far, oldest first. What it has watched since stays as
 * it is, so that running it again changes nothing.
 */
export async function seedPlayback(
  prisma: PrismaClient,
  { profileId, seen }: { profileId: string; seen: readonly SeenTitle[] },
): Promise<{ added: number }> {
  let added = 0;
  for (const { titleId, positionSeconds, durationSeconds } of seen)
    await prisma.$transaction(async (transaction) => {
      const where = { profileId_titleId: { profileId, titleId } };
      if (await transaction.watchProgress.findUnique({ where })) return;
      await recordProgress(transaction, { profileId, titleId, durationSeconds }, positionSeconds);
      added++;
    });
  return { added };
}
