import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startServer } from '../testing/subgraphs.ts';

let calls = 0;
let answer: 'well' | 'not' = 'well';
let flaky: Awaited<ReturnType<typeof startServer>>;
let steady: Awaited<ReturnType<typeof startServer>>;
let gateway: TestGateway;

beforeEach(async () => {
  [calls, answer] = [0, 'well'];
  flaky = await startServer((request, response) => {
    calls += 1;
    if (answer === 'not') request.socket.destroy();
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
