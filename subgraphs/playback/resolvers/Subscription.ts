import { notFound } from '../../../platform/errors.ts';
import { accessibleJob } from '../access.ts';
import type { SubscriptionResolvers } from '../generated/resolvers.ts';
import type { TranscodeJob } from '../generated/prisma/client.ts';
import { followTranscode } from '../transcodes/transcode-progress.ts';

export const Subscription: SubscriptionResolvers = {
  transcodeProgress: {
    async subscribe(_, { jobId }, context) {
      if (!(await accessibleJob(context, jobId))) throw notFound('transcode', jobId);
      return followTranscode(context, jobId);
    },
    resolve: (job: TranscodeJob) => job,
  },
};
