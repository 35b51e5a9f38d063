import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { S3Client } from '@aws-sdk/client-s3';
import type { PlaybackEnv } from './env.ts';

export interface AwsClients {
  readonly s3: S3Client;
  /** Signs URLs that clients open: the same store under the address by which they reach it. */
  readonly publicS3: S3Client;
  readonly mediaConvert: MediaConvertClient;
  destroy(): void;
}

/** The clients of S3 and MediaConvert: AWS's own unless endpoints say otherwise. */
export function createAwsClients(env: PlaybackEnv): AwsClients {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: token,
  } = env;
  const shared = {
    region: env.AWS_REGION,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(token !== undefined && { sessionToken: token }) },
      }),
  };
  const s3At = (endpoint: string | undefined): S3Client =>
    new S3Client({
      ...shared,
      // S3-compatible stores know neither bucket host names nor trailing checksums
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      // putting a great file together may take minutes, in which S3 keeps the line busy
      requestHandler: { connectionTimeout: 3_000, socketTimeout: 60_000 },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  const s3 = s3At(env.S3_ENDPOINT);
  const publicS3 = s3At(env.S3_PUBLIC_ENDPOINT ?? env.S3_ENDPOINT);
  const mediaConvert = new MediaConvertClient({
    ...shared,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    ...(env.MEDIACONVERT_ENDPOINT !== undefined && { endpoint: env.MEDIACONVERT_ENDPOINT }),
  });
  return {
    s3,
    publicS3,
    mediaConvert,
    destroy() {
      for (const client of [s3, publicS3, mediaConvert]) client.destroy();
    },
  };
}
