import { requireScope, requireUser } from '../../../platform/viewer.ts';
import { actorOf, UPLOAD_SCOPE } from '../access.ts';
import type { MutationResolvers, UserError } from '../generated/resolvers.ts';
import type { PlaybackSession, TranscodeJob } from '../generated/prisma/client.ts';
import type { Outcome } from '../refusal.ts';
import { heartbeat } from '../sessions/heartbeat.ts';
import { renewPlayback } from '../sessions/renew-playback.ts';
import { startPlayback } from '../sessions/start-playback.ts';
import { stopPlayback } from '../sessions/stop-playback.ts';
import { cancelTranscode } from '../transcodes/cancel-transcode.ts';
import { retryTranscode } from '../transcodes/retry-transcode.ts';
import { createUpload } from '../uploads/create-upload.ts';

const errorsOf = ({ refusal }: Outcome<unknown>): UserError[] => (refusal ? [refusal] : []);

const sessionPayload = (outcome: Outcome<PlaybackSession>) => ({
  session: outcome.value ?? null,
  userErrors: errorsOf(outcome),
});

const jobPayload = (outcome: Outcome<TranscodeJob>) => ({
  transcodeJob: outcome.value ?? null,
  userErrors: errorsOf(outcome),
});

export const Mutation: MutationResolvers = {
  async createUpload(_, { input }, { viewer, createUploadParts }) {
    requireScope(viewer, UPLOAD_SCOPE);
    const outcome = await createUpload(createUploadParts, actorOf(viewer), input);
    return { upload: outcome.value ?? null, userErrors: errorsOf(outcome) };
  },
  async completeUpload(_, { input }, { viewer, completeUpload }) {
    requireScope(viewer, UPLOAD_SCOPE);
    const outcome = await completeUpload(input);
    return {
      asset: outcome.value?.asset ?? null,
      transcodeJob: outcome.value?.transcodeJob ?? null,
      userErrors: errorsOf(outcome),
    };
  },
  async retryTranscode(_, { jobId }, { viewer, transcodes }) {
    requireScope(viewer, UPLOAD_SCOPE);
    return jobPayload(await retryTranscode(transcodes, jobId));
  },
  async cancelTranscode(_, { jobId }, { viewer, transcodes }) {
    requireScope(viewer, UPLOAD_SCOPE);
    return jobPayload(await cancelTranscode(transcodes, jobId));
  },
  async startPlayback(_, { input }, { viewer, playback }) {
    const userId = requireUser(viewer);
    return sessionPayload(await startPlayback(playback, { userId, region: viewer.region }, input));
  },
  async renewPlayback(_, { sessionId }, { viewer, playback }) {
    return sessionPayload(await renewPlayback(playback, requireUser(viewer), sessionId));
  },
  async heartbeat(_, { sessionId, positionSeconds }, { viewer, playback }) {
    return sessionPayload(await heartbeat(playback, requireUser(viewer), sessionId, positionSeconds));
  },
  async stopPlayback(_, { sessionId, positionSeconds }, { viewer, playback }) {
    return sessionPayload(await stopPlayback(playback, requireUser(viewer), sessionId, positionSeconds));
  },
};
