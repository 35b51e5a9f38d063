import { access, mkdir, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import S3rver from 's3rver';
import type { Logger } from '../../platform/logger.ts';
import { createHttpService, type Route } from '../../platform/serve.ts';
import { escapeXml, listObjects } from './list-objects.ts';
import { listParts, makeWritesAtomic, uploadDirectory, uploadExists } from './atomic-store.ts';
import { type Credentials, refusalOf } from './signature-v4.ts';

export interface ObjectStoreOptions {
  /** Where objects are kept; made if it is missing. */
  readonly directory: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Made at start if they are missing. */
  readonly buckets: readonly string[];
  /** Origins of browsers that may upload and download; `*` for all. */
  readonly corsOrigins: readonly string[];
  /** The one key that signs requests. */
  readonly credentials: Credentials;
  readonly logger: Logger;
}

export interface ObjectStore {
  /** The S3 endpoint; clients use path-style addresses. */
  readonly url: string;
  /** @throws with a sentence that names the port if it is taken */
  listen(): Promise<void>;
  close(): Promise<void>;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const;

/**
 * S3 on one machine: s3rver, with what it lacks in front of it. Every request must be signed, as in a private
 * bucket; uploads are whole or absent; multipart uploads can be listed and aborted.
 */
export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { directory, host, port, buckets, corsOrigins, credentials, logger } = options;
  const incoming = join(directory, 'incoming');
  const s3rver = new S3rver({
    directory: join(directory, 'buckets'),
    silent: true,
    vhostBuckets: false,
    configureBuckets: buckets.map((name) => ({ name, configs: [corsConfiguration(corsOrigins)] })),
  });
  makeWritesAtomic(s3rver.store, incoming);
  const answer = s3rver.callback();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS') return answer(request, response);
    const refusal = refusalOf(request, credentials, Date.now());
    if (refusal) return refuse(request, response, 403, refusal.code, refusal.message);
    const url = new URL(`http://${host}${withoutSignature(request.url ?? '/')}`);
    const [, bucket = '', ...segments] = url.pathname.split('/');
    const key = decodeURIComponent(segments.join('/'));
    // a key is a path on this disk: none may lead out of its bucket
    if (/(^|[/\\])\.\.?([/\\]|$)|\0|\._S3rver_/.test(decodeURIComponent(request.url?.split('?')[0] ?? '')))
      return refuse(request, response, 400, 'InvalidURI', 'The key cannot be a path.');
    if (request.method === 'PUT') {
      if (request.headers['content-length'] === undefined)
        return refuse(request, response, 411, 'MissingContentLength', 'Declare the size in Content-Length.');
      if (String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-'))
        return refuse(
          request,
          response,
          501,
          'NotImplemented',
          "Chunked signing is not understood here: make the client with requestChecksumCalculation: 'WHEN_REQUIRED'.",
        );
    }
    if (request.method === 'GET' && key === '' && url.searchParams.get('list-type') === '2') {
      const list = await listObjects(s3rver.store, bucket, url.searchParams);
      if (list === undefined)
        return refuse(request, response, 404, 'NoSuchBucket', 'There is no such bucket.');
      return sendXml(response, 200, list);
    }
    const uploadId = url.searchParams.get('uploadId');
    if (uploadId !== null && !(await serveMultipart(request, response, bucket, key, uploadId, url))) return;
    await makeRangeAbsolute(request, bucket, key);
    delete request.headers.authorization;
    request.url = `${url.pathname}${url.search}`;
    return answer(request, response);
  }

  /** @returns true if s3rver is to go on with the request */
  async function serveMultipart(
    request: IncomingMessage,
    response: ServerResponse,
    bucket: string,
    key: string,
    uploadId: string,
    url: URL,
  ): Promise<boolean> {
    if (!(await uploadExists(s3rver.store, bucket, key, uploadId))) {
      refuse(
        request,
        response,
        404,
        'NoSuchUpload',
        'There is no such upload: it is complete, aborted or made up.',
      );
      return false;
    }
    if (request.method === 'DELETE') {
      await rm(uploadDirectory(s3rver.store, bucket, uploadId), { recursive: true, force: true });
      response.writeHead(204).end();
      return false;
    }
    if (request.method === 'GET') {
      const parts = await listParts(s3rver.store, bucket, uploadId);
      const items = parts.map(
        ({ number, etag, size, lastModified }) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size>` +
          `<LastModified>${lastModified.toISOString()}</LastModified></Part>`,
      );
      sendXml(
        response,
        200,
        `<ListPartsResult><Bucket>${bucket}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${uploadId}</UploadId>` +
          `<IsTruncated>false</IsTruncated>${items.join('')}</ListPartsResult>`,
      );
      return false;
    }
    const partNumber = Number(url.searchParams.get('partNumber') ?? 1);
    if (Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= 10_000) return true;
    refuse(request, response, 400, 'InvalidArgument', 'A part number is a whole number from 1 to 10000.');
    return false;
  }

  /** s3rver takes `bytes=-500`, the last 500 bytes, for the first 500. */
  async function makeRangeAbsolute(request: IncomingMessage, bucket: string, key: string): Promise<void> {
    const suffix = /^bytes=-(\d+)$/.exec(request.headers.range ?? '')?.[1];
    if (suffix === undefined) return;
    try {
      const size = (await s3rver.store.getMetadata(bucket, key))['content-length'];
      request.headers.range = `bytes=${Math.max(0, size - Number(suffix))}-`;
    } catch (error) {
      // a missing object is s3rver's to answer
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  const service = createHttpService({
    host,
    port,
    logger,
    routes: methods.map((method): Route => ({ method, path: '/*', handler: serve })),
    ready: () => access(join(directory, 'buckets')),
  });
  // a part may take as long as the uploader's line needs
  service.server.requestTimeout = 0;

  return {
    get url() {
      return service.url;
    },
    async listen() {
      await rm(incoming, { recursive: true, force: true });
      await mkdir(incoming, { recursive: true });
      await s3rver.configureBuckets();
      await service.listen();
    },
    close: () => service.close(),
  };
}

function corsConfiguration(origins: readonly string[]): string {
  const rules = [
    ...origins.map((origin) => `<AllowedOrigin>${escapeXml(origin)}</AllowedOrigin>`),
    ...['GET', 'HEAD', 'PUT'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`),
    '<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds>',
  ];
  return `<CORSConfiguration><CORSRule>${rules.join('')}</CORSRule></CORSConfiguration>`;
}

/** The signature is judged by now; s3rver, which would judge it by its own lights, shall not see it. */
function withoutSignature(url: string): string {
  const [path = '/', search = ''] = url.split('?');
  const kept = search
    .split('&')
    .filter(
      (pair) =>
        !/^(X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Content-Sha256)|x-id)=/.test(
          pair,
        ),
    );
  return search === '' || kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  // the browser hides an answer without this header from the page, and with it the reason of the refusal
  if (request.headers.origin) response.setHeader('access-control-allow-origin', '*');
  if (!request.complete) response.setHeader('connection', 'close');
  sendXml(response, status, `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`);
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
}
