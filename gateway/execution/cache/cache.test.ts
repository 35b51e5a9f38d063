import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryCache } from '../../../platform/cache-memory.ts';
import type { Cache } from '../../../platform/cache.ts';
import { createMemoryPubSub } from '../../../platform/events/memory.ts';
import type { Viewer } from '../../../platform/viewer.ts';
import { startGateway, until, type TestGateway } from '../../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../../testing/subgraphs.ts';
import { CACHE_INVALIDATIONS } from './invalidation.ts';

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

interface Context {
  readonly viewer: Viewer;
}

const ask = async (what: string): Promise<void> => {
  asked.push(what);
  if (gates) await new Promise<void>((resolve) => gates?.push(resolve));
};

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
  for (const gateway of running.splice(0)) await gateway.stop();
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
  shared: { cache?: Cache; pubsub?: ReturnType<typeof createMemoryPubSub> } = {},
): Promise<TestGateway> {
  const file = path.join(tmpdir(), `marquee-cache-${process.pid}-${running.length}-${Math.random()}.yaml`);
  await writeFile(file, config);
  const gateway = await startGateway(
    [catalog, prices],
    {
      ADMIN_PORT: '0',
      CACHE_CONFIG: file,
      CACHE_INVALIDATION_SECRET: SECRET,
      RETRY_SHARE: '0',
      DEVELOPER_MODE: 'true',
      ...variables,
    },
    { cache: agingCache(), ...shared },
  );
  running.push(gateway);
  return gateway;
}

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
function agingCache(): Cache {
  const cache = createMemoryCache();
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
  const waiting = gates;
  gates = undefined;
  for (const open of waiting) open();
  await until(async () => (await pricesOf(gateway, ['a'])).body.data?.['titles'][0].price === 'a costs 2');
  expect(asked).toEqual(['price a', 'price a']);
  expect(
    await gateway.metric('gateway_cache_lookups_total{subgraph="prices",result="stale"}'),
  ).toBeGreaterThanOrEqual(20);
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
  const waiting = gates;
  gates = undefined;
  for (const open of waiting) open();
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
  expect(await gateway.metric('gateway_cache_lookups_total{subgraph="prices",result="stale_if_error"}')).toBe(
    2,
  );

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

const invalidate = (gateway: TestGateway, tags: unknown, secret = SECRET): Promise<Response> =>
  fetch(`${gateway.gateway.adminUrl}/invalidate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ tags }),
  });
const priceOn = async (gateway: TestGateway, id: string): Promise<unknown> =>
  (await pricesOf(gateway, [id])).body.data?.['titles'][0].price;

test('a tag is invalidated for all gateways by whoever shows the secret', async () => {
  const shared = { cache: createMemoryCache(), pubsub: createMemoryPubSub() };
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
  const pubsub = createMemoryPubSub();
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
    expect((await gateway.ask('{ title(id: "a") { name } }')).body.data).toEqual({ title: { name: 'a 2' } });
    expect(await gateway.metric('gateway_cache_invalidations_total{source="event"}')).toBe(1);
  }
});

test('what was asked for before an invalidation is not kept after it', async () => {
  const gateway = await start();
  gates = [];
  const early = priceOn(gateway, 'a');
  await until(() => gates?.length === 1);
  await invalidate(gateway, ['title-a']);
  const waiting = gates;
  gates = undefined;
  for (const open of waiting) open();
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

test('memory is bounded: what was not used for longest is forgotten', async () => {
  const cache = createMemoryCache({ maxEntries: 20 });
  const gateway = await start(usual, {}, { cache });
  for (let index = 0; index < 50; index++) await priceOn(gateway, `t${index}`);
  edition = 2;
  expect(await priceOn(gateway, 't49')).toBe('t49 costs 1');
  expect(await priceOn(gateway, 't0')).toBe('t0 costs 2');
});

test('a configuration that is not valid is told of', async () => {
  await expect(start('coordinates: { "Title": { maxAge: old } }')).rejects.toThrow(/maxAge/);
});
