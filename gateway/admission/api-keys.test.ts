import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { codeOf, startGateway } from '../testing/gateway.ts';
import { startServer, startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';
import { createApiKeys } from './api-keys.ts';

/** The user service's endpoint: answers when a test says so, and tells how often it was asked. */
async function startEndpoint(answer: object) {
  let asked = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const server = await startServer((_request, response) => {
    asked += 1;
    void opened.then(() =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
    );
  });
  return { ...server, asked: () => asked, answer: () => open() };
}

const GOOD = { active: true, token_type: 'api_key', client_id: 'key_1' };
let one: TestSubgraph;
beforeAll(async () => {
  one = await startSubgraph('one', 'type Query { one: String }', { Query: { one: () => '1' } });
});
afterAll(() => one.stop());

test.each([
  ['a good key', GOOD, 200, 1],
  ['a key that is not valid', { active: false }, 401, 20],
])('%s that comes many times at once is asked about once', async (_what, answer, status, counted) => {
  const endpoint = await startEndpoint(answer);
  const gateway = await startGateway([one], {
    API_KEY_INTROSPECTION_URL: endpoint.url,
    RATE_LIMIT_PER_ADDRESS: '21',
  });
  const all = Array.from({ length: 20 }, () => gateway.ask('{ one }', { headers: { 'x-api-key': 'k' } }));
  setTimeout(endpoint.answer, 200);
  for (const answered of await Promise.all(all)) expect(answered.status).toBe(status);
  expect(endpoint.asked()).toBe(1);
  // what counted against the address: one look at a good key, each guess at a bad one
  const { status: visitor, headers } = await gateway.ask('{ one }');
  expect([visitor, headers.get('ratelimit')]).toEqual([
    200,
    expect.stringContaining(`remaining=${21 - counted - 1},`),
  ]);
  await gateway.stop();
  await endpoint.stop();
});

test('an address that is over its limit does not take others along that show the same key', async () => {
  const endpoint = await startEndpoint(GOOD);
  const keys = createApiKeys(endpoint.url, 'secret', createLogger('test', 'silent'));
  const over = new Error('over its limit');
  const refused = keys.check('k', '1.1.1.1', () => Promise.reject(over));
  const counted: string[] = [];
  const count = (address: string) => async () => void counted.push(address);
  const checks = ['1.1.1.2', '1.1.1.2', '1.1.1.3'].map((address) => keys.check('k', address, count(address)));
  await expect(refused).rejects.toBe(over);
  endpoint.answer();
  for (const check of checks) expect((await check).apiKeyId).toBe('key_1');
  expect(counted).toEqual(['1.1.1.2', '1.1.1.3']);
  expect(endpoint.asked()).toBe(1);
  await endpoint.stop();
});

test('a call that failed is not kept', async () => {
  let status = 500;
  const server = await startServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(GOOD));
  });
  const keys = createApiKeys(server.url, 'secret', createLogger('test', 'silent'));
  for (const failed of await Promise.allSettled([keys.check('k', '1.1.1.1'), keys.check('k', '1.1.1.1')]))
    expect(codeOf({ errors: [(failed as PromiseRejectedResult).reason] })).toBe('SERVICE_UNAVAILABLE');
  status = 200;
  expect((await keys.check('k', '1.1.1.1')).apiKeyId).toBe('key_1');
  await server.stop();
});
