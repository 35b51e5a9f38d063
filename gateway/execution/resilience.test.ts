import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startServer } from '../testing/subgraphs.ts';

let calls = 0;
let answer: 'well' | 'not' | RequestListener = 'well';
let flaky: Awaited<ReturnType<typeof startServer>>;
let steady: Awaited<ReturnType<typeof startServer>>;
let gateway: TestGateway;

beforeEach(async () => {
  [calls, answer] = [0, 'well'];
  flaky = await startServer((request, response) => {
    calls += 1;
    if (typeof answer === 'function') answer(request, response);
    else if (answer === 'not') request.socket.destroy();
    else response.end('{"data":{"flaky":"x","change":"x"}}');
  });
  steady = await startServer((_request, response) => response.end('{"data":{"steady":"y"}}'));
});
afterEach(async () => {
  await gateway.stop();
  await flaky.stop();
  await steady.stop();
});

const start = async (variables: Record<string, string>): Promise<void> => {
  const sdl = 'type Query { flaky: String } type Mutation { change: String }';
  gateway = await startGateway(
    [
      { name: 'flaky', sdl, url: flaky.url },
      { name: 'steady', sdl: 'type Query { steady: String }', url: steady.url },
    ],
    { RATE_LIMIT_PER_ADDRESS: '100000', ...variables },
  );
};

test('a query that failed is sent again, a mutation never', async () => {
  await start({ BREAKER_FAILURES: '0' });
  for (let index = 0; index < 20; index++) await gateway.ask('{ flaky }');
  [calls, answer] = [0, 'not'];
  await gateway.ask('{ flaky }');
  expect(calls).toBe(2);
  await gateway.ask('mutation { change }');
  expect(calls).toBe(3);
});

test('retries are at most a tenth of the requests, so that they add no storm to a failure (C71)', async () => {
  await start({ BREAKER_FAILURES: '0' });
  answer = 'not';
  for (let index = 0; index < 200; index++) await gateway.ask('{ flaky }');
  expect(calls).toBeGreaterThan(200);
  expect(calls).toBeLessThanOrEqual(220);
});

test.each<[string, RequestListener]>([
  ['at too great length', (_request, response) => response.end(`{"data":{"flaky":"${'x'.repeat(2_000)}"}}`)],
  ...[400, 408, 413, 429, 431].map((status): [string, RequestListener] => [
    `by ${status} and no GraphQL`,
    (_request, response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<html>No.'),
  ]),
  [
    'by 413 and no end',
    (request, response) => {
      response.writeHead(413, { 'content-length': '1000' });
      response.write('<html>', () => request.socket.destroy());
    },
  ],
])('a subgraph that answers one %s is asked by others, and not twice', async (_how, refuse) => {
  await start({ BREAKER_FAILURES: '5', BREAKER_PAUSE_MS: '100000', SUBGRAPH_MAX_BYTES: '1000' });
  // enough of them that some might be sent again
  for (let index = 0; index < 20; index++) await gateway.ask('{ flaky }');
  [calls, answer] = [0, refuse];
  for (let index = 0; index < 20; index++) {
    const { body } = await gateway.ask('{ flaky steady }');
    expect(body.data).toEqual({ flaky: null, steady: 'y' });
    expect(body.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  }
  expect(calls).toBe(20);
  expect(gateway.log().split('a subgraph did not answer')).toHaveLength(21);
  answer = 'well';
  expect((await gateway.ask('{ flaky }')).body).toEqual({ data: { flaky: 'x' } });
});

test('a subgraph that fails at too great length is one that fails', async () => {
  await start({
    BREAKER_FAILURES: '5',
    BREAKER_PAUSE_MS: '100000',
    RETRY_SHARE: '0',
    SUBGRAPH_MAX_BYTES: '1000',
  });
  answer = (_request, response) => response.writeHead(502).end('x'.repeat(2_000));
  for (let index = 0; index < 20; index++) await gateway.ask('{ flaky }');
  expect(calls).toBe(5);
});

test('a subgraph that fails again and again is left alone, then asked by one request until it answers', async () => {
  await start({ BREAKER_FAILURES: '5', BREAKER_PAUSE_MS: '2000', RETRY_SHARE: '0', ADMIN_PORT: '0' });
  const isOpen = async (): Promise<boolean> => {
    const metrics = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
    return metrics.includes('gateway_circuit_breaker_open{subgraph="flaky"} 1');
  };
  answer = 'not';
  for (let index = 0; index < 20; index++) {
    const { body } = await gateway.ask('{ flaky steady }');
    expect(body.data).toEqual({ flaky: null, steady: 'y' });
    expect(body.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  }
  expect(calls).toBe(5);
  expect(await isOpen()).toBe(true);

  answer = 'well';
  await until(async () => (await gateway.ask('{ flaky }')).body.errors === undefined);
  expect(calls).toBe(6);
  expect(await isOpen()).toBe(false);
});
