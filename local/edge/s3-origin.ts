import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { LRUCache } from 'lru-cache';
import { parseRange } from './byte-range.ts';
import {
  type ContentHeaders,
  contentHeaders,
  isNotModified,
  sendRefusal,
  wantedRange,
} from './edge-answer.ts';
import type { Origin } from './edge.ts';

export interface S3OriginOptions {
  readonly prefix: string;
  readonly kind: 's3';
  readonly endpoint: string;
  readonly region: string;
  /** The key of an object is the path after the prefix. */
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

interface CachedObject extends ContentHeaders {
  readonly body: Buffer;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

const cacheBytes = 64 * 1024 * 1024;
const largestCached = 16 * 1024 * 1024;

/** Serves objects of a bucket, with a bounded cache of those that say for how long they stay the same. */
export function createS3Origin({ endpoint, region, bucket, credentials, prefix }: S3OriginOptions): Origin {
  const s3 = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const cache = new LRUCache<string, CachedObject>({
    maxSize: cacheBytes,
    sizeCalculation: ({ body }) => body.length + 1,
  });
  /** Reads under way, so that many who ask at once cost the bucket one read. */
  const reading = new Map<string, Promise<CachedObject | undefined>>();

  const read = (Key: string, Range?: string): Promise<GetObjectCommandOutput> =>
    s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...(Range !== undefined && { Range }) }));

  /** @returns nothing for an object that is too large to be held in memory */
  async function readWhole(key: string): Promise<CachedObject | undefined> {
    const object = await read(key);
    if ((object.ContentLength ?? Infinity) > largestCached) {
      (object.Body as Readable).destroy();
      return undefined;
    }
    const body = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
    const cached = { ...headersOf(object), body, storedAt: Date.now() };
    const seconds = maxAge(cached.cacheControl);
    if (seconds > 0) cache.set(key, cached, { ttl: seconds * 1000 });
    return cached;
  }

  function readOnce(key: string): Promise<CachedObject | undefined> {
    const running = reading.get(key);
    if (running) return running;
    const started = readWhole(key).finally(() => reading.delete(key));
    reading.set(key, started);
    return started;
  }

  async function serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const key = path.slice(prefix.length);
    if (key === '') return sendRefusal(request, response, 403, 'AccessDenied', 'Access Denied');
    try {
      const hit = cache.get(key);
      const object = hit ?? (await readOnce(key));
      if (object) sendBuffer(request, response, object, hit ? 'Hit' : 'Miss');
      else await sendStream(request, response, key);
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (response.headersSent || status === undefined) throw error;
      if (status === 404)
        sendRefusal(request, response, 404, 'NoSuchKey', 'The specified key does not exist.');
      else if (status === 416)
        sendRefusal(request, response, 416, 'InvalidRange', 'The range is not satisfiable');
      else if (status === 403) sendRefusal(request, response, 403, 'AccessDenied', 'Access Denied');
      else throw error;
    }
  }

  /** Passes a large object on as it comes. */
  async function sendStream(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const range = /^bytes=(\d+-\d*|-\d+)$/.test(request.headers.range ?? '')
      ? request.headers.range
      : undefined;
    const object = await read(key, request.method === 'HEAD' ? undefined : range);
    const body = object.Body as Readable;
    const headers = headersOf(object);
    if (isNotModified(request, headers.etag) || request.method === 'HEAD') body.destroy();
    if (isNotModified(request, headers.etag))
      return void response.writeHead(304, contentHeaders(headers, 'Miss')).end();
    response.writeHead(object.ContentRange ? 206 : 200, {
      ...contentHeaders(headers, 'Miss'),
      'accept-ranges': 'bytes',
      'content-length': String(object.ContentLength ?? 0),
      ...(object.ContentRange && { 'content-range': object.ContentRange }),
    });
    if (request.method === 'HEAD') return void response.end();
    await pipeline(body, response);
  }

  return { serve, close: () => s3.destroy() };
}

function sendBuffer(
  request: IncomingMessage,
  response: ServerResponse,
  object: CachedObject,
  cache: 'Hit' | 'Miss',
): void {
  const { body, etag, storedAt } = object;
  const headers = {
    ...contentHeaders(object, cache),
    'accept-ranges': 'bytes',
    ...(cache === 'Hit' && { age: String(Math.floor((Date.now() - storedAt) / 1000)) }),
  };
  if (isNotModified(request, etag)) return void response.writeHead(304, headers).end();
  const range = parseRange(wantedRange(request, etag), body.length);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${body.length}`);
    return sendRefusal(request, response, 416, 'InvalidRange', 'The range is not satisfiable');
  }
  const part = range ? body.subarray(range.first, range.last + 1) : body;
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'content-length': String(part.length),
    ...(range && { 'content-range': `bytes ${range.first}-${range.last}/${body.length}` }),
  });
  response.end(request.method === 'HEAD' ? undefined : part);
}

const headersOf = (object: GetObjectCommandOutput): ContentHeaders => ({
  contentType: object.ContentType,
  cacheControl: object.CacheControl,
  etag: object.ETag,
  lastModified: object.LastModified,
});

/** Seconds for which an answer may be kept by a shared cache; 0 if it does not say. */
function maxAge(cacheControl: string | undefined): number {
  if (cacheControl === undefined || /no-store|no-cache|private/.test(cacheControl)) return 0;
  return Number(/s-maxage=(\d+)/.exec(cacheControl)?.[1] ?? /max-age=(\d+)/.exec(cacheControl)?.[1] ?? 0);
}
