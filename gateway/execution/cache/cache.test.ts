import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryCache } from '../../../platform/cache-memory.ts';
import { createRedisCache } from '../../../platform/cache-redis.ts';
import type { Cache } from '../../../platform/cache.ts';
import type { PubSub } from '../../../platform/events/events.ts';
import { createMemoryPubSub } from '../../../platform/events/memory.ts';
import { createRedisPubSub } from '../../../platform/events/redis-pubsub.ts';
import { createLogger } from '../../../platform/logger.ts';
import type { Viewer } from '../../../platform/viewer.ts';
import { createWire, redisForTests } from '../../../tests/support/redis.ts';
import { connectRedis } from '../../../platform/infrastructure-redis.ts';
import type { CachedCall, KnownFetch } from './cached-fetch.ts';
import { partsOf } from './parts.ts';
import { createCacheStore, type CacheStore } from './store.ts';
import { startGateway, until, type TestGateway } from '../../testing/gateway.ts';
import { startIssuer } from '../../testing/issuer.ts';
import { link } from '../../testing/compose.ts';
import { startServer, startSubgraph, type TestSubgraph } from '../../testing/subgraphs.ts';
import { CACHE_INVALIDATIONS } from '../../../platform/cache-invalidations.ts';

/** Where answers are kept, and how gateways hear of changes. Each call makes one that shares nothing with others. */
interface Kind {
  cache(): Cache;
  pubsub(): PubSub;
}

const redis = await redisForTests();
const silent = createLogger('test', 'silent');
const kinds: [string, Kind][] = [
  ['memory', { cache: () => createMemoryCache(), pubsub: createMemoryPubSub }],
];
if (redis)
  kinds.push([
    'Redis',
    {
      cache: () =>
        createRedisCache({ connection: redis.connect(silent), logger: silent, prefix: redis.prefix() }),
      pubsub: () =>
        createRedisPubSub({ connection: redis.connect(silent), logger: silent, prefix: redis.prefix() }),
    },
  ]);
let kind: Kind = { cache: () => createMemoryCache(), pubsub: createMemoryPubSub };

const SECRET = 'who shows this may have things forgotten';
const SIGNED_OUT = { 'user-agent': 'one' };

/** What the subgraphs were asked, by name of the resolver and its argument. */
let asked: string[];
/** Part of every answer, to tell a new one from a kept one. */
let edition: number;
let failing: Set<string>;
let gates: (() => void)[] | undefined;
/** Seconds that a test let pass. */
let passed: number;
let catalog: TestSubgraph;
let prices: TestSubgraph;
const running: TestGateway[] = [];
const open: PubSub[] = [];

interface Context {
  readonly viewer: Viewer;
}

const ask = async (what: string): Promise<void> => {
  asked.push(what);
  if (gates) await new Promise<void>((resolve) => gates?.push(resolve));
};

/** Lets all that wait in the subgraphs go on, and all that comes. */
function openGates(): void {
  const waiting = gates ?? [];
  gates = undefined;
  for (const pass of waiting) pass();
}

beforeEach(async () => {
  [asked, edition, failing, gates, passed] = [[], 1, new Set(), undefined, 0];
  catalog = await startSubgraph(
    'catalog',
    `type Query {
       titles(ids: [ID!]!): [Title]!
       title(id: ID! = "t0"): Title @cacheTag(format: "root-{$args.id}")
       now: String!
       fails: String
     }
     type Mutation { touch: String! }
     type Subscription { changed(id: ID!): Title }
     type Title @key(fields: "id") { id: ID!  name: String! }`,
    {
      Query: {
        titles: (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => ({ id })),
        title: async (_: unknown, { id }: { id: string }) => {
          await ask(`title ${id}`);
          return { id };
        },
        now: async () => {
          await ask('now');
          return `now ${edition}`;
        },
        fails: () => {
          asked.push('fails');
          throw new GraphQLError('No.', { extensions: { code: 'NOT_FOUND' } });
        },
      },
      Mutation: {
        touch: () => {
          asked.push('touch');
          return `touched ${edition}`;
        },
      },
      Subscription: {
        changed: {
          async *subscribe(_: unknown, { id }: { id: string }) {
            for (let times = 0; times < 2; times++) yield { changed: { id } };
          },
        },
      },
      Title: { name: ({ id }: { id: string }) => `${id} ${edition}` },
    },
  );
  prices = await startSubgraph(
    'prices',
    `type Title @key(fields: "id") @cacheTag(format: "title-{$key.id}") { id: ID!  price: String  mine: String }`,
    {
      Title: {
        async __resolveReference({ id }: { id: string }) {
          await ask(`price ${id}`);
          if (failing.has(id)) throw new GraphQLError('No price.', { extensions: { code: 'NOT_FOUND' } });
          return id.startsWith('none') ? null : { id };
        },
        price: ({ id }: { id: string }) => `${id} costs ${edition}`,
        mine: ({ id }: { id: string }, _: unknown, { viewer }: Context) => `${id} of ${viewer.userAgent}`,
      },
    },
  );
});
afterEach(async () => {
  openGates();
  for (const gateway of running.splice(0)) await gateway.stop();
  for (const pubsub of open.splice(0)) await pubsub.close();
  await catalog.stop();
  await prices.stop();
});

const usual = `
coordinates:
  Title: { maxAge: 60 }
  Title.mine: { scope: PRIVATE }
  Query.title: { maxAge: 30 }
  Query.fails: { maxAge: 30 }
  Mutation.touch: { maxAge: 30 }
`;

async function start(
  config = usual,
  variables: Record<string, string> = {},
  shared: { cache?: Cache; pubsub?: PubSub } = {},
  subgraphs: Parameters<typeof startGateway>[0] = [catalog, prices],
): Promise<TestGateway> {
  const file = path.join(tmpdir(), `marquee-cache-${process.pid}-${running.length}-${Math.random()}.yaml`);
  await writeFile(file, config);
  const gateway = await startGateway(
    subgraphs,
    {
      ADMIN_PORT: '0',
      CACHE_CONFIG: file,
      CACHE_INVALIDATION_SECRET: SECRET,
      RETRY_SHARE: '0',
      DEVELOPER_MODE: 'true',
      ...variables,
    },
    { cache: agingCache(kind.cache()), ...shared },
  );
  running.push(gateway);
  return gateway;
}

