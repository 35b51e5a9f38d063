import { GetJobCommand, type Job, type MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import type { PubSub } from '../../../platform/events/events.ts';
import type { Logger } from '../../../platform/logger.ts';
import { announceTitle, lockTitle, transactionLimits, type Transaction } from '../assets.ts';
import type { PrismaClient, TranscodeJob, TranscodeStatus } from '../generated/prisma/client.ts';
import type { Bucket } from '../storage.ts';
import { advance, isOver, type JobReport } from './job-state.ts';
import { readOutputs, UnusableOutput, type JobOutputs } from './record-outputs.ts';

export interface TranscodeParts {
  readonly prisma: PrismaClient;
  readonly media: Bucket;
  readonly uploads: Bucket;
  readonly mediaConvert: MediaConvertClient;
  readonly pubsub: PubSub;
  readonly logger: Logger;
  readonly role: string;
  readonly queue: string | undefined;
}

/** Where each change of a job is called out. */
export const jobChannel = (jobId: string): string => `playback:transcode:${jobId}`;

/** Folder of a job's output in the media bucket. */
export const outputPrefix = ({ id, assetId }: Pick<TranscodeJob, 'id' | 'assetId'>): string =>
  `${assetId}/${id}/`;

/** Reads a job and keeps others from changing it until the transaction ends. */
async function lockJob(transaction: Transaction, id: string): Promise<TranscodeJob> {
  await transaction.$queryRaw`select 1 from transcode_job where id = ${id} for update`;
  return transaction.transcodeJob.findUniqueOrThrow({ where: { id } });
}

/**
 * Takes a report of a job: moves it forward, and on its end records what was made or that nothing was.
 * @param playlists keys of the manifests, if a report of completion named them
 * @returns the job as it is now
 * @throws if the store cannot be read; the report must then come again
 */
export async function applyReport(
  parts: TranscodeParts,
  jobId: string,
  report: JobReport,
  playlists: readonly string[] = [],
): Promise<TranscodeJob> {
  const { prisma, media, pubsub, logger } = parts;
  const job = await prisma.transcodeJob.findUniqueOrThrow({ where: { id: jobId } });
  if (isOver(job)) return job;
  let outputs: JobOutputs | undefined;
  let told = report;
  if (report.status === 'COMPLETE') {
    try {
      outputs = await readOutputs(media, outputPrefix(job), playlists);
    } catch (error) {
      if (!(error instanceof UnusableOutput)) throw error;
      told = { status: 'ERROR', errorCode: 'UNUSABLE_OUTPUT', errorMessage: error.message };
    }
  }
  const changed = await prisma.$transaction(async (transaction) => {
    const locked = await lockJob(transaction, jobId);
    const change = advance(locked, told);
    const now = await transaction.transcodeJob.update({
      where: { id: jobId },
      data: { ...change, lastHeardAt: new Date() },
    });
    if (change && isOver(change)) await finishAsset(transaction, now, outputs);
    return { job: now, news: change !== undefined };
  }, transactionLimits);
  if (changed.news) {
    await pubsub.publish(jobChannel(jobId), changed.job.status);
    if (isOver(changed.job))
      logger.info(
        { jobId, status: changed.job.status, errorCode: changed.job.errorCode },
        'a transcode is over',
      );
  }
  return changed.job;
}

/** What the end of a job means for its asset, and for the one that played before. */
async function finishAsset(
  transaction: Transaction,
  job: TranscodeJob,
  outputs: JobOutputs | undefined,
): Promise<void> {
  const where = { id: job.assetId };
  if (job.status !== 'COMPLETE' || !outputs) {
    const { titleId } = await transaction.mediaAsset.update({ where, data: { status: 'FAILED' } });
    return announceTitle(transaction, titleId);
  }
  const { masterKey, mpdKey, durationSeconds, renditions } = outputs;
  const { titleId } = await transaction.mediaAsset.findUniqueOrThrow({ where });
  await lockTitle(transaction, titleId);
  await transaction.mediaAsset.updateMany({
    where: { titleId, status: 'READY', replacedAt: null, id: { not: job.assetId } },
    data: { replacedAt: new Date() },
  });
  await transaction.mediaAsset.update({
    where,
    data: { status: 'READY', masterKey, mpdKey, durationSeconds, outputPrefix: outputPrefix(job) },
  });
  await transaction.rendition.createMany({
    data: renditions.map((made) => ({ ...made, assetId: job.assetId })),
  });
  await announceTitle(transaction, titleId);
}

/** MediaConvert's words for where a job is. */
const statuses: Record<string, TranscodeStatus> = {
  SUBMITTED: 'QUEUED',
  PROGRESSING: 'PROBING',
  STATUS_UPDATE: 'PROBING',
  INPUT_INFORMATION: 'PROBING',
  COMPLETE: 'COMPLETE',
  ERROR: 'ERROR',
  CANCELED: 'CANCELED',
};
const phases = new Set<string>(['PROBING', 'TRANSCODING', 'UPLOADING'] satisfies TranscodeStatus[]);

/** Our status for MediaConvert's status and phase; undefined for words that say nothing of it. */
export function statusOf(status: string, phase: string | null | undefined): TranscodeStatus | undefined {
  const known = statuses[status];
  return known === 'PROBING' && phase && phases.has(phase) ? (phase as TranscodeStatus) : known;
}

const reportOf = (job: Job): JobReport | undefined => {
  const status = statusOf(job.Status ?? '', job.CurrentPhase);
  return (
    status && {
      status,
      percent: job.JobPercentComplete,
      errorCode: job.ErrorCode === undefined ? undefined : String(job.ErrorCode),
      errorMessage: job.ErrorMessage,
    }
  );
};

/**
 * Asks MediaConvert about jobs that were not heard of for a while: their events may be lost.
 * @param silentSeconds how long is too long
 */
export async function reconcileJobs(parts: TranscodeParts, silentSeconds: number): Promise<void> {
  const { prisma, mediaConvert, logger } = parts;
  const silent = await prisma.transcodeJob.findMany({
    where: {
      finishedAt: null,
      externalId: { not: null },
      lastHeardAt: { lte: new Date(Date.now() - silentSeconds * 1000) },
    },
    orderBy: { lastHeardAt: 'asc' },
    take: 50,
  });
  for (const { id, externalId } of silent) {
    try {
      const { Job: job } = await mediaConvert.send(new GetJobCommand({ Id: externalId ?? undefined }));
      const report = job && reportOf(job);
      if (report) await applyReport(parts, id, report);
    } catch (error) {
      if ((error as Error).name === 'NotFoundException')
        await applyReport(parts, id, {
          status: 'ERROR',
          errorCode: 'JOB_LOST',
          errorMessage: 'The transcoder does not know this job any more. Try again.',
        });
      else logger.warn({ error, jobId: id }, 'a job could not be asked about');
    }
  }
}
