import { CancelJobCommand, CreateJobCommand, ListJobsCommand } from '@aws-sdk/client-mediaconvert';
import type { TranscodeJob } from '../generated/prisma/client.ts';
import { jobSettings } from './ladder.ts';
import { applyReport, outputPrefix, type TranscodeParts } from './transcode-jobs.ts';

/** How long nobody else offers a job that one copy of the service has begun to offer. */
const CLAIM_SECONDS = 20;
const BATCH = 10;
/** How many pages of MediaConvert's newest jobs are searched for one that was offered before. */
const PAGES = 5;

/** Refusals that the same order would meet again. */
const final = new Set(['BadRequestException', 'ForbiddenException', 'NotFoundException']);

/**
 * Offers jobs that wait to MediaConvert. It runs after the job's row is committed, so a crash at any point leaves a
 * row that the next run picks up.
 * @returns how many were waiting
 */
export async function dispatchJobs(parts: TranscodeParts): Promise<number> {
  // `skip locked`: copies of the service share the queue
  const waiting = await parts.prisma.$queryRaw<{ id: string }[]>`
    update transcode_job set dispatches = dispatches + 1, claimed_until = now() + make_interval(secs => ${CLAIM_SECONDS})
    where id in (
      select id from transcode_job
      where status = 'QUEUED' and external_id is null and (claimed_until is null or claimed_until < now())
      order by created_at limit ${BATCH} for update skip locked)
    returning id`;
  for (const { id } of waiting) {
    const job = await parts.prisma.transcodeJob.findUniqueOrThrow({
      where: { id },
      include: { asset: true },
    });
    await dispatch(parts, job, job.asset.sourceKey);
  }
  return waiting.length;
}

async function dispatch(parts: TranscodeParts, job: TranscodeJob, sourceKey: string): Promise<void> {
  const { prisma, mediaConvert, logger, role, queue, uploads, media } = parts;
  try {
    // MediaConvert forgets a token after a minute: an earlier offer may have arrived and only its answer been lost
    const externalId =
      (job.dispatches > 1 ? await findOffered(parts, job.id) : undefined) ??
      (
        await mediaConvert.send(
          new CreateJobCommand(
            jobSettings({
              jobId: job.id,
              assetId: job.assetId,
              source: `s3://${uploads.name}/${sourceKey}`,
              destination: `s3://${media.name}/${outputPrefix(job)}`,
              role,
              queue,
            }),
          ),
        )
      ).Job?.Id;
    if (externalId === undefined) throw new Error('MediaConvert took a job and gave it no id.');
    await prisma.transcodeJob.update({
      where: { id: job.id },
      data: { externalId, lastHeardAt: new Date() },
    });
    const now = await prisma.transcodeJob.findUniqueOrThrow({ where: { id: job.id } });
    // canceled while it was being offered: there was nothing to cancel then
    if (now.status === 'CANCELED') await mediaConvert.send(new CancelJobCommand({ Id: externalId }));
    logger.info({ jobId: job.id, externalId }, 'a transcode was handed to MediaConvert');
  } catch (error) {
    const { name, message } = error as Error;
    if (final.has(name)) {
      await applyReport(parts, job.id, { status: 'ERROR', errorCode: name, errorMessage: message });
      return;
    }
    const pause = Math.min(60, 2 ** Math.min(job.dispatches, 6));
    logger.warn(
      { error, jobId: job.id, pauseSeconds: pause },
      'MediaConvert did not take a job; it is offered again',
    );
    await prisma.transcodeJob.update({
      where: { id: job.id },
      data: { claimedUntil: new Date(Date.now() + pause * 1000) },
    });
  }
}

/** MediaConvert's id of a job that carries our id in its metadata. */
async function findOffered({ mediaConvert }: TranscodeParts, jobId: string): Promise<string | undefined> {
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const answer = await mediaConvert.send(
      new ListJobsCommand({
        MaxResults: 20,
        Order: 'DESCENDING',
        ...(NextToken !== undefined && { NextToken }),
      }),
    );
    const found = answer.Jobs?.find(({ UserMetadata }) => UserMetadata?.['jobId'] === jobId);
    if (found) return found.Id;
    NextToken = answer.NextToken;
    if (NextToken === undefined) return undefined;
  }
  return undefined;
}
