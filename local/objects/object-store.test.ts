import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { createObjectStore, type ObjectStore } from './object-store.ts';

const bucket = 'marquee-uploads';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

describe('object store', () => {
  let directory: string;
  let store: ObjectStore;
  let client: S3Client;

  const create = (port = 0) =>
    createObjectStore({
      directory,
      host: '127.0.0.1',
      port,
      buckets: [bucket, 'marquee-media'],
      corsOrigins: ['*'],
      credentials,
      logger: createLogger('objects', 'silent'),
    });
  const clientOf = (endpoint: string, secretAccessKey = credentials.secretAccessKey) =>
    new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { ...credentials, secretAccessKey },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      maxAttempts: 1,
    });
  const read = async (Key: string, Range?: string) =>
    (
      await client.send(new GetObjectCommand({ Bucket: bucket, Key, ...(Range && { Range }) }))
    ).Body?.transformToString();
  const presigned = (Key: string, expiresIn = 60, from = client) =>
    getSignedUrl(from, new PutObjectCommand({ Bucket: bucket, Key }), { expiresIn });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'objects-'));
    store = create();
    await store.listen();
    client = clientOf(store.url);
  });
  afterEach(async () => {
    client.destroy();
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('keeps what is put, with its type, over a restart', async () => {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: "a/ü 'b+c.txt", Body: 'hello', ContentType: 'text/plain' }),
    );
    await store.close();
    store = create();
    await store.listen();
    client = clientOf(store.url);
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: "a/ü 'b+c.txt" }));
    expect(head).toMatchObject({ ContentLength: 5, ContentType: 'text/plain' });
    expect(await read("a/ü 'b+c.txt")).toBe('hello');
    const list = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'a/' }));
    expect(list.Contents?.map(({ Key }) => Key)).toEqual(["a/ü 'b+c.txt"]);
  });

  it('serves ranges, counted from either end', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'r', Body: '0123456789' }));
    expect(await read('r', 'bytes=2-4')).toBe('234');
    expect(await read('r', 'bytes=7-')).toBe('789');
    expect(await read('r', 'bytes=-2')).toBe('89');
    await expect(read('r', 'bytes=20-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('lists page by page', async () => {
    const keys = ['a-b', 'a/1080p/1', 'a/720p/1', 'a/720p/2', 'a/master.m3u8', 'b & c'];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    const found: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 2, ...(token && { ContinuationToken: token }) }),
      );
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
    } while (token);
    expect(found).toEqual(keys);
    const list = async (Prefix: string, Delimiter?: string) => {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix, ...(Delimiter && { Delimiter }) }),
      );
      return [page.Contents?.map(({ Key }) => Key), page.CommonPrefixes?.map((one) => one.Prefix)];
    };
    expect(await list('a/', '/')).toEqual([['a/master.m3u8'], ['a/1080p/', 'a/720p/']]);
    expect(await list('a/720p')).toEqual([['a/720p/1', 'a/720p/2'], undefined]);
    expect(await list('none/')).toEqual([undefined, undefined]);
    const nowhere = client.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' }));
    await expect(nowhere).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('deletes what is there, and does not mind what is not', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a/b/c', Body: 'x' }));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a/b/c' }));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a/b/c' }));
    await expect(read('a/b/c')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('takes a presigned PUT', async () => {
    const answer = await fetch(await presigned('p'), { method: 'PUT', body: 'hello' });
    expect(answer.status).toBe(200);
    expect(await read('p')).toBe('hello');
  });

  it('refuses a presigned PUT that is altered, expired, signed by another or for another key', async () => {
    const other = clientOf(store.url, 'wrong');
    const good = await presigned('p');
    const expired = await getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: 'p' }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    });
    const bad = [
      good.replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000'),
      good.replace('/p?', '/q?'),
      good.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'),
      good.replace(/X-Amz-Signature=[^&]+/, ''),
      good.split('?')[0] ?? '',
      expired,
      await presigned('p', 60, other),
    ];
    for (const url of bad) {
      const answer = await fetch(url, {
        method: 'PUT',
        body: 'x',
        headers: { origin: 'http://localhost:1' },
      });
      expect([answer.status, url]).toEqual([403, url]);
      expect(await answer.text()).toMatch(/<Code>(SignatureDoesNotMatch|AccessDenied)<\/Code>/);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    expect((await fetch(good)).status, 'a GET with the signature of a PUT').toBe(403);
    await expect(read('p')).rejects.toMatchObject({ name: 'NoSuchKey' });
    other.destroy();
  });

  it('refuses an SDK request whose secret is another', async () => {
    const other = clientOf(store.url, 'wrong');
    const put = other.send(new PutObjectCommand({ Bucket: bucket, Key: 'x', Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    other.destroy();
  });

  it('keeps nothing of an upload that breaks off, and the object that was there before', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'p', Body: 'before' }));
    const url = new URL(await presigned('p'));
    const socket = connect(Number(url.port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000\r\n\r\nhalf`,
    );
    socket.end();
    socket.resume();
    await closed;
    expect(await read('p')).toBe('before');
  });

  it('takes no byte beyond the declared size, and asks for one', async () => {
    const send = async (headers: string, body: string): Promise<string> => {
      const url = new URL(await presigned('p'));
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.write(
        `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${headers}\r\n\r\n${body}`,
      );
      socket.end();
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      return answer;
    };
    expect(await send('Content-Length: 4', 'fourmore')).toMatch(/HTTP\/1.1 400/);
    const kept = await read('p').catch((error: Error) => error.name);
    expect(['four', 'NoSuchKey']).toContain(kept);
    expect(await send('Transfer-Encoding: chunked', '1\r\nx\r\n0\r\n\r\n')).toMatch(/^HTTP\/1.1 411/);
  });

  it('takes a multipart upload by presigned URLs, lists its parts and makes one object of them', async () => {
    const Key = 'film.mp4';
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key, ContentType: 'video/mp4' }),
    );
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 1), Buffer.from('end')];
    const Parts: { PartNumber: number; ETag: string }[] = [];
    for (const [index, body] of bodies.entries()) {
      const command = new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber: index + 1 });
      const answer = await fetch(await getSignedUrl(client, command, { expiresIn: 60 }), {
        method: 'PUT',
        body,
        headers: { origin: 'http://localhost:1' },
      });
      expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
      Parts.push({ PartNumber: index + 1, ETag: answer.headers.get('etag') ?? '' });
    }
    const listed = await client.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }));
    expect(listed.Parts?.map(({ Size, ETag }) => [Size, ETag])).toEqual([
      [bodies[0]?.length, Parts[0]?.ETag],
      [3, Parts[1]?.ETag],
    ]);
    const wrong = { Parts: [{ PartNumber: 1, ETag: '"00"' }] };
    await expect(
      client.send(
        new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId, MultipartUpload: wrong }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidPart' });
    const done = await client.send(
      new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
    expect(done.ETag).toMatch(/-2"$/);
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
    expect(head).toMatchObject({
      ContentLength: 5 * 1024 * 1024 + 3,
      ContentType: 'video/mp4',
      ETag: done.ETag,
    });
    expect(await read(Key, 'bytes=-3')).toBe('end');
  });

  it('aborts a multipart upload, after which it takes no part', async () => {
    const Key = 'film.mp4';
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    const part = { Bucket: bucket, Key, UploadId, PartNumber: 1 };
    await client.send(new UploadPartCommand({ ...part, Body: 'x' }));
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
    await expect(client.send(new UploadPartCommand({ ...part, Body: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  it('answers a browser that asks whether it may upload', async () => {
    const answer = await fetch(`${store.url}/${bucket}/p`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:4000',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-methods')).toContain('PUT');
  });

  it('refuses keys that are paths', async () => {
    for (const Key of ['../x', 'a/../../x', 'a/./b', 'a\\..\\b', 'a\0b']) {
      const put = client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
      await expect(put, Key).rejects.toMatchObject({
        $metadata: { httpStatusCode: expect.toSatisfy((n) => n >= 400 && n < 500) },
      });
    }
  });

  it('says which port is in use', async () => {
    const { port } = new URL(store.url);
    await expect(create(Number(port)).listen()).rejects.toThrow(`Port ${port} is in use`);
  });
});
