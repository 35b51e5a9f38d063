import { CancelJobCommand } from '@aws-sdk/client-mediaconvert';
import type { TranscodeJob } from '../generated/prisma/client.ts';
import { refused, type Outcome } from '../refusal.ts';
import { isOver } from './job-state.ts';
import { applyReport, type TranscodeParts } from './transcode-jobs.ts';

/**
 * Stops a job. One that MediaConvert does not have yet is stopped here; one that it has is stopped there first.
 * @returns the canceled job, or `CONFLICT` if it is over
 */
export async function cancelTranscode(parts: TranscodeParts, jobId: string): Promise<Outcome<TranscodeJob>> {
  const job = await parts.prisma.transcodeJob.findUnique({ where: { id: jobId } });
  if (!job) return refused('NOT_FOUND', `There is no transcode "${jobId}".`, ['jobId']);
  if (job.status === 'CANCELED') return { value: job };
  if (isOver(job)) return refused('CONFLICT', 'The transcode is over.', ['jobId']);
  if (job.externalId !== null) {
    try {
      await parts.mediaConvert.send(new CancelJobCommand({ Id: job.externalId }));
    } catch (error) {
      const { name } = error as Error;
      if (name === 'ConflictException' || name === 'BadRequestException')
        return refused('CONFLICT', 'The transcode is over; its result is on its way.', ['jobId']);
      if (name !== 'NotFoundException') throw error;
    }
  }
  const now = await applyReport(parts, jobId, { status: 'CANCELED' });
  if (now.status !== 'CANCELED') return refused('CONFLICT', 'The transcode is over.', ['jobId']);
  return { value: now };
}
