import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startIssuer, type Issuer } from '../testing/issuer.ts';
import { startStudio, type Studio } from '../testing/subgraphs.ts';
import { createRateLimit } from './rate-limit.ts';

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
  const count = createRateLimit({
    limits,
    logger: createLogger('test', 'silent'),
    perAddress: 1,
    perViewer: 1,
  });
  await expect(count({ address: '4.4.4.4' })).resolves.toBeUndefined();
});
