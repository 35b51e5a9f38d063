import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../testing/gateway.ts';
import { startStudio, type Studio } from '../testing/subgraphs.ts';

let studio: Studio;
let gateway: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    ADMIN_PORT: '0',
    RATE_LIMIT_BY_COST: 'true',
    RATE_LIMIT_PER_ADDRESS: '100000',
    DEVELOPER_MODE: 'true',
  });
});
afterAll(async () => {
  await gateway.stop();
  await studio.stop();
});

/** The value of a metric, by its name with its labels. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

describe('the metrics of the admin port', () => {
  test('count requests by the name of their operation, and errors by code', async () => {
    await gateway.ask('query Counted { must }');
    await gateway.ask('query Counted { must }');
    await gateway.ask('{ refuses must }');
    await gateway.ask('{ nowhere }');
    expect(await metric('gateway_operation_duration_seconds_count{operation="Counted",type="query"}')).toBe(
      2,
    );
    expect(await metric('gateway_errors_total{code="NOT_FOUND"}')).toBe(1);
    expect(await metric('gateway_errors_total{code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
  });

  test('tell hits and misses of the operation cache, and how long planning took', async () => {
    const [hits, misses] = ['hit', 'miss'].map(
      (result) => `gateway_operation_cache_lookups_total{result="${result}"}`,
    ) as [string, string];
    const before = [await metric(hits), await metric(misses)];
    const planned = await metric('gateway_plan_duration_seconds_count');
    for (let round = 0; round < 3; round++) await gateway.ask('query Cached { must }');
    expect([await metric(hits), await metric(misses)]).toEqual([before[0]! + 2, before[1]! + 1]);
    expect(await metric('gateway_plan_duration_seconds_count')).toBe(planned + 1);
    expect(await metric('gateway_operations_cached')).toBeGreaterThan(0);
  });

  test('tell what operations cost', async () => {
    const before = await metric('gateway_operation_cost_count');
    await gateway.ask('{ titles { name } }');
    expect(await metric('gateway_operation_cost_count')).toBe(before + 1);
  });

  test('have a bounded number of names, whatever clients call their operations', async () => {
    for (let index = 0; index < 250; index++) await gateway.ask(`query Name${index} { must }`);
    const text = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
    const names = text.match(/gateway_operation_duration_seconds_count\{operation="Name/g) ?? [];
    expect(names.length).toBeLessThanOrEqual(200);
    expect(
      await metric('gateway_operation_duration_seconds_count{operation="(other)",type="query"}'),
    ).toBeGreaterThanOrEqual(50);
  });
});

describe('the plan of an operation', () => {
  test('is shown to a developer who asks, in developer mode', async () => {
    const { body } = await gateway.ask('{ must }', { headers: { 'x-marquee-plan': '1' } });
    expect(body.data).toEqual({ must: 'is there' });
    expect(body.extensions?.['plan']).toMatchObject({
      text: expect.stringContaining('Fetch(service: "jobs")'),
    });
    expect((await gateway.ask('{ must }')).body).not.toHaveProperty('extensions');
  });

  test('is shown to nobody else', async () => {
    const closed = await startGateway([studio.jobs]);
    const { body } = await closed.ask('{ must }', { headers: { 'x-marquee-plan': '1' } });
    expect(body).toEqual({ data: { must: 'is there' } });
    await closed.stop();
  });
});