const sharedPubsub = (): PubSub => {
  const pubsub = kind.pubsub();
  open.push(pubsub);
  return pubsub;
};

const pricesOf = (
  gateway: TestGateway,
  ids: string[],
  headers: Record<string, string> = SIGNED_OUT,
  field = 'price',
) =>
  gateway.ask(`query ($ids: [ID!]!) { titles(ids: $ids) { id ${field} } }`, { variables: { ids }, headers });

/** Makes everything that was kept so far older. */
function later(seconds: number): void {
  passed += seconds;
}

/** A cache whose entries grow old as a test says: the clock itself cannot be moved, signatures depend on it. */
function agingCache(cache: Cache): Cache {
  const savedAt = new Map<string, number>();
  const aged = <Value>(key: string, value: Value): Value => {
    const since = passed - (savedAt.get(key) ?? 0);
    const entry = value as { at?: number } | undefined;
    return typeof entry?.at === 'number' ? { ...value, at: entry.at - since * 1000 } : value;
  };
  return {
    ...cache,
    get: async <Value>(key: string) => aged(key, await cache.get<Value>(key)),
    getMany: async <Value>(keys: readonly string[]) =>
      (await cache.getMany<Value>(keys)).map((value, at) => aged(keys[at] ?? '', value)),
    set(key, value, lifetimeSeconds) {
      savedAt.set(key, passed);
      return cache.set(key, value, lifetimeSeconds);
    },
  };
}

