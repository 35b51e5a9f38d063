import { enqueue } from '../../platform/outbox.ts';
import type { MediaAsset, Prisma, PrismaClient } from './generated/prisma/client.ts';

export type Transaction = Prisma.TransactionClient;

/** What an interactive transaction may take: longer than usual, since a burst of starts queues for connections. */
export const transactionLimits = { maxWait: 10_000, timeout: 15_000 };

const plays = ({ status, replacedAt }: MediaAsset): boolean => status === 'READY' && replacedAt === null;

/**
 * The asset of each title: the one that plays, else the newest.
 * @returns at most one asset a title
 */
export async function currentAssets(
  prisma: PrismaClient | Transaction,
  titleIds: string[],
): Promise<MediaAsset[]> {
  const assets = await prisma.mediaAsset.findMany({
    where: { titleId: { in: titleIds } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  const current = new Map<string, MediaAsset>();
  for (const asset of assets)
    if (plays(asset) || !current.has(asset.titleId)) current.set(asset.titleId, asset);
  return [...current.values()];
}

/** Lets changes of one title wait for each other: until the transaction ends nobody else passes here. */
export async function lockTitle(transaction: Transaction, titleId: string): Promise<void> {
  await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${titleId}, 0))`;
}

/**
 * Tells the other services what there is to play of a title now, as part of the change. Changes of one title wait
 * for each other here, so that the later event tells the later state.
 */
export async function announceTitle(transaction: Transaction, titleId: string): Promise<void> {
  await lockTitle(transaction, titleId);
  const [asset] = await currentAssets(transaction, [titleId]);
  if (!asset) return;
  const playable = asset.status === 'READY';
  const best = playable
    ? await transaction.rendition.findFirst({
        where: { assetId: asset.id, kind: 'VIDEO' },
        orderBy: { height: 'desc' },
        select: { height: true },
      })
    : null;
  await enqueue(transaction, 'asset.changed', {
    titleId,
    assetId: asset.id,
    status: asset.status,
    playable,
    maxHeight: best?.height ?? null,
    durationSeconds: asset.durationSeconds,
  });
}
