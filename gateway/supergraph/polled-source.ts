import type { S3Client } from '@aws-sdk/client-s3';
import type { Composition } from './compose.ts';
import type { SupergraphSource } from './source.ts';
import { SupergraphError } from './supergraph-error.ts';

/** One reading of a text that has versions. */
interface Reading {
  readonly text: string;
  readonly etag: string | undefined;
}

/** Reads a text, unless it is still the version that is known. @returns undefined then */
type ReadIfChanged = (etag: string | undefined) => Promise<Reading | undefined>;

/** Milliseconds until a source must have answered. */
const TIMEOUT = 10_000;

/**
 * A source that is asked again and again. What it says of itself (its ETag) decides whether it has changed, so that an
 * unchanged supergraph travels only once.
 * @param what names the source in messages, without its address
 * @param interval milliseconds between two questions
 */
function createPolledSource(what: string, interval: number, read: ReadIfChanged): SupergraphSource {
  let last: Reading | undefined;
  return {
    remote: true,
    async load(): Promise<Composition> {
      try {
        last = (await read(last?.etag)) ?? last;
      } catch (error) {
        throw new SupergraphError(`${what} cannot be read: ${reasonOf(error)}`);
      }
      if (!last) throw new SupergraphError(`${what} cannot be read: it never had a version.`);
      return { sdl: last.text, hints: [], files: [] };
    },
    watch(onChange) {
      const timer = setInterval(onChange, interval).unref();
      return () => clearInterval(timer);
    },
  };
}

/** SDL behind a URL, polled with `If-None-Match`. @param interval milliseconds */
export const createUrlSource = (url: string, interval: number): SupergraphSource =>
  createPolledSource("The supergraph's URL", interval, async (etag) => {
    const response = await fetch(url, {
      headers: { accept: 'text/plain, */*', ...(etag !== undefined && { 'if-none-match': etag }) },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await response.text();
    if (response.status === 304) return undefined;
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return { text, etag: response.headers.get('etag') ?? undefined };
  });

export interface S3Options {
  readonly region: string;
  /** An S3-compatible store; AWS if not given. */
  readonly endpoint?: string | undefined;
  /** By default, those that the SDK finds: environment, files, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/**
 * SDL in an object of S3, polled by its ETag.
 * @param location `s3://bucket/key`
 * @param interval milliseconds
 */
export function createS3Source(location: string, interval: number, options: S3Options): SupergraphSource {
  const { hostname: bucket, pathname } = new URL(location);
  const { region, endpoint, credentials } = options;
  let s3: S3Client | undefined;
  const source = createPolledSource('The supergraph in S3', interval, async (etag) => {
    // loaded only where it is used: it takes memory and time to start
    const sdk = await import('@aws-sdk/client-s3');
    const { FetchHttpHandler } = await import('@smithy/fetch-http-handler');
    s3 ??= new sdk.S3Client({
      region,
      // S3-compatible stores know no bucket host names
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      ...(credentials && { credentials }),
      // not node's HTTP client: a process that has used it serves HTTP a fifth slower (`observability/span-sender.ts`)
      requestHandler: new FetchHttpHandler({ requestTimeout: TIMEOUT }),
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    try {
      const object = await s3.send(
        new sdk.GetObjectCommand({
          Bucket: bucket,
          Key: decodeURIComponent(pathname.slice(1)),
          ...(etag !== undefined && { IfNoneMatch: etag }),
        }),
      );
      return { text: (await object.Body?.transformToString()) ?? '', etag: object.ETag };
    } catch (error) {
      // the SDK takes "not modified" for an error
      if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 304)
        return undefined;
      throw error;
    }
  });
  return {
    ...source,
    watch(onChange, onTrouble) {
      const stop = source.watch(onChange, onTrouble);
      return () => {
        stop();
        s3?.destroy();
      };
    },
  };
}

/** The cause in few words; messages of connections name addresses, which health pages must not show. */
function reasonOf(error: unknown): string {
  const { name, message, cause, code } = error as Error & { code?: string; cause?: { code?: string } };
  return cause?.code ?? code ?? (name === 'Error' ? message : name);
}
