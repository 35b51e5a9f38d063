import { createDatabase } from '../../platform/database.ts';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import { createOutbox } from '../../platform/outbox.ts';
import { alone, createPeriodic } from '../../platform/periodic.ts';
import type { Service } from '../../platform/run-service.ts';
import { createSubgraphServer } from '../../platform/subgraph-server.ts';
import { createAwsClients } from './aws.ts';
import type { Context, Domain } from './context.ts';
import type { PlaybackEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createLoaders } from './loaders.ts';
import { manifestRoute } from './manifests/origin.ts';
import { createSessionManifests } from './manifests/session-manifests.ts';
import { consumeEvents, createReadModels } from './read-models.ts';
import { resolvers } from './resolvers/index.ts';
import { endSessionsOf, expireSessions } from './sessions/playback-parts.ts';
import { createSigner } from './signing.ts';
import { createBucket } from './storage.ts';
import { tellGateways } from './tell-gateways.ts';
import { dispatchJobs } from './transcodes/dispatch-jobs.ts';
import { reconcileJobs } from './transcodes/transcode-jobs.ts';
import { webhookRoute } from './transcodes/webhook.ts';
import { createCompleteUpload } from './uploads/complete-upload.ts';
import { expireUploads } from './uploads/expire-uploads.ts';

/** Any number, the same in all copies of the service: who holds this lock cleans up. */
const CLEANING_LOCK = 7_201_941;
/** After so long without news of a running job MediaConvert is asked, in seconds. */
const SILENCE = 60;

/** The playback service: uploads, transcodes, sessions, manifests and watch progress. */
export async function createPlaybackSubgraph({
  env,
  infrastructure,
  logger,
}: {
  env: PlaybackEnv;
  infrastructure: Infrastructure;
  logger: Logger;
}): Promise<Service> {
  const { events, pubsub, leases, limits } = infrastructure;
  const database = createDatabase(env.DATABASE_URL, PrismaClient, { connections: 20, logger });
  const { prisma, pool } = database;
  const aws = createAwsClients(env);
  const uploads = createBucket(env.UPLOAD_BUCKET, aws.s3, aws.publicS3);
  const media = createBucket(env.MEDIA_BUCKET, aws.s3, aws.publicS3);
  const signer = createSigner(env.CDN_KEY_PAIR_ID, env.CDN_PRIVATE_KEY);
  const readModels = createReadModels(prisma, pubsub, endSessionsOf);
  const transcodes = {
    prisma,
    media,
    uploads,
    mediaConvert: aws.mediaConvert,
    pubsub,
    logger,
    role: env.MEDIACONVERT_ROLE,
    queue: env.MEDIACONVERT_QUEUE,
    onJob: () => dispatcher.wake(),
  };

  const dispatcher = createPeriodic('dispatch transcodes', 5_000, logger, () => dispatchJobs(transcodes));
  // the first time all running jobs are asked about: their events may have come while the service was down
  let silence = 0;
  const reconciler = createPeriodic('reconcile transcodes', 15_000, logger, async () => {
    await reconcileJobs(transcodes, silence);
    silence = SILENCE;
  });
  const cleaner = createPeriodic('clean up', 60_000, logger, () =>
    alone(pool, CLEANING_LOCK, async () => {
      await expireUploads(prisma, uploads);
      await expireSessions(prisma);
    }),
  );
  const jobs = [dispatcher, reconciler, cleaner];

  const domain: Domain = {
    env,
    prisma,
    pubsub,
    readModels,
    signer,
    createUploadParts: { prisma, uploads, readModels, env },
    completeUpload: createCompleteUpload({ prisma, uploads, logger, onJob: transcodes.onJob }),
    transcodes,
    playback: { prisma, readModels, leases, limits, logger, env },
  };
  const manifests = createSessionManifests({ media, signer, cdnUrl: env.CDN_URL });
  const server = await createSubgraphServer<Context>({
    host: env.HOST,
    port: env.PORT,
    logger,
    schema: new URL('schema.graphql', import.meta.url),
    resolvers,
    secret: env.GATEWAY_SECRET,
    context: (viewer) => ({ ...domain, viewer, loaders: createLoaders(prisma) }),
    ready: database.ready,
    routes: [
      webhookRoute(transcodes, env.WEBHOOK_API_KEY),
      manifestRoute({ prisma, manifests, originSecret: env.ORIGIN_SECRET }),
    ],
  });
  const outbox = createOutbox({ pool, source: 'playback', events, logger });
  const stopConsuming = await consumeEvents(events, readModels);
  const stopTelling = await tellGateways(infrastructure);

  return {
    name: 'playback',
    get url() {
      return server.url;
    },
    async listen() {
      await server.listen();
      outbox.start();
      for (const job of jobs) job.start();
    },
    ready: database.ready,
    async close() {
      await server.close();
      await stopConsuming();
      await Promise.all(jobs.map((job) => job.close()));
      await outbox.close();
      await stopTelling();
      aws.destroy();
      await database.close();
    },
  };
}
