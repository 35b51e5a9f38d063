import path from 'node:path';
import type { Logger } from '../platform/logger.ts';
import { HOST, type Addresses } from './addresses.ts';
import { createEdge } from './edge/edge.ts';
import type { LocalEnv } from './env.ts';
import { findFfmpeg } from './ffmpeg.ts';
import { createMail } from './mail/mail.ts';
import { createMediaConvert } from './mediaconvert/mediaconvert.ts';
import { createObjectStore } from './objects/object-store.ts';
import type { Secrets } from './secrets.ts';
import { buckets, REGION } from './service-env.ts';
import { createStripe } from './stripe/stripe.ts';

/** One part of a local platform that listens somewhere. */
export interface Part {
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** The outside systems of a platform on one machine, by the name that a step gets. None listens yet. */
export async function createStandIns(
  env: LocalEnv,
  addresses: Addresses,
  secrets: Secrets,
  loggerOf: (service: string) => Logger,
): Promise<Record<string, Part>> {
  const place = (name: 'objects' | 'mediaconvert' | 'stripe' | 'edge') => ({
    host: HOST,
    port: addresses.port(name),
    directory: path.join(env.dataDir, name),
    logger: loggerOf(name),
  });
  return {
    'Object store (S3)': createObjectStore({
      ...place('objects'),
      buckets: Object.values(buckets),
      corsOrigins: ['*'],
      credentials: secrets.objectStore,
    }),
    MediaConvert: createMediaConvert({
      ...place('mediaconvert'),
      concurrency: env.transcodesAtOnce,
      webhook: {
        url: `${addresses.url('playback')}/webhooks/mediaconvert`,
        apiKey: secrets.mediaConvertWebhook,
      },
      s3: { endpoint: addresses.url('objects'), region: REGION, credentials: secrets.objectStore },
      ffmpegPath: await findFfmpeg(env.ffmpegPath),
    }),
    Stripe: createStripe({
      ...place('stripe'),
      secretKey: secrets.stripeKey,
      webhook: { url: `${addresses.url('billing')}/webhooks/stripe`, secret: secrets.stripeWebhook },
    }),
    Mail: createMail({
      host: HOST,
      smtpPort: addresses.port('smtp'),
      httpPort: addresses.port('mail'),
      directory: path.join(env.dataDir, 'mail'),
      logger: loggerOf('mail'),
      limit: 200,
    }),
    'Edge (CDN)': createEdge({
      ...place('edge'),
      publicUrl: addresses.url('edge'),
      keys: { [secrets.cdnKeyPairId]: secrets.cdnPublicKey },
      origins: [
        {
          prefix: '/media/',
          kind: 's3',
          endpoint: addresses.url('objects'),
          region: REGION,
          bucket: buckets.media,
          credentials: secrets.objectStore,
        },
        {
          prefix: '/manifests/',
          kind: 'http',
          url: addresses.url('playback'),
          headers: { 'x-origin-secret': secrets.origin },
        },
      ],
    }),
  };
}
