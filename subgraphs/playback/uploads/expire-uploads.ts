import { announceTitle, transactionLimits } from '../assets.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Bucket } from '../storage.ts';

/** How many are thrown away at a time. */
const BATCH = 50;

/**
 * Throws away uploads whose time is over: the parts at the store first, then the row, so that a crash between leaves
 * nothing behind.
 * @returns how many there were
 */
export async function expireUploads(
  prisma: PrismaClient,
  uploads: Bucket,
  now = new Date(),
): Promise<number> {
  const expired = await prisma.upload.findMany({
    where: {
      status: 'OPEN',
      expiresAt: { lt: now },
      OR: [{ claimedUntil: null }, { claimedUntil: { lt: now } }],
    },
    include: { asset: true },
    take: BATCH,
  });
  for (const { id, asset, multipartId } of expired) {
    await uploads.abort({ key: asset.sourceKey, multipartId });
    await uploads.delete(asset.sourceKey);
    await prisma.$transaction(async (transaction) => {
      const { count } = await transaction.upload.updateMany({
        where: { id, status: 'OPEN' },
        data: { status: 'EXPIRED' },
      });
      if (count === 0) return;
      await transaction.mediaAsset.update({ where: { id: asset.id }, data: { status: 'FAILED' } });
      await announceTitle(transaction, asset.titleId);
    }, transactionLimits);
  }
  return expired.length;
}
