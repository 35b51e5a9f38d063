import type { PubSub } from '../../platform/events/events.ts';
import type { Viewer } from '../../platform/viewer.ts';
import type { PlaybackEnv } from './env.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Loaders } from './loaders.ts';
import type { ReadModels } from './read-models.ts';
import type { PlaybackParts } from './sessions/playback-parts.ts';
import type { Signer } from './signing.ts';
import type { TranscodeParts } from './transcodes/transcode-jobs.ts';
import type { createCompleteUpload } from './uploads/complete-upload.ts';
import type { CreateUploadParts } from './uploads/create-upload.ts';

/** What does not change between requests. */
export interface Domain {
  readonly env: PlaybackEnv;
  readonly prisma: PrismaClient;
  readonly pubsub: PubSub;
  readonly readModels: ReadModels;
  readonly signer: Signer;
  readonly createUploadParts: CreateUploadParts;
  readonly completeUpload: ReturnType<typeof createCompleteUpload>;
  readonly transcodes: TranscodeParts & { readonly onJob: () => void };
  readonly playback: PlaybackParts;
}

/** What resolvers get. */
export interface Context extends Domain {
  readonly viewer: Viewer;
  readonly loaders: Loaders;
}
