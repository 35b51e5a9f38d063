import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, request as httpRequest, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { createObjectStore, type ObjectStore } from '../objects/object-store.ts';
import { createEdge, type Edge } from './edge.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const keyPair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const [current, next, foreign] = [keyPair(), keyPair(), keyPair()];
const segment = Buffer.from('0123456789'.repeat(100));
const large = randomBytes(17 * 1024 * 1024);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a target as it is: unlike fetch, which tidies dot segments away. */
function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const path = url.slice(url.indexOf('/', 'http://'.length));
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject).end();
  });
}

describe('edge', () => {
  let directory: string;
  let objects: ObjectStore;
  let s3: S3Client;
  let origin: Server;
  let edge: Edge;
  let bare: string;
  const originRequests: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];

  const soon = () => Math.floor(Date.now() / 1000) + 60;
  const policy = (resource: string, condition: object = { DateLessThan: { 'AWS:EpochTime': soon() } }) =>
    JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });
  /** Signs a policy, and puts it on a URL. */
  const sign = (path: string, text: string, key = current, keyPairId = 'K1') => {
    const signed = getSignedUrl({ policy: text, keyPairId, privateKey: key.privateKey });
    return `${edge.url}${path}${path.includes('?') ? '&' : '?'}${signed.slice(signed.lastIndexOf('?') + 1)}`;
  };
  const wildcard = () => policy(`${edge.url}/media/a/480p/*`);
  const put = (Key: string, Body: Buffer, CacheControl?: string) =>
    s3.send(
      new PutObjectCommand({
        Bucket: 'media',
        Key,
        Body,
        ContentType: 'video/iso.segment',
        ...(CacheControl && { CacheControl }),
      }),
    );

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'edge-'));
    objects = createObjectStore({
      directory,
      host: '127.0.0.1',
      port: 0,
      buckets: ['media'],
      corsOrigins: ['*'],
      credentials,
      logger: createLogger('objects', 'silent'),
    });
    await objects.listen();
    s3 = new S3Client({
      endpoint: objects.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    await put('a/480p/seg.m4s', segment, 'public, max-age=3600');
    await put('a/480p/fresh.m4s', segment);
    await put('a/480p/large.m4s', large, 'public, max-age=3600');
    await put('a/1080p/seg.m4s', segment, 'public, max-age=3600');
    await put('secret', Buffer.from('secret'));
    origin = createServer((request, response) => {
      originRequests.push({ url: request.url, headers: request.headers });
      response
        .writeHead(200, {
          'content-type': 'application/vnd.apple.mpegurl',
          'cache-control': 'private, no-store',
        })
        .end('#EXTM3U\n');
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    edge = createEdge({
      host: '127.0.0.1',
      port: 0,
      keys: { K1: current.publicKey, K2: next.publicKey },
      origins: [
        {
          prefix: '/media/',
          kind: 's3',
          endpoint: objects.url,
          region: 'us-east-1',
          bucket: 'media',
          credentials,
        },
        {
          prefix: '/manifests/',
          kind: 'http',
          url: `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
          headers: { 'x-origin-secret': 'origin-secret' },
        },
      ],
      logger: createLogger('edge', 'silent'),
    });
    await edge.listen();
    bare = `${edge.url}/media/a/480p/seg.m4s`;
  });
  afterAll(async () => {
    await edge.close();
    s3.destroy();
    await objects.close();
    await new Promise((resolve) => origin.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });

  it('serves what a custom policy opens, every segment of one rendition with one signature', async () => {
    const text = wildcard();
    for (const path of ['/media/a/480p/seg.m4s', '/media/a/480p/fresh.m4s']) {
      const answer = await ask(sign(path, text));
      expect([answer.status, answer.body.equals(segment)]).toEqual([200, true]);
      expect(answer.headers).toMatchObject({
        'content-type': 'video/iso.segment',
        'access-control-allow-origin': '*',
      });
    }
  });

  it('serves a canned policy, and signatures of either hash', async () => {
    for (const algorithm of ['SHA1', 'SHA256'] as const) {
      const url = getSignedUrl({
        url: bare,
        keyPairId: 'K1',
        privateKey: current.privateKey,
        dateLessThan: new Date(Date.now() + 60_000),
        algorithm,
      });
      expect((await ask(url)).status).toBe(200);
      expect((await ask(url.replace('480p', '1080p'))).status).toBe(403);
    }
  });

  it('refuses what is not signed, in words that tell what is missing', async () => {
    const answer = await ask(bare);
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('text/xml');
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.body.toString()).toContain('<Code>MissingKey</Code>');
  });

  it('C52: opens nothing from the second of its expiry on, nor before its beginning', async () => {
    const now = Math.floor(Date.now() / 1000);
    const at = (before: number, after?: number) =>
      sign(
        '/media/a/480p/seg.m4s',
        policy(bare, {
          DateLessThan: { 'AWS:EpochTime': before },
          ...(after !== undefined && { DateGreaterThan: { 'AWS:EpochTime': after } }),
        }),
      );
    expect((await ask(at(now + 60))).status).toBe(200);
    expect((await ask(at(now))).status).toBe(403);
    expect((await ask(at(now - 1))).status).toBe(403);
    expect((await ask(at(now + 60, now + 30))).status).toBe(403);
    expect((await ask(at(now + 60, now - 30))).status).toBe(200);
  });

  it('holds to the client address of a policy', async () => {
    const from = (range: string) =>
      ask(
        sign(
          '/media/a/480p/seg.m4s',
          policy(bare, { DateLessThan: { 'AWS:EpochTime': soon() }, IpAddress: { 'AWS:SourceIp': range } }),
        ),
      );
    expect((await from('127.0.0.0/8')).status).toBe(200);
    expect((await from('10.0.0.0/8')).status).toBe(403);
    expect((await from('nonsense')).status).toBe(403);
  });

  it('refuses policies that are not CloudFront policies, though they are signed', async () => {
    const expiry = { DateLessThan: { 'AWS:EpochTime': soon() } };
    const statement = { Resource: bare, Condition: expiry };
    const bad = [
      'not json',
      JSON.stringify({ Statement: [] }),
      JSON.stringify({ Statement: [statement, statement] }),
      JSON.stringify({ Statement: [{ Resource: bare, Condition: {} }] }),
      JSON.stringify({ Statement: [{ Resource: bare }] }),
      JSON.stringify({ Statement: [{ ...statement, Effect: 'Allow' }] }),
    ];
    for (const text of bad) {
      const signed = getSignedUrl({
        url: bare,
        policy: text,
        keyPairId: 'K1',
        privateKey: current.privateKey,
      });
      expect([(await ask(signed)).status, text]).toEqual([403, text]);
    }
  });

  it('C53: serves none of a thousand URLs that were altered', async () => {
    const good = sign('/media/a/480p/seg.m4s', policy(bare));
    expect((await ask(good)).status).toBe(200);
    const start = edge.url.length + 1;
    const served: string[] = [];
    for (let round = 0; round < 1000; round++) {
      const at = start + Math.floor((round * (good.length - start)) / 1000);
      const replacement = good[at] === 'A' ? 'B' : 'A';
      const altered = good.slice(0, at) + replacement + good.slice(at + 1);
      if ((await ask(altered)).status === 200) served.push(altered);
    }
    expect(served).toEqual([]);
    for (const url of [
      sign('/media/a/1080p/seg.m4s', wildcard()),
      `${good}&x=1`,
      good.replace('?', '?x=1&'),
      good.replace('K1', 'K2'),
      good.replace('K1', 'K9'),
      `${good}&Policy=abc`,
      `${good}&Expires=${soon()}`,
      sign('/media/a/480p/seg.m4s', policy(bare), foreign),
      sign('/media/a/480p/seg.m4s', policy(bare.replace('127.0.0.1', 'localhost'))),
      sign('/media/a/480p/seg.m4s', policy(bare.replace('http:', 'https:'))),
    ])
      expect([(await ask(url)).status, url]).toEqual([403, url]);
  });

  it('C54: takes the old key and the new one while keys change', async () => {
    expect((await ask(sign('/media/a/480p/seg.m4s', wildcard(), current, 'K1'))).status).toBe(200);
    expect((await ask(sign('/media/a/480p/seg.m4s', wildcard(), next, 'K2'))).status).toBe(200);
    expect((await ask(sign('/media/a/480p/seg.m4s', wildcard(), next, 'K1'))).status).toBe(403);
  });

  it('C55: refuses paths that lead elsewhere, whatever is signed', async () => {
    const everything = policy(`${edge.url}/*`);
    for (const path of [
      '/media/a/480p/../../secret',
      '/media/a/480p/..%2f..%2fsecret',
      '/media/a/480p/%2e%2e/%2e%2e/secret',
      '/media/a/480p/.%2E/../secret',
      '/media/a/480p/%252e%252e/secret',
      '/media/a/480p%2fseg.m4s',
      '/media/a/480p%5c..%5csecret',
      '/media/a\\480p\\seg.m4s',
      '/media/a/480p/seg.m4s%00.jpg',
      '/media//secret',
      '/media/./secret',
      '//media/secret',
    ]) {
      const answer = await ask(sign(path, everything));
      expect([path, answer.status]).toEqual([path, 400]);
    }
    for (const path of ['/media/%zz', '/media/%ff', '/', '/media/', '/other/x'])
      expect([path, (await ask(sign(path, everything))).status]).toEqual([
        path,
        expect.toSatisfy((n) => n >= 400 && n < 500),
      ]);
  });

  it('serves ranges, and says where there is none', async () => {
    const url = sign('/media/a/480p/seg.m4s', wildcard());
    const part = await ask(url, { range: 'bytes=5-9' });
    expect([part.status, part.body.toString(), part.headers['content-range']]).toEqual([
      206,
      '56789',
      'bytes 5-9/1000',
    ]);
    expect((await ask(url, { range: 'bytes=-3' })).body.toString()).toBe('789');
    const beyond = await ask(url, { range: 'bytes=1000-' });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */1000']);
    expect((await ask(url, { range: 'bytes=0-1,4-5' })).status).toBe(200);
    expect((await ask(url, { range: 'bytes=5-9', 'if-range': '"other"' })).status).toBe(200);
  });

  it('passes objects on that are too large to keep', async () => {
    const url = sign('/media/a/480p/large.m4s', wildcard());
    expect((await ask(url)).body.equals(large)).toBe(true);
    const part = await ask(url, { range: 'bytes=1000-1999' });
    expect([part.status, part.body.equals(large.subarray(1000, 2000))]).toEqual([206, true]);
    const head = await ask(url, {}, 'HEAD');
    expect([head.status, head.headers['content-length']]).toEqual([200, String(large.length)]);
    expect((await ask(url, { range: `bytes=${large.length}-` })).status).toBe(416);
    expect((await ask(url)).headers['x-cache']).toBe('Miss from edge');
  });

  it('answers HEAD, and a client that has the content already', async () => {
    const url = sign('/media/a/480p/seg.m4s', wildcard());
    const head = await ask(url, {}, 'HEAD');
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, '1000']);
    const again = await ask(url, { 'if-none-match': head.headers.etag ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('keeps what may be kept, checks the signature all the same, and keeps nothing else', async () => {
    await put('a/480p/kept.m4s', segment, 'public, max-age=3600');
    const url = sign('/media/a/480p/kept.m4s', wildcard());
    expect((await ask(url)).headers['x-cache']).toBe('Miss from edge');
    const hit = await ask(url);
    expect(hit.headers).toMatchObject({
      'x-cache': 'Hit from edge',
      'cache-control': 'public, max-age=3600',
      age: '0',
    });
    expect((await ask(`${edge.url}/media/a/480p/kept.m4s`)).status).toBe(403);
    const fresh = sign('/media/a/480p/fresh.m4s', wildcard());
    await ask(fresh);
    expect((await ask(fresh)).headers['x-cache']).toBe('Miss from edge');
  });

  it('says that there is no such object', async () => {
    const answer = await ask(sign('/media/a/480p/none.m4s', wildcard()));
    expect([answer.status, answer.body.toString()]).toEqual([404, expect.stringContaining('NoSuchKey')]);
  });

  it('passes manifests on from their service: with its secret, without the signature, never kept', async () => {
    const path = '/manifests/ply_1/master.m3u8?format=hls';
    const url = sign(path, policy(`${edge.url}/manifests/ply_1/*`));
    for (let round = 0; round < 2; round++) {
      const answer = await ask(url);
      expect(answer.body.toString()).toBe('#EXTM3U\n');
      expect(answer.headers).toMatchObject({
        'x-cache': 'Miss from edge',
        'cache-control': 'private, no-store',
      });
    }
    expect(originRequests).toHaveLength(2);
    expect(originRequests[0]).toMatchObject({ url: path, headers: { 'x-origin-secret': 'origin-secret' } });
    expect((await ask(`${edge.url}${path}`)).status).toBe(403);
    expect(originRequests).toHaveLength(2);
  });

  it('answers preflights, and refuses to take anything', async () => {
    const preflight = await ask(
      bare,
      {
        origin: 'http://localhost:4000',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'range',
      },
      'OPTIONS',
    );
    expect([preflight.status, preflight.headers['access-control-allow-headers']]).toEqual([204, 'range']);
    const url = sign('/media/a/480p/seg.m4s', wildcard());
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await ask(url, {}, method)).status).toBe(403);
  });
});