const invalidate = (gateway: TestGateway, tags: unknown, secret = SECRET): Promise<Response> =>
  fetch(`${gateway.gateway.adminUrl}/invalidate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ tags }),
  });
const priceOn = async (gateway: TestGateway, id: string): Promise<unknown> =>
  (await pricesOf(gateway, [id])).body.data?.['titles'][0].price;

describe.each(kinds)('answers kept in %s', (_name, own) => {
  beforeEach(() => {
    kind = own;
  });

  test('an entity is asked for once, whichever list it stands in and whoever asks', async () => {
    const gateway = await start();
    const first = await pricesOf(gateway, ['a', 'b']);
    expect(first.body.data?.['titles']).toEqual([
      { id: 'a', price: 'a costs 1' },
      { id: 'b', price: 'b costs 1' },
    ]);
    edition = 2;
    const second = await pricesOf(gateway, ['b', 'c', 'a', 'c'], { 'user-agent': 'another' });
    expect(second.body.data?.['titles']).toEqual([
      { id: 'b', price: 'b costs 1' },
      { id: 'c', price: 'c costs 2' },
      { id: 'a', price: 'a costs 1' },
      { id: 'c', price: 'c costs 2' },
    ]);
    expect(asked).toEqual(['price a', 'price b', 'price c']);
    expect(await gateway.metric('gateway_cache_lookups_total{subgraph="prices",result="hit"}')).toBe(2);
    expect(await gateway.metric('gateway_cache_lookups_total{subgraph="prices",result="miss"}')).toBe(3);
  });

  test('nulls are kept, and stay where they are among hits and misses', async () => {
    const gateway = await start();
    await pricesOf(gateway, ['none1', 'b']);
    const { body } = await pricesOf(gateway, ['x', 'none1', 'b', 'none2', 'y']);
    expect(body.errors).toBeUndefined();
    expect(body.data?.['titles'].map((one: { price: unknown }) => one.price)).toEqual([
      'x costs 1',
      null,
      'b costs 1',
      null,
      'y costs 1',
    ]);
    expect(asked.toSorted()).toEqual(['price b', 'price none1', 'price none2', 'price x', 'price y']);
  });

  test('what is private is never shown to another viewer', async () => {
    const gateway = await start();
    const seen = async (name: string): Promise<unknown> =>
      (await pricesOf(gateway, ['a'], { 'user-agent': name }, 'price mine')).body.data?.['titles'][0].mine;
    expect(await seen('one')).toBe('a of one');
    expect(await seen('two')).toBe('a of two');
    expect(await seen('one')).toBe('a of one');
    expect(asked).toEqual(['price a', 'price a']);
  });

  test('what answers in parts need is kept and found as by whole answers', async () => {
    const gateway = await start();
    const inParts = async (query: string, headers: Record<string, string> = SIGNED_OUT) => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'multipart/mixed;deferSpec=20220824',
          ...headers,
        },
        body: JSON.stringify({ query }),
      });
      expect(response.headers.get('content-type')).toContain('multipart/mixed');
      expect(response.headers.get('cache-control')).toBe('no-store');
      return response.text();
    };
    const query = '{ title(id: "a") { id ... @defer { price } } }';
    expect(await inParts(query)).toContain('"a costs 1"');
    expect(asked).toEqual(['title a', 'price a']);
    edition = 2;
    expect(await inParts(query)).toContain('"a costs 1"');
    expect(asked).toEqual(['title a', 'price a']);
    // whichever way it was asked for first
    await pricesOf(gateway, ['b']);
    const list = '{ titles(ids: ["a", "b"]) { id ... @defer { price } } }';
    expect(await inParts(list)).toMatch(/"a costs 1".*"b costs 2"/s);
    expect((await pricesOf(gateway, ['a'])).body.data?.['titles'][0].price).toBe('a costs 1');
    expect(asked).toEqual(['title a', 'price a', 'price b']);
    const own = '{ title(id: "a") { id ... @defer { mine } } }';
    expect(await inParts(own, { 'user-agent': 'one' })).toContain('"a of one"');
    expect(await inParts(own, { 'user-agent': 'two' })).toContain('"a of two"');
    expect(asked.slice(3)).toEqual(['price a', 'price a']);
  });

  test('nothing is kept of which nothing is said', async () => {
    const gateway = await start('maxAge: 0');
    for (let times = 0; times < 2; times++) {
      await pricesOf(gateway, ['a']);
      await gateway.ask('{ now }');
    }
    expect(asked).toEqual(['price a', 'now', 'price a', 'now']);
  });

  test('the cache is off unless it is switched on', async () => {
    const gateway = await startGateway([catalog, prices], { ADMIN_PORT: '0' });
    running.push(gateway);
    await pricesOf(gateway, ['a']);
    const { headers } = await pricesOf(gateway, ['a']);
    expect(asked).toEqual(['price a', 'price a']);
    expect(headers.get('cache-control')).toBe('no-store');
    const invalidate = await fetch(`${gateway.gateway.adminUrl}/invalidate`, { method: 'POST' });
    expect(invalidate.status).toBe(404);
  });

  test('what is too old is fetched anew', async () => {
    const gateway = await start();
    await pricesOf(gateway, ['a']);
    edition = 2;
    later(61);
    const { body } = await pricesOf(gateway, ['a']);
    expect(body.data?.['titles'][0].price).toBe('a costs 2');
  });

  test('an answer with an error is not kept, and its errors have the right paths among hits', async () => {
    const gateway = await start();
    await pricesOf(gateway, ['a']);
    failing.add('bad');
    const { body, headers } = await pricesOf(gateway, ['c', 'a', 'bad']);
    expect(body.data?.['titles'].map((one: { price: unknown }) => one.price)).toEqual([
      'c costs 1',
      'a costs 1',
      null,
    ]);
    expect(body.errors?.[0]?.path).toEqual(['titles', 2]);
    expect(headers.get('cache-control')).toBe('no-store');
    failing.clear();
    edition = 2;
    const again = await pricesOf(gateway, ['c', 'a', 'bad']);
    expect(again.body.data?.['titles'].map((one: { price: unknown }) => one.price)).toEqual([
      'c costs 2',
      'a costs 1',
      'bad costs 2',
    ]);
    await gateway.ask('{ fails }');
    await gateway.ask('{ fails }');
    expect(asked.filter((what) => what === 'fails')).toHaveLength(2);
  });

  test.each([
    ['{ now }', '{}', '{"now":"well"}'],
    ['{ now }', '{"now":{"no":"text"}}', '{"now":"well"}'],
    ['{ title { name } }', '{"title":{}}', '{"title":{"id":"t","name":"well"}}'],
    ['{ title { name } }', '{"title":{"id":"t","name":null}}', '{"title":{"id":"t","name":"well"}}'],
    ['{ maybe }', '{}', '{"maybe":"well"}'],
  ])('an answer that is not what was asked for is not kept: to %s, %s', async (query, bad, good) => {
    let answers = [bad, good];
    const glitching = await startServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(`{"data":${answers[0]}}`);
      answers = answers.slice(-1);
    });
    const sdl = `${link} type Query { now: String!  maybe: String  title: Title }
      type Title { id: ID!  name: String! }`;
    const gateway = await start('maxAge: 60', {}, {}, [{ name: 'glitching', url: glitching.url, sdl }]);
    const first = await gateway.ask(query);
    expect(JSON.stringify(first.body.data)).not.toContain('well');
    expect(first.headers.get('cache-control')).toBe('no-store');
    const second = await gateway.ask(query);
    expect(JSON.stringify(second.body.data)).toContain('well');
    expect(second.body.errors).toBeUndefined();
    expect(second.headers.get('cache-control')).toBe('max-age=60, public');
    await glitching.stop();
  });

  test('an entity that is not what was asked for is not kept, the others with it are', async () => {
    let glitch = '"no object"';
    const called: number[] = [];
    const glitching = await startServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
          variables: { representations: { id: string }[] };
        };
        const entities = variables.representations.map(({ id }) =>
          id === 'bad' && glitch ? glitch : JSON.stringify({ price: `price ${id}`, must: `must ${id}` }),
        );
        called.push(entities.length);
        response
          .setHeader('content-type', 'application/json')
          .end(`{"data":{"_entities":[${entities.join(',')}]}}`);
      });
    });
    const sdl = `${link} type Title @key(fields: "id") { id: ID!  price: String  must: String! }`;
    const gateway = await start(usual, {}, {}, [catalog, { name: 'prices', url: glitching.url, sdl }]);
    const ask = (fields: string) => pricesOf(gateway, ['a', 'bad'], SIGNED_OUT, fields);
    const bad = [
      ['price', '"no object"', '[]', '{}', '{"price":{"no":"text"}}'],
      ['price must', 'null', '{"price":"p"}', '{"price":"p","must":null}'],
    ];
    for (const [fields = '', ...glitches] of bad) {
      for (glitch of glitches) {
        const { body, headers } = await ask(fields);
        expect([glitch, JSON.stringify(body.data)]).not.toContain('price bad');
        expect(headers.get('cache-control')).toBe('no-store');
      }
      glitch = '';
      const { body } = await ask(fields);
      expect(body.errors).toBeUndefined();
      expect(JSON.stringify(body.data)).toContain('price bad');
      await ask(fields);
      // both at first, then the bad one alone, until it was well
      expect(called.splice(0)).toEqual([2, ...glitches.map(() => 1)]);
    }
    await glitching.stop();
  });

  test('mutations are never answered from the cache', async () => {
    const gateway = await start();
    await gateway.ask('mutation { touch }');
    edition = 2;
    const { body, headers } = await gateway.ask('mutation { touch }');
    expect(body.data).toEqual({ touch: 'touched 2' });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('root fields are told apart by their arguments, defaults included', async () => {
    const gateway = await start();
    const name = async (id?: string): Promise<unknown> =>
      (
        await gateway.ask('query ($id: ID! = "t9") { title(id: $id) { name } }', {
          variables: id ? { id } : {},
        })
      ).body.data?.['title'].name;
    expect([await name('x'), await name('y'), await name('x'), await name()]).toEqual([
      'x 1',
      'y 1',
      'x 1',
      't9 1',
    ]);
    expect(asked).toEqual(['title x', 'title y', 'title t9']);
  });

  const swr = `
staleWhileRevalidate: 100
staleIfError: 1000
coordinates:
  Title: { maxAge: 60 }
  Query.title: { maxAge: 30 }
`;

  test('what is too old is given out at once while it is fetched anew, once for all who ask', async () => {
    const gateway = await start(swr);
    await pricesOf(gateway, ['a']);
    edition = 2;
    later(70);
    gates = [];
    const answers = await Promise.all(Array.from({ length: 20 }, () => pricesOf(gateway, ['a'])));
    for (const { body, headers } of answers) {
      expect(body.data?.['titles'][0].price).toBe('a costs 1');
      expect(headers.get('cache-control')).toBe('no-store');
    }
    await until(() => gates?.length === 1);
    openGates();
    await until(async () => (await pricesOf(gateway, ['a'])).body.data?.['titles'][0].price === 'a costs 2');
    expect(asked).toEqual(['price a', 'price a']);
    expect(
      await gateway.metric('gateway_cache_lookups_total{subgraph="prices",result="stale"}'),
    ).toBeGreaterThanOrEqual(20);
  });

  test('what came anew is not fetched once more while it is on its way into the cache', async () => {
    const kept = agingCache(kind.cache());
    let arrive: (() => void) | undefined;
    const cache: Cache = {
      ...kept,
      async set(key, value, lifetime) {
        if (edition === 2 && key.startsWith('answer:'))
          await new Promise<void>((resolve) => (arrive = resolve));
        return kept.set(key, value, lifetime);
      },
    };
    const gateway = await start(swr, {}, { cache });
    await pricesOf(gateway, ['a']);
    edition = 2;
    later(70);
    await pricesOf(gateway, ['a']);
    await until(() => arrive !== undefined);
    expect(await priceOn(gateway, 'a')).toBe('a costs 1');
    expect(asked).toEqual(['price a', 'price a']);
    arrive?.();
    await until(async () => (await priceOn(gateway, 'a')) === 'a costs 2');
    expect(asked).toEqual(['price a', 'price a']);
  });

  test('a client that leaves does not end the renewal that it began', async () => {
    const gateway = await start(swr);
    await pricesOf(gateway, ['a']);
    edition = 2;
    later(70);
    gates = [];
    const leaving = new AbortController();
    const answer = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ titles(ids: ["a"]) { id price } }' }),
      signal: leaving.signal,
    });
    expect(answer.status).toBe(200);
    leaving.abort();
    await until(() => gates?.length === 1);
    openGates();
    await until(async () => (await pricesOf(gateway, ['a'])).body.data?.['titles'][0].price === 'a costs 2');
  });

  test('while a subgraph is down, what is too old is better than nothing', async () => {
    const gateway = await start(swr);
    await pricesOf(gateway, ['a', 'b']);
    await prices.stop();
    later(500);
    const { body, headers } = await pricesOf(gateway, ['b', 'a']);
    expect(body.errors).toBeUndefined();
    expect(body.data?.['titles'].map((one: { price: unknown }) => one.price)).toEqual([
      'b costs 1',
      'a costs 1',
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(
      await gateway.metric('gateway_cache_lookups_total{subgraph="prices",result="stale_if_error"}'),
    ).toBe(2);

    // what was never kept is lost, and takes nothing else along
    const partly = await pricesOf(gateway, ['new', 'a']);
    expect(partly.body.data?.['titles'].map((one: { price: unknown }) => one.price)).toEqual([
      null,
      'a costs 1',
    ]);
    expect(partly.body.errors).toMatchObject([
      { path: ['titles', 0, 'price'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
    later(600);
    const over = await pricesOf(gateway, ['a']);
    expect(over.body.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
    await prices.start();
  });

  test('a tag is invalidated for all gateways by whoever shows the secret', async () => {
    const shared = { cache: kind.cache(), pubsub: sharedPubsub() };
    const [one, other] = [await start(swr, {}, shared), await start(swr, {}, shared)];
    expect(await priceOn(one, 'a')).toBe('a costs 1');
    await priceOn(one, 'b');
    edition = 2;
    expect(await priceOn(other, 'a')).toBe('a costs 1');

    expect((await invalidate(one, ['title-a'], 'a secret of somebody else entirely')).status).toBe(401);
    expect((await invalidate(one, 'title-a')).status).toBe(400);
    expect(await priceOn(other, 'a')).toBe('a costs 1');

    expect((await invalidate(one, ['title-a'])).status).toBe(200);
    expect(await priceOn(other, 'a')).toBe('a costs 2');
    expect(await priceOn(one, 'a')).toBe('a costs 2');
    expect(await priceOn(one, 'b')).toBe('b costs 1');
  });

  test('an event invalidates on gateways that share nothing but the events', async () => {
    const pubsub = sharedPubsub();
    const [one, other] = [await start(usual, {}, { pubsub }), await start(usual, {}, { pubsub })];
    for (const gateway of [one, other]) {
      await priceOn(gateway, 'a');
      await gateway.ask('{ title(id: "a") { name } }');
    }
    edition = 2;
    await pubsub.publish(CACHE_INVALIDATIONS, 'nonsense');
    await pubsub.publish(CACHE_INVALIDATIONS, { tags: ['title-a', 'root-a'] });
    for (const gateway of [one, other]) {
      await until(async () => (await priceOn(gateway, 'a')) === 'a costs 2');
      expect((await gateway.ask('{ title(id: "a") { name } }')).body.data).toEqual({
        title: { name: 'a 2' },
      });
      expect(await gateway.metric('gateway_cache_invalidations_total{source="event"}')).toBe(1);
    }
  });

  test('what was asked for before an invalidation is not kept after it', async () => {
    const gateway = await start();
    gates = [];
    const early = priceOn(gateway, 'a');
    await until(() => gates?.length === 1);
    await invalidate(gateway, ['title-a']);
    openGates();
    expect(await early).toBe('a costs 1');
    edition = 2;
    expect(await priceOn(gateway, 'a')).toBe('a costs 2');
  });

  test('headers follow the most restrictive field', async () => {
    const gateway = await start();
    const headersOf = async (query: string): Promise<(string | null)[]> => {
      const { headers } = await gateway.ask(query);
      return ['cache-control', 'age', 'vary'].map((name) => headers.get(name));
    };
    expect(await headersOf('{ title(id: "a") { name } }')).toEqual([
      'max-age=30, public',
      '0',
      'Origin, Accept',
    ]);
    expect(await headersOf('{ title(id: "b") { name price } }')).toEqual([
      'max-age=30, public',
      '0',
      'Origin, Accept',
    ]);
    expect(await headersOf('{ title(id: "c") { mine } }')).toEqual([
      'max-age=30, private',
      '0',
      'Origin, Accept, Authorization, X-Api-Key',
    ]);
    expect((await headersOf('{ title(id: "a") { name } now }'))[0]).toBe('no-store');
    later(20);
    const [control, age] = await headersOf('{ title(id: "a") { name } }');
    const [, maxAge = ''] = /max-age=(\d+), public/.exec(control ?? '') ?? [];
    expect(Number(age)).toBeGreaterThanOrEqual(20);
    expect(Number(maxAge) - Number(age)).toBeLessThanOrEqual(10);
    expect(Number(maxAge) - Number(age)).toBeGreaterThan(5);
  });

  test('a developer sees what came from the cache, others do not', async () => {
    const gateway = await start();
    const headers = { 'x-marquee-cache': '1' };
    await pricesOf(gateway, ['a']);
    const { body } = await pricesOf(gateway, ['a', 'b'], headers);
    expect(body.extensions?.['cache']).toMatchObject({
      fetches: [
        { subgraph: 'catalog', hits: 0, stale: 0, misses: 1 },
        { subgraph: 'prices', hits: 1, stale: 0, misses: 1 },
      ],
      maxAge: 59,
      scope: 'PUBLIC',
    });
    const closed = await start(usual, { DEVELOPER_MODE: 'false' });
    expect((await pricesOf(closed, ['a'], headers)).body.extensions).toBeUndefined();
  });

  const joinedTo = (gateway: TestGateway, subgraph = 'prices'): Promise<number> =>
    gateway.metric(`gateway_cache_lookups_total{subgraph="${subgraph}",result="joined"}`);

  test('what several clients lack at one time is asked for once, whatever lists it stands in', async () => {
    const gateway = await start();
    gates = [];
    const first = pricesOf(gateway, ['a', 'b']);
    await until(() => gates?.length === 2);
    const others = [
      pricesOf(gateway, ['b', 'c'], { 'user-agent': 'another' }),
      pricesOf(gateway, ['b', 'a']),
    ];
    await until(async () => gates?.length === 3 && (await joinedTo(gateway)) === 3);
    openGates();
    const prices = (await Promise.all([first, ...others])).map(({ body, headers }) => [
      body.data?.['titles'].map((one: { price: string }) => one.price),
      headers.get('cache-control'),
    ]);
    expect(prices).toEqual([
      [['a costs 1', 'b costs 1'], 'max-age=60, public'],
      [['b costs 1', 'c costs 1'], 'max-age=60, public'],
      [['b costs 1', 'a costs 1'], 'max-age=60, public'],
    ]);
    expect(asked).toEqual(['price a', 'price b', 'price c']);
    await pricesOf(gateway, ['a', 'b', 'c']);
    expect(asked).toHaveLength(3);
  });

  test('root fields that several clients lack at one time are asked for once, each with an answer of its own', async () => {
    const gateway = await start();
    gates = [];
    const ask = () => gateway.ask('{ title(id: "x") { id name } }');
    const answers = [ask()];
    await until(() => gates?.length === 1);
    answers.push(ask(), ask(), gateway.ask('{ title(id: "x") { id name price } }'));
    await until(async () => (await joinedTo(gateway, 'catalog')) === 2);
    openGates();
    const bodies = (await Promise.all(answers)).map(({ body, headers }) => [
      body.data?.['title'],
      headers.get('cache-control'),
    ]);
    const alone = [{ id: 'x', name: 'x 1' }, 'max-age=30, public'];
    expect(bodies).toEqual([alone, alone, alone, [{ id: 'x', name: 'x 1', price: 'x costs 1' }, alone[1]]]);
    // the last one asks for other fields, and so is another call
    expect(asked).toEqual(['title x', 'title x', 'price x']);
  });

  test('what is private is under way for one viewer only', async () => {
    const gateway = await start();
    gates = [];
    const mine = async (name: string): Promise<unknown> =>
      (await pricesOf(gateway, ['a'], { 'user-agent': name }, 'mine')).body.data?.['titles'][0].mine;
    const seen = [mine('one')];
    await until(() => gates?.length === 1);
    seen.push(mine('two'), mine('one'));
    await until(async () => gates?.length === 2 && (await joinedTo(gateway)) === 1);
    openGates();
    expect(await Promise.all(seen)).toEqual(['a of one', 'a of two', 'a of one']);
    expect(asked).toEqual(['price a', 'price a']);
  });

  test('an error reaches those who wait for what it concerns, at their own path, and nobody else', async () => {
    const gateway = await start();
    failing.add('bad');
    gates = [];
    const first = pricesOf(gateway, ['a', 'bad']);
    await until(() => gates?.length === 2);
    const others = [pricesOf(gateway, ['a']), pricesOf(gateway, ['x', 'y', 'bad'])];
    await until(async () => gates?.length === 4 && (await joinedTo(gateway)) === 2);
    openGates();
    const [leader, untouched, touched] = await Promise.all([first, ...others]);
    expect(leader?.body.errors).toMatchObject([{ path: ['titles', 1], extensions: { code: 'NOT_FOUND' } }]);
    expect(untouched?.body).toEqual({ data: { titles: [{ id: 'a', price: 'a costs 1' }] } });
    expect(touched?.body.errors).toMatchObject([{ path: ['titles', 2], extensions: { code: 'NOT_FOUND' } }]);
    expect(touched?.body.data?.['titles'][0].price).toBe('x costs 1');
    expect(touched?.headers.get('cache-control')).toBe('no-store');
    failing.clear();
    await pricesOf(gateway, ['a', 'bad']);
    expect(asked.filter((what) => what === 'price a')).toHaveLength(2);
  });

  test('all who wait for a subgraph that does not answer are told so, and the next one asks anew', async () => {
    const gateway = await start(usual, { SUBGRAPH_TIMEOUT_MS: '1500' });
    gates = [];
    const first = pricesOf(gateway, ['a']);
    await until(() => gates?.length === 1);
    const second = pricesOf(gateway, ['b', 'a']);
    await until(async () => gates?.length === 2 && (await joinedTo(gateway)) === 1);
    const answers = await Promise.all([first, second]);
    const lost = { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };
    expect(answers.map(({ body }) => body.errors)).toMatchObject([
      [{ ...lost, path: ['titles', 0, 'price'] }],
      [
        { ...lost, path: ['titles', 0, 'price'] },
        { ...lost, path: ['titles', 1, 'price'] },
      ],
    ]);
    openGates();
    expect(await priceOn(gateway, 'a')).toBe('a costs 1');
    expect(asked).toEqual(['price a', 'price b', 'price a']);
  });

  test.each([
    ['', {}],
    [', nor where equal calls are merged', { MERGE_ACROSS_CLIENTS: 'true' }],
  ])(
    'who asks after an invalidation does not wait for what was asked for before it%s',
    async (_, merging) => {
      const gateway = await start(usual, merging);
      gates = [];
      const early = priceOn(gateway, 'a');
      await until(() => gates?.length === 1);
      expect((await invalidate(gateway, ['title-a'])).status).toBe(200);
      const late = priceOn(gateway, 'a');
      await until(() => gates?.length === 2);
      openGates();
      expect([await early, await late]).toEqual(['a costs 1', 'a costs 1']);
      edition = 2;
      expect(await priceOn(gateway, 'a')).toBe('a costs 1');
      expect(asked).toEqual(['price a', 'price a']);
    },
  );

  test('nor does who could not be told of it, the cache being away just then', async () => {
    const kept = kind.cache();
    const failed: ((what: 'read' | 'write') => void)[] = [];
    let away = false;
    const cache: Cache = {
      ...kept,
      onFailure: (listener) => void failed.push(listener),
      async getMany<Value>(keys: readonly string[]) {
        if (!away) return kept.getMany<Value>(keys);
        for (const tell of failed) tell('read');
        return keys.map(() => undefined);
      },
    };
    const gateway = await start(usual, {}, { cache });
    gates = [];
    const early = priceOn(gateway, 'a');
    await until(() => gates?.length === 1);
    expect((await invalidate(gateway, ['title-a'])).status).toBe(200);
    away = true;
    const late = priceOn(gateway, 'a');
    await until(() => gates?.length === 2);
    // others who cannot be told either wait with it
    const latest = priceOn(gateway, 'a');
    await until(async () => (await joinedTo(gateway)) === 1);
    openGates();
    expect(await Promise.all([early, late, latest])).toEqual(Array(3).fill('a costs 1'));
    away = false;
    edition = 2;
    expect(await priceOn(gateway, 'a')).toBe('a costs 2');
  });

  test('a client that leaves does not take along what others wait for', async () => {
    const gateway = await start();
    gates = [];
    const leaving = new AbortController();
    const left = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...SIGNED_OUT },
      body: JSON.stringify({
        query: 'query ($ids: [ID!]!) { titles(ids: $ids) { id price } }',
        variables: { ids: ['a'] },
      }),
      signal: leaving.signal,
    });
    const gone = left.catch((error: Error) => error.name);
    await until(() => gates?.length === 1);
    const staying = priceOn(gateway, 'a');
    await until(async () => (await joinedTo(gateway)) === 1);
    leaving.abort();
    expect(await gone).toBe('AbortError');
    expect((await gateway.ask('{ __typename }')).status).toBe(200);
    openGates();
    expect(await staying).toBe('a costs 1');
    expect(asked).toEqual(['price a']);
  });

  test('events of a subscription are completed by the subgraphs, never from the cache', async () => {
    const gateway = await start();
    await pricesOf(gateway, ['a']);
    edition = 2;
    const events: unknown[] = [];
    for await (const { data } of gateway.socket().iterate({
      query: 'subscription { changed(id: "a") { id price } }',
    }))
      events.push(data?.['changed']);
    const event = { id: 'a', price: 'a costs 2' };
    expect(events).toEqual([event, event]);
    expect(asked).toEqual(['price a', 'price a', 'price a']);
    // nor is anything kept of them
    expect(await priceOn(gateway, 'a')).toBe('a costs 1');
  });

  test('another version of the schema finds nothing of the one before, even in the same cache', async () => {
    const cache = kind.cache();
    const gateway = await start(usual, {}, { cache });
    expect(await priceOn(gateway, 'a')).toBe('a costs 1');
    edition = 2;
    const newer = { ...prices, url: prices.url, sdl: prices.sdl.replace('mine:', 'later: Int  mine:') };
    expect(await priceOn(await start(usual, {}, { cache }, [catalog, newer]), 'a')).toBe('a costs 2');
    expect(await priceOn(await start(usual, {}, { cache }), 'a')).toBe('a costs 1');
  });

  test('a gateway that is told of other tags finds nothing that it could not invalidate', async () => {
    const cache = kind.cache();
    const tagged = (tag: string) => `${usual}\n  Query.now: { maxAge: 60, tags: ['${tag}'] }`;
    await (await start(tagged('one'), {}, { cache })).ask('{ now }');
    edition = 2;
    const { body } = await (await start(tagged('other'), {}, { cache })).ask('{ now }');
    expect(body.data).toEqual({ now: 'now 2' });
  });

  test('tags are made of arguments and keys, also of what is within them, and what lacks one is not kept', async () => {
    const at = 'type At @shareable { row: String!  shelf: Int! }';
    const rowOf = ({ row, rows }: { row?: string; rows?: string[] }) => row ?? rows?.[0] ?? '';
    const shelves = await startSubgraph(
      'shelves',
      `type Query { find(by: By!): Item @cacheTag(format: "find-{$args.by.row}") @cacheTag(format: "every") }
     input By { row: String  rows: [String!] }
     type Item @key(fields: "at { row shelf }") { at: At! }
     ${at}`,
      {
        Query: {
          find: async (_: unknown, { by }: { by: object }) => {
            await ask(`find ${rowOf(by)}`);
            return { at: { row: rowOf(by), shelf: 7 } };
          },
        },
      },
    );
    const stocks = await startSubgraph(
      'stocks',
      `type Item @key(fields: "at { row shelf }") @cacheTag(format: "item-{$key.at.row}-{$key.at.shelf}") {
       at: At!  stock: String
     }
     ${at}`,
      {
        Item: {
          __resolveReference: (item: object) => item,
          stock: async (item: { at: { row: string } }) => {
            await ask(`stock ${item.at.row}`);
            return `${item.at.row} ${edition}`;
          },
        },
      },
    );
    const gateway = await start(
      'coordinates: { Query.find: { maxAge: 60 }, Item: { maxAge: 60 }, Item.at: { maxAge: 60 } }',
      {},
      {},
      [shelves, stocks],
    );
    /** The stock, and what the subgraphs were asked for it. */
    const find = async (by: object): Promise<unknown[]> => {
      asked = [];
      const { body } = await gateway.ask('query ($by: By!) { find(by: $by) { stock } }', {
        variables: { by },
      });
      return [body.data?.['find'].stock, ...asked];
    };
    expect(await find({ row: 'r1' })).toEqual(['r1 1', 'find r1', 'stock r1']);
    expect(await find({ row: 'r2' })).toEqual(['r2 1', 'find r2', 'stock r2']);
    edition = 2;
    expect(await find({ row: 'r1' })).toEqual(['r1 1']);
    await invalidate(gateway, ['find-r1']);
    expect(await find({ row: 'r1' })).toEqual(['r1 1', 'find r1']);
    await invalidate(gateway, ['item-r1-7']);
    expect(await find({ row: 'r1' })).toEqual(['r1 2', 'stock r1']);
    expect(await find({ row: 'r2' })).toEqual(['r2 1']);
    await invalidate(gateway, ['every']);
    expect(await find({ row: 'r2' })).toEqual(['r2 1', 'find r2']);
    // one of its tags has no value, so it could not be invalidated
    expect(await find({ rows: ['r3'] })).toEqual(['r3 2', 'find r3', 'stock r3']);
    expect(await find({ rows: ['r3'] })).toEqual(['r3 2', 'find r3']);
    await Promise.all([shelves.stop(), stocks.stop()]);
  });

  test('what a subgraph says by a plain @cacheControl holds', async () => {
    const plain = await startSubgraph(
      'plain',
      `enum CacheControlScope { PUBLIC PRIVATE }
     directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
       on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
     type Query { kept: String @cacheControl(maxAge: 40)  own: String @cacheControl(maxAge: 40, scope: PRIVATE) }`,
      {
        Query: {
          kept: () => ask('kept').then(() => `kept ${edition}`),
          own: () => ask('own').then(() => `own ${edition}`),
        },
      },
    );
    const gateway = await start('{}', {}, {}, [plain]);
    await gateway.ask('{ kept }');
    const one = { headers: { 'user-agent': 'one' } };
    await gateway.ask('{ own }', one);
    edition = 2;
    const kept = await gateway.ask('{ kept }');
    expect([kept.body.data, kept.headers.get('cache-control')]).toEqual([
      { kept: 'kept 1' },
      expect.stringMatching(/^max-age=4\d, public$/),
    ]);
    expect((await gateway.ask('{ own }', one)).body.data).toEqual({ own: 'own 1' });
    expect((await gateway.ask('{ own }', { headers: { 'user-agent': 'two' } })).body.data).toEqual({
      own: 'own 2',
    });
    await plain.stop();
  });

  test('a request with credentials gets what all may have as public, and what is its own as private', async () => {
    const issuer = await startIssuer();
    const gateway = await start(usual, issuer.variables);
    const asUser = { headers: { authorization: `Bearer ${await issuer.sign()}` } };
    const { headers } = await gateway.ask('{ title(id: "a") { name price } }', asUser);
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual([
      'max-age=30, public',
      'Origin, Accept',
    ]);
    const own = await gateway.ask('{ title(id: "a") { mine } }', asUser);
    expect(own.headers.get('cache-control')).toMatch(/^max-age=\d+, private$/);
    expect(own.headers.get('vary')).toContain('Authorization');
    await issuer.stop();
  });

  test('a cache that fails costs no answer', async () => {
    const broken = async () => {
      throw new Error('WRONGTYPE');
    };
    const cache: Cache = { ...kind.cache(), getMany: broken };
    const gateway = await start(usual, {}, { cache });
    for (let times = 0; times < 2; times++) {
      const { body, headers } = await pricesOf(gateway, ['a']);
      expect(body).toEqual({ data: { titles: [{ id: 'a', price: 'a costs 1' }] } });
      expect(headers.get('cache-control')).toBe('no-store');
    }
    expect(gateway.log().split('the cache fails')).toHaveLength(2);

    const halfBroken = await start(usual, {}, { cache: { ...kind.cache(), set: broken } });
    expect(await priceOn(halfBroken, 'a')).toBe('a costs 1');
    expect(halfBroken.log()).toContain('the cache fails');
  });
});

test('memory is bounded: what was not used for longest is forgotten', async () => {
  const cache = createMemoryCache({ maxEntries: 20 });
  const gateway = await start(usual, {}, { cache });
  for (let index = 0; index < 50; index++) await priceOn(gateway, `t${index}`);
  edition = 2;
  expect(await priceOn(gateway, 't49')).toBe('t49 costs 1');
  expect(await priceOn(gateway, 't0')).toBe('t0 costs 2');
});

test.each([
  ['at once', 99, 0],
  ['once more room is needed', 40, 70],
])(
  'what was invalidated on its way into a full memory does not come back %s',
  async (_when, before, after) => {
    const store = createCacheStore(createMemoryCache({ maxEntries: 100 }));
    const part = { key: 'part', tags: ['other', 'tag'] };
    const fill = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) await store.save({ key: `${Math.random()}`, tags: [] }, n, [], 60);
    };
    const found = async () => (await store.lookUp([part]))[0]?.found?.data;
    const save = async (data: string, whileAway: () => Promise<void>): Promise<void> => {
      const [lookedUp] = await store.lookUp([part]);
      await whileAway();
      await store.save(part, data, lookedUp?.versions ?? [], 60);
      await fill(after);
    };
    await save('old', async () => {
      await store.invalidate(['tag'], '1');
      await fill(before);
    });
    expect(await found()).toBeUndefined();
    await save('new', async () => undefined);
    expect(await found()).toBe('new');
    await store.invalidate(['tag'], '2');
    await fill(200);
    expect(await found()).toBeUndefined();
  },
);

test('an invalidation that a gateway does late, and another did before, brings nothing back that a later one has ended', async () => {
  // shared, as Redis is
  const cache: Cache = { ...createMemoryCache(), dropsOldest: false };
  const late = new Map<string, () => void>();
  const [one, other] = [
    createCacheStore(cache),
    createCacheStore({
      ...cache,
      async set(key, ...rest) {
        if (key.startsWith('answer-tag:')) await new Promise<void>((resolve) => late.set(key, resolve));
        await cache.set(key, ...rest);
      },
    }),
  ];
  const part = { key: 'part', tags: ['tag'] };
  const found = async () => (await one.lookUp([part]))[0]?.found?.data;
  const done = other.invalidate(['tag'], 'earlier');
  await until(() => late.size === 1);
  await one.invalidate(['tag'], 'earlier');
  const [lookedUp] = await one.lookUp([part]);
  await one.save(part, 'old', lookedUp?.versions ?? [], 60);
  expect(await found()).toBe('old');
  await one.invalidate(['tag'], 'later');
  expect(await found()).toBeUndefined();
  for (const write of late.values()) write();
  await done;
  await other.invalidate(['tag'], 'later');
  expect(await found()).toBeUndefined();
});

test('what was kept before the clock was put back is of no known age, and is not found', async () => {
  const store = createCacheStore(createMemoryCache());
  const part = { key: 'part', tags: [] };
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await store.save(part, 'kept', [], 600);
    // those of several gateways differ a little
    vi.setSystemTime(Date.now() - 900);
    expect((await store.lookUp([part]))[0]?.found).toEqual({ data: 'kept', age: 0 });
    vi.setSystemTime(Date.now() - 60_000);
    expect((await store.lookUp([part]))[0]?.found).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});

test('keys are made at once however long the variables are and however many the entities, each its own', () => {
  const fetch = {
    prefix: 'fetch',
    policy: { policyOf: () => ({ maxAge: 60, isPrivate: false }), entityTags: () => [] },
  } as unknown as KnownFetch;
  const entities = Array.from({ length: 2_000 }, (_, id) => JSON.stringify({ __typename: 'Title', id }));
  const keysWith = (text: string): string[] => {
    const variables = `"text":${JSON.stringify(text)}`;
    const call = { request: { viewer: {} }, variables, entities } as unknown as CachedCall;
    return partsOf(fetch, call).map(({ key }) => key);
  };
  const long = 'x'.repeat(2_000_000);
  const start = performance.now();
  const keys = keysWith(long);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(keysWith(long)).toEqual(keys);
  expect(new Set([...keys, ...keysWith(`${long}y`), ...keysWith('x')]).size).toBe(3 * entities.length);
});

test('a configuration that is not valid is told of', async () => {
  await expect(start('coordinates: { "Title": { maxAge: old } }')).rejects.toThrow(/maxAge/);
});

if (redis)
  test('an invalidation that Redis did not take brings nothing back that an earlier one has ended', async () => {
    const wire = await createWire(redis.url);
    const connection = connectRedis({ url: wire.url, logger: silent });
    const cache = createRedisCache({ connection, logger: silent, prefix: redis.prefix() });
    const store = createCacheStore(cache);
    const part = { key: 'part', tags: ['tag'] };
    const found = async () => (await store.lookUp([part]))[0]?.found?.data;
    try {
      await store.save(part, 'old', [null], 60);
      expect(await found()).toBe('old');
      await store.invalidate(['tag'], '1');
      expect(await found()).toBeUndefined();
      await wire.cut();
      await expect(store.invalidate(['tag'], '2')).rejects.toThrow('away');
      await wire.mend();
      await until(async () => (await cache.getMany(['none', 'answer:part']))[1] !== undefined);
      expect(await found()).toBeUndefined();
    } finally {
      await connection.close();
      await wire.close();
    }
  });

if (redis)
  test('an invalidation that another gateway hears late brings nothing back that a later one has ended', async () => {
    const prefix = redis.prefix();
    const [one, other] = [0, 1].map(() =>
      createCacheStore(createRedisCache({ connection: redis.connect(silent), logger: silent, prefix })),
    ) as [CacheStore, CacheStore];
    const part = { key: 'part', tags: ['tag'] };
    const found = async () => (await one.lookUp([part]))[0]?.found?.data;
    await one.invalidate(['tag'], 'earlier');
    const [lookedUp] = await one.lookUp([part]);
    await one.save(part, 'old', lookedUp?.versions ?? [], 60);
    expect(await found()).toBe('old');
    await one.invalidate(['tag'], 'later');
    for (const id of ['earlier', 'later']) {
      await other.invalidate(['tag'], id);
      expect(await found()).toBeUndefined();
    }
  });
