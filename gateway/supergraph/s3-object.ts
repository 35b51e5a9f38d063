import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import type { ReadIfChanged, ReadingLimits } from './polled-source.ts';
import { textWithin } from './text-within.ts';

export interface S3Options {
  readonly region: string;
  /** An S3-compatible store; AWS if not given. */
  readonly endpoint?: string | undefined;
  /** By default, those that the SDK finds: environment, files, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** A text in an object of S3. */
export interface S3Object {
  readonly read: ReadIfChanged;
  close(): void;
}

/**
 * @param location `s3://bucket/key`
 * @param options `mostBytes`: how long the text may be
 */
export function openS3Object(
  location: string,
  { region, endpoint, credentials, mostBytes }: S3Options & Pick<ReadingLimits, 'mostBytes'>,
): S3Object {
  const { hostname: bucket, pathname } = new URL(location);
  const s3 = new S3Client({
    region,
    // S3-compatible stores know no bucket host names
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    // not node's HTTP client: a process that has used it serves HTTP a fifth slower (`observability/span-sender.ts`)
    requestHandler: new FetchHttpHandler(),
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return {
    async read(etag, abortSignal) {
      try {
        const object = await s3.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: decodeURIComponent(pathname.slice(1)),
            ...(etag !== undefined && { IfNoneMatch: etag }),
          }),
          // of the whole, retries and body included: a limit of the SDK's own would end with the headers
          { abortSignal },
        );
        const body = object.Body?.transformToWebStream() as ReadableStream<Uint8Array> | undefined;
        return { text: body ? await textWithin(body, mostBytes) : '', etag: object.ETag };
      } catch (error) {
        // the SDK takes "not modified" for an error
        if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 304)
          return undefined;
        throw error;
      }
    },
    close: () => s3.destroy(),
  };
}
