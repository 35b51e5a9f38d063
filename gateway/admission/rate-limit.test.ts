import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createMemoryLimits } from '../../platform/limits-memory.ts';
import { createLogger } from '../../platform/logger.ts';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startIssuer, type Issuer } from '../testing/issuer.ts';
import { startServer, startStudio, type Studio } from '../testing/subgraphs.ts';
import { createRateLimit, type Counted, type RateAllowance } from './rate-limit.ts';

let studio: Studio;
let issuer: Issuer;
let gateway: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  issuer = await startIssuer();
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    ...issuer.variables,
    RATE_LIMIT_PER_ADDRESS: '5',
    RATE_LIMIT_PER_VIEWER: '3',
    TRUST_PROXY: '1',
  });
});
afterAll(async () => {
  await gateway.stop();
  await studio.stop();
  await issuer.stop();
});

const statuses = async (count: number, headers: Record<string, string>): Promise<number[]> => {
  const all = [];
  for (let index = 0; index < count; index++) all.push((await gateway.ask('{ must }', { headers })).status);
  return all;
};

test('an address that is not signed in has so many requests a minute, and is told when to come back', async () => {
  const headers = { 'x-forwarded-for': '1.1.1.1' };
  expect(await statuses(6, headers)).toEqual([200, 200, 200, 200, 200, 429]);
  const { headers: answered, body } = await gateway.ask('{ must }', { headers });
  expect(codeOf(body)).toBe('RATE_LIMITED');
  expect(Number(answered.get('retry-after'))).toBeGreaterThan(0);
  expect(await statuses(1, { 'x-forwarded-for': '1.1.1.2' })).toEqual([200]);
});

test('an address is the same in all its spellings, and a /64 of IPv6 is one', async () => {
  const from = async (...addresses: string[]): Promise<number[]> => {
    const all = [];
    for (const address of addresses) all.push(...(await statuses(1, { 'x-forwarded-for': address })));
    return all;
  };
  const allowed = [200, 200, 200, 200, 200];
  expect(
    await from(
      '1.1.2.1:1000',
      '1.1.2.1:1001',
      '1.1.2.1',
      '::ffff:1.1.2.1',
      '[::ffff:1.1.2.1]:80',
      '::FFFF:101:201',
    ),
  ).toEqual([...allowed, 429]);
  expect(
    await from(
      '2001:db8::9',
      '2001:DB8::9',
      '2001:0db8:0:0:0:0:0:9',
      '[2001:db8::9]:443',
      '2001:db8::ffff:1',
      '2001:db8:0:0:1::',
    ),
  ).toEqual([...allowed, 429]);
  expect(await from('2001:db8:0:1::9')).toEqual([200]);
});

test('subgraphs are told the whole address, in its one spelling', async () => {
  const { body } = await gateway.ask('{ whoAmI { address } }', {
    headers: { 'x-forwarded-for': '[2001:DB8:7::0:9]:443' },
  });
  expect(body.data?.['whoAmI']).toEqual({ address: '2001:db8:7::9' });
});

