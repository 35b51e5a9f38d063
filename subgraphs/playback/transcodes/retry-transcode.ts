import { newId } from '../../../platform/ids.ts';
import { announceTitle, lockTitle, transactionLimits } from '../assets.ts';
import type { PrismaClient, TranscodeJob } from '../generated/prisma/client.ts';
import { refused, type Outcome } from '../refusal.ts';
import type { Bucket } from '../storage.ts';

/**
 * Begins a new attempt at the asset of a job that failed or was canceled.
 * @param onJob called after the new job was written
 * @returns the new job; `CONFLICT` if the job is running, complete, or not the newest attempt
 */
export async function retryTranscode(
  { prisma, uploads, onJob }: { prisma: PrismaClient; uploads: Bucket; onJob: () => void },
  jobId: string,
): Promise<Outcome<TranscodeJob>> {
  const job = await prisma.transcodeJob.findUnique({ where: { id: jobId }, include: { asset: true } });
  if (!job) return refused('NOT_FOUND', `There is no transcode "${jobId}".`, ['jobId']);
  if (job.status !== 'ERROR' && job.status !== 'CANCELED')
    return refused('CONFLICT', 'Only a failed or canceled transcode can be tried again.', ['jobId']);
  if ((await uploads.size(job.asset.sourceKey)) === undefined)
    return refused('CONFLICT', 'The uploaded file is gone: upload it again.', ['jobId']);
  const retry = await prisma.$transaction(async (transaction) => {
    // those who try at once wait for each other here
    await lockTitle(transaction, job.asset.titleId);
    const newer = await transaction.transcodeJob.count({
      where: { assetId: job.assetId, attempt: { gt: job.attempt } },
    });
    if (newer > 0) return undefined;
    const created = await transaction.transcodeJob.create({
      data: { id: newId('job'), assetId: job.assetId, attempt: job.attempt + 1 },
    });
    await transaction.mediaAsset.update({ where: { id: job.assetId }, data: { status: 'TRANSCODING' } });
    await announceTitle(transaction, job.asset.titleId);
    return created;
  }, transactionLimits);
  if (!retry) return refused('CONFLICT', 'There is a newer attempt at this asset.', ['jobId']);
  onJob();
  return { value: retry };
}
