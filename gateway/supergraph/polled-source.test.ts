import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { createMemoryLimits } from '../../platform/limits-memory.ts';
import { createMemoryCache } from '../../platform/cache-memory.ts';
import { readGatewayEnv } from '../env.ts';
import { createGateway } from '../gateway.ts';
import { composed } from '../testing/compose.ts';
import { until } from '../testing/gateway.ts';
import { startServer } from '../testing/subgraphs.ts';
import { createS3Source, createUrlSource } from './polled-source.ts';

/** A page with an ETag, as object stores and registries serve it. */
async function startPage() {
  const page = { text: '', status: 200, sent: 0, asked: 0 };
  const server = await startServer((request, response) => {
    page.asked += 1;
    const etag = `"${createHash('sha256').update(page.text).digest('hex')}"`;
    if (page.status !== 200) return void response.writeHead(page.status).end('no');
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    page.sent += 1;
    response.writeHead(200, { etag }).end(page.text);
  });
  return { page, ...server };
}

describe('a supergraph behind a URL', () => {
  test('travels only when it has changed', async () => {
    const { page, url, stop } = await startPage();
    page.text = 'one';
    const source = createUrlSource(url, 1_000);
    expect((await source.load()).sdl).toBe('one');
    expect((await source.load()).sdl).toBe('one');
    expect(page).toMatchObject({ asked: 2, sent: 1 });
    page.text = 'three';
    expect((await source.load()).sdl).toBe('three');
    page.status = 500;
    await expect(source.load()).rejects.toThrow("The supergraph's URL cannot be read: it answered 500");
    await stop();
    await expect(source.load()).rejects.toThrow(/cannot be read: [A-Z_]+$/);
  });

  test('is swapped while it serves; one that is bad or away leaves the last good one, and is told', async () => {
    const { page, url, stop } = await startPage();
    page.text = composed({ one: 'type Query { a: Int }' });
    const limits = createMemoryLimits();
    let log = '';
    const gateway = await createGateway({
      env: readGatewayEnv({ PORT: '0', SUPERGRAPH: `${url}/supergraph`, SUPERGRAPH_POLL_MS: '20' }),
      infrastructure: { limits, cache: createMemoryCache() },
      logger: createLogger('gateway', 'info', { write: (line) => void (log += line) }),
    });
    await gateway.listen();
    const first = gateway.health.supergraph;
    page.text = composed({ one: 'type Query { a: Int  b: Int }' });
    await until(() => gateway.health.supergraph !== first);
    const second = gateway.health.supergraph;

    page.text = 'type Query {';
    await until(() => gateway.health.problem !== undefined);
    const asked = page.asked;
    await until(() => page.asked > asked + 3);
    expect(gateway.health.supergraph).toBe(second);
    expect(log.split('the last good one keeps serving')).toHaveLength(2);

    page.status = 503;
    await until(() => gateway.health.problem?.includes('503') ?? false);
    page.status = 200;
    page.text = composed({ one: 'type Query { c: Int }' });
    await until(() => gateway.health.problem === undefined);
    expect(gateway.health.supergraph).not.toBe(second);
    await gateway.close();
    await limits.close();
    await stop();
  });
});

describe('a supergraph in S3', () => {
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  let endpoint: string;
  let server: ReturnType<typeof createServer>;
  let s3: S3Client;
  beforeAll(async () => {
    const store = new S3rver({
      directory: await mkdtemp(path.join(tmpdir(), 'marquee-s3-')),
      silent: true,
    } as ConstructorParameters<typeof S3rver>[0]);
    server = createServer(store.callback());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    s3 = new S3Client({
      endpoint,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'schemas' }));
  });
  afterAll(() => {
    s3.destroy();
    server.close();
    server.closeAllConnections();
  });
  const put = (text: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'schemas', Key: 'prod/supergraph.graphql', Body: text }));

  test('is read again when its ETag has changed', async () => {
    const options = { region: 'us-east-1', endpoint, credentials };
    const source = createS3Source('s3://schemas/prod/supergraph.graphql', 1_000, options);
    await expect(source.load()).rejects.toThrow('The supergraph in S3 cannot be read: NoSuchKey');
    await put('one');
    expect((await source.load()).sdl).toBe('one');
    expect((await source.load()).sdl).toBe('one');
    await put('two');
    expect((await source.load()).sdl).toBe('two');
    source.watch(
      () => undefined,
      () => undefined,
    )();
  });
});
