import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startStudio, type Studio } from '../testing/subgraphs.ts';

let studio: Studio;
let gateway: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    MAX_BATCH: '3',
    RATE_LIMIT_PER_ADDRESS: '10',
    TRUST_PROXY: '1',
  });
});
afterAll(async () => {
  await gateway.stop();
  await studio.stop();
});

async function post(body: unknown, address: string) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

describe('a batch, where they are switched on', () => {
  test('is answered in its order, each operation for itself', async () => {
    const { status, body } = await post(
      [
        { query: '{ must }' },
        { query: '{ nowhere }' },
        { query: 'query ($text: String) { echo(text: $text) }', variables: { text: 'third' } },
      ],
      '1.0.0.1',
    );
    expect(status).toBe(200);
    expect(body).toEqual([
      { data: { must: 'is there' } },
      { errors: [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })] },
      { data: { echo: 'third CALM' } },
    ]);
  });

  test('of more operations than allowed is refused whole, as is one of none (C6)', async () => {
    for (const size of [0, 4, 10]) {
      const { status, body } = await post(
        Array.from({ length: size }, () => ({ query: '{ must }' })),
        '1.0.0.2',
      );
      expect([status, codeOf(body)]).toEqual([400, 'BAD_REQUEST']);
    }
    const { status, body } = await post([{ query: '{ must }' }, 'no request'], '1.0.0.2');
    expect([status, codeOf(body)]).toEqual([400, 'BAD_REQUEST']);
  });

  test('counts as many requests as it has operations', async () => {
    const three = Array.from({ length: 3 }, () => ({ query: '{ must }' }));
    for (const left of ['7', '4', '1']) {
      const { status, headers } = await post(three, '1.0.0.3');
      expect([status, headers.get('ratelimit')]).toEqual([
        200,
        expect.stringContaining(`, remaining=${left}, `),
      ]);
    }
    const { status, body } = await post(three, '1.0.0.3');
    expect([status, codeOf(body)]).toEqual([429, 'RATE_LIMITED']);
  });

  test('that is more than is left uses nothing but its own request', async () => {
    for (let times = 0; times < 8; times++) await post({ query: '{ must }' }, '1.0.0.5');
    const batch = await post(Array(3).fill({ query: '{ must }' }), '1.0.0.5');
    expect([batch.status, batch.headers.get('ratelimit')]).toEqual([
      429,
      expect.stringContaining(', remaining=1, '),
    ]);
    const { status, body } = await post({ query: '{ must }' }, '1.0.0.5');
    expect([status, body]).toEqual([200, { data: { must: 'is there' } }]);
  });

  test('holds no subscription', async () => {
    const { body } = await post([{ query: 'subscription { progress(jobId: "1") { id } }' }], '1.0.0.4');
    expect(codeOf(body[0])).toBe('BAD_REQUEST');
    expect(studio.openStreams()).toBe(0);
  });
});
