import { followChanges } from '../../../platform/events/follow-changes.ts';
import type { PubSub } from '../../../platform/events/events.ts';
import type { PrismaClient, TranscodeJob } from '../generated/prisma/client.ts';
import { isOver } from './job-state.ts';
import { jobChannel } from './transcode-jobs.ts';

/** The states of a job: the present one at once, each later one as it comes, and after the last one the end. */
export const followTranscode = (
  { prisma, pubsub }: { prisma: PrismaClient; pubsub: PubSub },
  jobId: string,
): Promise<AsyncIterableIterator<TranscodeJob>> =>
  followChanges({
    pubsub,
    channel: jobChannel(jobId),
    read: async () => (await prisma.transcodeJob.findUnique({ where: { id: jobId } })) ?? undefined,
    isSame: (job, told) =>
      job.status === told.status && job.percent === told.percent && job.errorCode === told.errorCode,
    isOver,
  });
