import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CACHE_INVALIDATIONS } from '../../platform/cache-invalidations.ts';
import { readGatewayEnv } from '../../gateway/env.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { startGateway, until, type TestGateway } from '../../gateway/testing/gateway.ts';
import { SECRET, startSubgraph, type TestSubgraph } from '../../gateway/testing/subgraphs.ts';
import { createInfrastructure, type Infrastructure } from '../../platform/infrastructure.ts';
import { createMemoryLimits } from '../../platform/limits-memory.ts';
import { createLogger } from '../../platform/logger.ts';
import { runGateway } from '../support/gateway-process.ts';
import { createWire, freePort, redisForTests, type Wire } from '../support/redis.ts';

const redis = await redisForTests();
const INVALIDATION_SECRET = 'who shows this may have things forgotten';
const logger = createLogger('test', 'silent');

let asked: string[];
let edition: number;
let gate: Promise<void> | undefined;
let catalog: TestSubgraph;
/** Gives the others their supergraph. */
let model: TestGateway;
let folder: string;

beforeAll(async () => {
  catalog = await startSubgraph(
    'catalog',
    'type Query { title(id: ID!): String @cacheTag(format: "title-{$args.id}") }',
    {
      Query: {
        async title(_: unknown, { id }: { id: string }) {
          asked.push(id);
          await gate;
          return `${id} ${edition}`;
        },
      },
    },
  );
  model = await startGateway([catalog]);
  folder = await mkdtemp(path.join(tmpdir(), 'marquee-cache-'));
});
afterAll(async () => {
  await model.stop();
  await catalog.stop();
});
beforeEach(() => {
  [asked, edition, gate] = [[], 1, undefined];
});

async function environment(rules: string): Promise<Record<string, string>> {
  const file = path.join(folder, `${Math.random()}.yaml`);
  await writeFile(file, rules);
  return {
    SUPERGRAPH: model.file,
    GATEWAY_SECRET: SECRET,
    CACHE_CONFIG: file,
    CACHE_INVALIDATION_SECRET: INVALIDATION_SECRET,
    RATE_LIMIT_PER_ADDRESS: '1000000',
  };
}
const usual = 'coordinates: { Query.title: { maxAge: 600 } }';

async function titleOn(url: string, id: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'query ($id: ID!) { title(id: $id) }', variables: { id } }),
  });
  return ((await response.json()) as { data?: { title: unknown } }).data?.title;
}
const invalidateOn = async (adminUrl: string | undefined, tag: string): Promise<number> =>
  (
    await fetch(`${adminUrl}/invalidate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${INVALIDATION_SECRET}` },
      body: JSON.stringify({ tags: [tag] }),
    })
  ).status;

describe.runIf(redis)('gateways as processes of their own, with Redis between them', () => {
  const url = redis?.url ?? '';

  it('share what they keep, and hear of each other’s invalidations', { timeout: 120_000 }, async () => {
    const variables = { ...(await environment(usual)), REDIS_URL: url };
    const ADMIN_PORT = String(await freePort());
    const [one, other] = await Promise.all([
      runGateway(variables).listening(),
      runGateway({ ...variables, ADMIN_PORT }).listening(),
    ]);
    const adminUrl = `http://127.0.0.1:${ADMIN_PORT}`;
    const id = `shared-${Date.now()}`;
    expect(await titleOn(one.url, id)).toBe(`${id} 1`);
    edition = 2;
    expect(await titleOn(other.url, id)).toBe(`${id} 1`);
    expect(asked).toEqual([id]);

    // the endpoint of one is answered when it holds for all
    expect(await invalidateOn(adminUrl, `title-${id}`)).toBe(200);
    expect(await titleOn(one.url, id)).toBe(`${id} 2`);
    edition = 3;
    expect(await titleOn(other.url, id)).toBe(`${id} 2`);

    // a service tells by a message
    const service = await createInfrastructure({ redisUrl: url, logger });
    await service.pubsub.publish(CACHE_INVALIDATIONS, { tags: [`title-${id}`] });
    await until(async () => (await titleOn(one.url, id)) === `${id} 3`);
    await service.close();
    edition = 4;
    expect(await titleOn(other.url, id)).toBe(`${id} 3`);
  });
});

