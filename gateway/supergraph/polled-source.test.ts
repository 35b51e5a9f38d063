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
  const page = { text: '', status: 200, sent: 0, asked: 0, hangs: false };
  const server = await startServer((request, response) => {
    page.asked += 1;
    if (page.hangs) return;
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

    // a stop breaks off a reading that hangs, and takes it for no trouble
    page.hangs = true;
    const before = page.asked;
    await until(() => page.asked > before);
    const [since, told] = [performance.now(), log];
    await gateway.close();
    expect(performance.now() - since).toBeLessThan(2_000);
    expect(log).toBe(told);
    await limits.close();
    await stop();
  });
});

describe('a supergraph that is away at the start', () => {
  const start = async (url: string, variables: Record<string, string>) => {
    const limits = createMemoryLimits();
    let log = '';
    const gateway = await createGateway({
      env: readGatewayEnv({ PORT: '0', SUPERGRAPH: url, SUPERGRAPH_POLL_MS: '20', ...variables }),
      infrastructure: { limits, cache: createMemoryCache() },
      logger: createLogger('gateway', 'info', { write: (line) => void (log += line) }),
    }).catch(async (error: unknown) => {
      await limits.close();
      throw error;
    });
    const close = async (): Promise<void> => {
      await gateway.close();
      await limits.close();
    };
    return { gateway, log: () => log, close };
  };

  test('is waited for', async () => {
    const { page, url, stop } = await startPage();
    page.text = composed({ one: 'type Query { a: Int }' });
    page.status = 503;
    const starting = start(url, {});
    await until(() => page.asked > 1);
    page.status = 200;
    const { gateway, log, close } = await starting;
    expect(gateway.health.problem).toBeUndefined();
    expect(log()).toContain('it answered 503');
    await close();
    await stop();
  });

  test('ends the start when it stays away, and at once where nobody waits', async () => {
    const { page, url, stop } = await startPage();
    page.status = 503;
    await expect(start(url, { SUPERGRAPH_WAIT_MS: '1000' })).rejects.toThrow('it answered 503');
    const { asked } = page;
    expect(asked).toBeGreaterThan(1);
    await expect(start(url, { SUPERGRAPH_WAIT_MS: '0' })).rejects.toThrow('it answered 503');
    expect(page.asked).toBe(asked + 1);
    await stop();
  });

  test('is replaced by the copy of what was good last, which is told, until it is back', async () => {
    const { page, url, stop } = await startPage();
    const copy = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-copy-')), 'supergraph.graphql');
    const started = (status: number) => {
      page.status = status;
      return start(url, { SUPERGRAPH_COPY: copy });
    };
    page.text = composed({ one: 'type Query { a: Int }' });
    const first = await started(200);
    page.text = composed({ one: 'type Query { a: Int  b: Int }' });
    await until(() => first.log().includes('a new supergraph serves'));
    const good = first.gateway.health.supergraph;
    page.text = 'type Query {';
    await until(() => first.gateway.health.problem !== undefined);
    await first.close();

    const second = await started(503);
    expect(second.gateway.health).toMatchObject({
      supergraph: good,
      problem: expect.stringContaining('503') as string,
    });
    page.text = composed({ one: 'type Query { c: Int }' });
    page.status = 200;
    await until(() => second.gateway.health.problem === undefined);
    expect(second.gateway.health.supergraph).not.toBe(good);
    await second.close();

    const good2 = second.gateway.health.supergraph;
    page.text = '<html>We are back soon</html>';
    const third = await started(200);
    expect(third.gateway.health).toMatchObject({
      supergraph: good2,
      problem: expect.stringContaining('Syntax Error') as string,
    });
    expect(third.log()).toContain('its copy serves');
    await third.close();
    await stop();
  });
});

const limits = { timeout: 300, mostBytes: 2 ** 20 };
describe.each([
  ['a URL', (url: string) => createUrlSource(url, 1_000, limits)],
  [
    'S3',
    (endpoint: string) =>
      createS3Source(
        's3://bucket/key',
        1_000,
        { region: 'us-east-1', endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
        limits,
      ),
  ],
])('an answer of %s', (_what, sourceAt) => {
  test.each([
    ['says nothing', 0],
    ['stops in the middle', 1],
    ['sends a byte now and then', 1_000],
  ])('that %s is not waited for', async (_how, bytes) => {
    const left = new Set<unknown>();
    const { url, stop } = await startServer((_request, response) => {
      response.on('close', () => left.add(response));
      if (bytes === 0) return;
      response.writeHead(200, { 'content-length': '1000000' });
      for (let byte = 0; byte < bytes; byte++) setTimeout(() => response.write('#'), byte * 50).unref();
    });
    await expect(sourceAt(url).load()).rejects.toThrow('cannot be read: it took longer than 0.3 seconds');
    await until(() => left.size > 0);
    await stop();
  });

  test('is read up to a limit, and no further', async () => {
    let most = limits.mostBytes;
    let isLeft = false;
    const { url, stop } = await startServer((_request, response) => {
      response.on('close', () => (isLeft = true));
      let sent = 0;
      const go = (): void => {
        while (sent < most && !response.destroyed) {
          const chunk = Buffer.alloc(Math.min(2 ** 16, most - sent), '#');
          sent += chunk.byteLength;
          if (!response.write(chunk)) return void response.once('drain', go);
        }
        response.end();
      };
      go();
    });
    const source = sourceAt(url);
    const { sdl } = await source.load();
    expect(sdl).toBe('#'.repeat(most));
    most = Infinity;
    isLeft = false;
    await expect(source.load()).rejects.toThrow('cannot be read: it is longer than 1 MiB');
    await until(() => isLeft);
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
