import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { JobFailure } from './job.ts';

export interface S3Options {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** How jobs read their input and write their outputs. */
export interface JobStorage {
  /** Copies an object to a file; `onProgress` is told the share that is done, 0 to 1. */
  download(
    address: string,
    path: string,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<void>;
  upload(path: string, address: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

export function createJobStorage({ endpoint, region, credentials }: S3Options): JobStorage {
  const s3 = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 5,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return {
    async download(address, path, signal, onProgress) {
      try {
        const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand(locate(address)), {
          abortSignal: signal,
        });
        let read = 0;
        await pipeline(
          Body as Readable,
          async function* count(chunks: AsyncIterable<Buffer>) {
            for await (const chunk of chunks) {
              read += chunk.length;
              onProgress(read / ContentLength);
              yield chunk;
            }
          },
          createWriteStream(path),
          { signal },
        );
      } catch (error) {
        signal.throwIfAborted();
        const status = statusOf(error);
        if (status === 404)
          throw new JobFailure('inputMissing', `There is no object ${address}.`, { cause: error });
        if (status === 403)
          throw new JobFailure('inputForbidden', `The job may not read ${address}.`, { cause: error });
        throw error;
      }
    },
    async upload(path, address, signal) {
      // a segment is some megabytes: whole in memory it can be sent again, which the SDK does with no stream
      const content = await readFile(path);
      try {
        await s3.send(
          new PutObjectCommand({
            ...locate(address),
            Body: content,
            ContentType: contentTypeOf(path),
            CacheControl: /\.(m3u8|mpd)$/.test(path)
              ? 'public, max-age=300'
              : 'public, max-age=31536000, immutable',
          }),
          { abortSignal: signal },
        );
      } catch (error) {
        signal.throwIfAborted();
        const status = statusOf(error);
        if (status === 403 || status === 404)
          throw new JobFailure('outputForbidden', `The job may not write ${address}.`, { cause: error });
        throw error;
      }
    },
    close: () => s3.destroy(),
  };
}

function locate(address: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  return { Bucket, Key };
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

function contentTypeOf(path: string): string {
  if (path.endsWith('.m3u8')) return 'application/vnd.apple.mpegurl';
  if (path.endsWith('.mpd')) return 'application/dash+xml';
  return path.endsWith('.mp4') ? 'video/mp4' : 'video/iso.segment';
}