describe.runIf(redis)('a gateway with Redis behind it', () => {
  const open: (Gateway | Infrastructure | Wire)[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  interface Started {
    readonly gateway: Gateway;
    readonly url: string;
    readonly log: () => string;
    readonly prefix: string;
    readonly infrastructure: Infrastructure;
  }

  async function start(rules: string, redisUrl = redis?.url ?? ''): Promise<Started> {
    let log = '';
    const told = createLogger('gateway', 'info', { write: (line) => void (log += line) });
    const prefix = redis?.prefix() ?? '';
    const infrastructure = await createInfrastructure({ redisUrl, logger: told, prefix });
    // limits wait for Redis too, in their own way; here it is the cache's that is looked at
    const limits = createMemoryLimits();
    const env = readGatewayEnv({ ...(await environment(rules)), PORT: '0', ADMIN_PORT: '0' });
    const gateway = await createGateway({ env, infrastructure: { ...infrastructure, limits }, logger: told });
    open.push(gateway, infrastructure);
    await gateway.listen();
    return { gateway, url: `${gateway.url}/graphql`, log: () => log, prefix, infrastructure };
  }

  it('keeps nothing there for longer than it may be given out', async () => {
    const { url, prefix, gateway } = await start(`
staleWhileRevalidate: 100
staleIfError: 40
coordinates: { Query.title: { maxAge: 60 } }`);
    await titleOn(url, 'a');
    const client = new Redis(redis?.url ?? '');
    const lifetimes = async (): Promise<number[]> =>
      Promise.all((await client.keys(`${prefix}cache:answer*`)).map((key) => client.pttl(key)));
    await until(async () => (await lifetimes()).length === 1);
    const [answer = 0] = await lifetimes();
    expect(answer).toBeGreaterThan(130_000);
    expect(answer).toBeLessThanOrEqual(160_000);
    // what tells of an invalidation outlives all that was kept before it, a day at most
    expect(await invalidateOn(gateway.adminUrl, 'title-a')).toBe(200);
    expect(Math.max(...(await lifetimes()))).toBeGreaterThan(86_400_000);
    await client.quit();
  });

  it('gives out what is too old within its window, then anew, by Redis’ own clock', async () => {
    const { url, prefix } = await start(`
staleWhileRevalidate: 600
coordinates: { Query.title: { maxAge: 0.2 } }`);
    expect(await titleOn(url, 'a')).toBe('a 1');
    edition = 2;
    await until(async () => {
      const title = await titleOn(url, 'a');
      expect(['a 1', 'a 2']).toContain(title);
      return title === 'a 2';
    });
    const brief = await start('coordinates: { Query.title: { maxAge: 0.3 } }');
    expect(await titleOn(brief.url, 'a')).toBe('a 2');
    const client = new Redis(redis?.url ?? '');
    await until(async () => (await client.keys(`${brief.prefix}cache:answer*`)).length === 0);
    edition = 3;
    expect(await titleOn(brief.url, 'a')).toBe('a 3');
    expect(await client.keys(`${prefix}cache:answer*`)).toHaveLength(1);
    await client.quit();
  });

  async function behindWire(): Promise<Started & { wire: Wire }> {
    const wire = await createWire(redis?.url ?? '');
    const started = await start(usual, wire.url);
    open.push(wire);
    await started.infrastructure.ready();
    return { ...started, wire };
  }
  const lines = (text: string, message: string): number => text.split(`"${message}"`).length - 1;

  it('answers when Redis goes away in the middle of a request, and says so once', async () => {
    const { url, gateway, wire, log, infrastructure } = await behindWire();
    expect(await titleOn(url, 'a')).toBe('a 1');
    let release = (): void => {};
    gate = new Promise((resolve) => {
      release = resolve;
    });
    const running = titleOn(url, 'b');
    await until(() => asked.length === 2);
    await wire.cut();
    await until(() => lines(log(), 'Redis is away') === 1);
    release();
    expect(await running).toBe('b 1');
    // nothing is kept, and nobody waits
    edition = 2;
    const begun = Date.now();
    expect(await titleOn(url, 'a')).toBe('a 2');
    expect(await titleOn(url, 'a')).toBe('a 2');
    expect(Date.now() - begun).toBeLessThan(1_000);
    expect(asked).toEqual(['a', 'b', 'a', 'a']);
    expect(await invalidateOn(gateway.adminUrl, 'title-a')).toBe(503);
    expect(lines(log(), 'an invalidation was not taken by the cache')).toBe(1);

    await wire.mend();
    await until(async () =>
      infrastructure.ready().then(
        () => true,
        () => false,
      ),
    );
    expect(await invalidateOn(gateway.adminUrl, 'title-a')).toBe(200);
    edition = 3;
    expect(await titleOn(url, 'a')).toBe('a 3');
    edition = 4;
    expect(await titleOn(url, 'a')).toBe('a 3');
    expect(lines(log(), 'Redis is away')).toBe(1);
  });

  it('waits for a Redis that hangs for a quarter of a second once, not for each request', async () => {
    const { url, wire, log, infrastructure } = await behindWire();
    expect(await titleOn(url, 'a')).toBe('a 1');
    edition = 2;
    wire.freeze();
    const durations: number[] = [];
    for (let times = 0; times < 8; times++) {
      const begun = performance.now();
      expect(await titleOn(url, 'a')).toBe('a 2');
      durations.push(performance.now() - begun);
    }
    const [first = Infinity, ...later] = durations;
    expect(first).toBeGreaterThan(200);
    // a command may wait for two seconds
    expect(first).toBeLessThan(1_900);
    expect(Math.min(...later)).toBeLessThan(200);
    await until(() => lines(log(), 'Redis is away') === 1);
    await wire.mend();
    await until(async () =>
      infrastructure.ready().then(
        () => true,
        () => false,
      ),
    );
    edition = 3;
    // what could not be written is deleted before it is read again
    expect(await titleOn(url, 'a')).toBe('a 3');
    edition = 4;
    expect(await titleOn(url, 'a')).toBe('a 3');
  });
});