test('a Redis that accepts connections and says nothing delays one request by a quarter of a second', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const infrastructure = await createInfrastructure({
    redisUrl: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logger: createLogger('test', 'silent'),
  });
  const alone = await startGateway(
    [studio.jobs, studio.catalog, studio.genres],
    { RATE_LIMIT_PER_ADDRESS: '2', ADMIN_PORT: '0' },
    { limits: infrastructure.limits, cache: infrastructure.cache },
  );
  try {
    const begun = performance.now();
    expect((await alone.ask('{ must }')).status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(1_500);
    const unknown = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const answer = await fetch(`${alone.url}?extensions=${encodeURIComponent(JSON.stringify(unknown))}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(codeOf((await answer.json()) as object)).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await alone.ask('{ must }')).status).toBe(429);
    expect(await alone.metric('gateway_rate_limit_counted_alone_total')).toBe(3);
    expect(await alone.metric('gateway_shared_cache_failures_total{kind="read"}')).toBe(1);
  } finally {
    await alone.stop();
    await infrastructure.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

test('a user is counted wherever the requests come from', async () => {
  const authorization = `Bearer ${await issuer.sign({ sub: 'usr_7' })}`;
  expect(await statuses(2, { authorization, 'x-forwarded-for': '2.2.2.1' })).toEqual([200, 200]);
  expect(await statuses(2, { authorization, 'x-forwarded-for': '2.2.2.2' })).toEqual([200, 429]);
});

test('guesses at tokens are counted against their address', async () => {
  expect(await statuses(6, { authorization: 'Bearer guess', 'x-forwarded-for': '3.3.3.3' })).toEqual([
    401, 401, 401, 401, 401, 429,
  ]);
});

test('tokens whose issuer is no text are guesses like others', async () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tokens = [{ toString: 1 }, ['https://issuer.test'], 1, null].map(
    (iss) => `${encode({ alg: 'EdDSA', typ: 'at+jwt' })}.${encode({ iss })}.AAAA`,
  );
  for (const [index, token] of tokens.entries())
    expect(
      await statuses(6, { authorization: `Bearer ${token}`, 'x-forwarded-for': `3.3.4.${index}` }),
    ).toEqual([401, 401, 401, 401, 401, 429]);
  expect(gateway.log()).not.toMatch(/"level":"(?:warn|error)"/);
});

test('a token that has expired is told so, and counted against its address', async () => {
  const authorization = `Bearer ${await issuer.sign({ exp: Math.floor(Date.now() / 1000) - 3_600 })}`;
  const headers = { authorization, 'x-forwarded-for': '3.3.5.1' };
  const codes = [];
  for (let index = 0; index < 6; index++)
    codes.push(codeOf((await gateway.ask('{ must }', { headers })).body));
  expect(codes).toEqual([...Array.from({ length: 5 }, () => 'TOKEN_EXPIRED'), 'RATE_LIMITED']);
  expect(await statuses(1, { 'x-forwarded-for': '3.3.5.1' })).toEqual([429]);
});

test('operations on a WebSocket are counted one by one', async () => {
  const client = gateway.socket({
    lazyCloseTimeout: 5_000,
    connectionParams: { token: await issuer.sign({ sub: 'usr_ws' }) },
  });
  const once = async () => (await client.iterate({ query: '{ must }' }).next()).value as object;
  expect(await once()).toEqual({ data: { must: 'is there' } });
  await once();
  await expect(once()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

test('where the counters cannot be reached, requests pass (C64)', async () => {
  const limits = {
    consume: () => Promise.reject(new Error('away')),
    reset: async () => undefined,
    close: async () => undefined,
  };
  const rate = createRateLimit({
    limits,
    logger: createLogger('test', 'silent'),
    perAddress: 1,
    perViewer: 1,
    costPerPoint: 1,
  });
  await expect(rate.request({ address: '4.4.4.4' })).resolves.toBeUndefined();
  expect(await rate.cost({ address: '4.4.4.4' }, 100)).toBeUndefined();
});

test('answers tell what is left of the limit', async () => {
  const headers = { 'x-forwarded-for': '5.5.5.5' };
  const told = async () => {
    const { headers: answered } = await gateway.ask('{ must }', { headers });
    expect(answered.get('ratelimit-policy')).toBe('5;w=60');
    return answered.get('ratelimit');
  };
  for (let left = 4; left >= 0; left--)
    expect(await told()).toMatch(new RegExp(`^limit=5, remaining=${left}, reset=(60|5\\d)$`));
  const refused = await gateway.ask('{ must }', { headers });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('ratelimit')).toBe(
    `limit=5, remaining=0, reset=${refused.headers.get('retry-after')}`,
  );
});

test('a refusal tells what is left for others that cost less', async () => {
  const counting = await startGateway([studio.jobs], {
    RATE_LIMIT_BY_COST: 'true',
    RATE_LIMIT_PER_ADDRESS: '10',
    RATE_LIMIT_COST_PER_POINT: '1',
  });
  const told = async (query: string) => {
    const { status, headers } = await counting.ask(query);
    return [status, headers.get('ratelimit')];
  };
  const left = (remaining: number) =>
    expect.stringMatching(`^limit=10, remaining=${remaining}, reset=`) as string;
  const cheap = '{ job(id: "1") { id } }';
  const dear = `{ ${Array.from({ length: 9 }, (_, index) => `a${index}: job(id: "1") { id }`).join(' ')} }`;
  try {
    expect(await told(cheap)).toEqual([200, left(9)]);
    expect(await told(cheap)).toEqual([200, left(8)]);
    expect(await told(dear)).toEqual([429, left(7)]);
    expect(await told(cheap)).toEqual([200, left(6)]);
  } finally {
    await counting.stop();
  }
});

describe('what an operation costs', () => {
  const limits = createMemoryLimits();
  afterAll(() => limits.close());
  const rate = createRateLimit({
    limits,
    logger: createLogger('test', 'silent'),
    perAddress: 10,
    perViewer: 20,
    costPerPoint: 100,
  });
  /** A request and its operation, as the pipeline counts them. */
  const ask = async (viewer: Counted, cost: number): Promise<RateAllowance | undefined> => {
    const first = await rate.request(viewer);
    return (await rate.cost(viewer, cost)) ?? first;
  };

  test('is counted in points: cheap ones are one', async () => {
    expect(await ask({ address: '1' }, 0)).toMatchObject({ limit: 10, remaining: 9 });
    expect(await ask({ address: '1' }, 100)).toMatchObject({ remaining: 8 });
    expect(await ask({ address: '1' }, 101)).toMatchObject({ remaining: 6 });
    await expect(ask({ address: '1' }, 700)).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED', limit: 10 },
    });
  });

  test('is counted of the key first, then of the user, then of the address', async () => {
    expect(await ask({ apiKeyId: 'k', userId: 'u', address: '2' }, 500)).toMatchObject({ remaining: 15 });
    expect(await ask({ userId: 'u', address: '2' }, 300)).toMatchObject({ remaining: 17 });
    expect(await ask({ address: '2' }, 200)).toMatchObject({ remaining: 8 });
  });

  test('is a whole window at most, so that it can be answered at all', async () => {
    expect(await ask({ address: '3' }, 1_000_000)).toMatchObject({ remaining: 0 });
    await expect(ask({ address: '3' }, 1)).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
  });
});

test('a flood of distinct keys is over for its address before the user service is asked', async () => {
  let asked = 0;
  const keys = await startServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"active":false}');
  });
  const guarded = await startGateway([studio.jobs], {
    RATE_LIMIT_PER_ADDRESS: '5',
    API_KEY_INTROSPECTION_URL: `${keys.url}/introspect`,
  });
  const codes = [];
  for (let index = 0; index < 20; index++)
    codes.push((await guarded.ask('{ must }', { headers: { 'x-api-key': `guess-${index}` } })).status);
  expect(codes).toEqual([401, 401, 401, 401, 401, ...Array.from({ length: 15 }, () => 429)]);
  expect(asked).toBe(5);
  await guarded.stop();
  await keys.stop();
});
