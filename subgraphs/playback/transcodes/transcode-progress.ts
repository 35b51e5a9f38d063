import type { PubSub } from '../../../platform/events/events.ts';
import type { PrismaClient, TranscodeJob } from '../generated/prisma/client.ts';
import { isOver } from './job-state.ts';
import { jobChannel } from './transcode-jobs.ts';

/** How long to believe that nothing changed, in milliseconds: messages are lost while Redis is reconnected to. */
const RECHECK = 15_000;

const sameState = (one: TranscodeJob, other: TranscodeJob | undefined): boolean =>
  one.status === other?.status && one.percent === other.percent && one.errorCode === other.errorCode;

/**
 * The states of a job: the present one at once, each later one as it comes, and after the last one the end. It
 * listens before it reads, so no change falls between.
 */
export async function followTranscode(
  { prisma, pubsub }: { prisma: PrismaClient; pubsub: PubSub },
  jobId: string,
): Promise<AsyncIterableIterator<TranscodeJob>> {
  const messages = await pubsub.subscribe<string>(jobChannel(jobId), 1);
  const states = followed(prisma, jobId, messages);
  const iterator: AsyncIterableIterator<TranscodeJob> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => states.next(),
    // a generator that waits cannot be returned: ending what it waits for lets it go on to its end
    async return() {
      await messages.return?.();
      await states.return(undefined);
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

async function* followed(
  prisma: PrismaClient,
  jobId: string,
  messages: AsyncIterableIterator<string>,
): AsyncGenerator<TranscodeJob, void> {
  let told: TranscodeJob | undefined;
  let message = messages.next();
  try {
    for (;;) {
      const job = await prisma.transcodeJob.findUnique({ where: { id: jobId } });
      if (!job) return;
      if (!sameState(job, told)) yield job;
      if (isOver(job)) return;
      told = job;
      const heard = await soonerOf(message, RECHECK);
      if (heard?.done) return;
      if (heard) message = messages.next();
    }
  } finally {
    await messages.return?.();
  }
}

/** What a promise gives, or undefined if it takes longer. */
async function soonerOf<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
    timer.unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
