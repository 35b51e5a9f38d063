import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';

describe('variables of more than 100 levels', () => {
  let one: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    one = await startSubgraph(
      'one',
      `type Query { one(any: Any): String }  type Subscription { ticks(any: Any): String }
       scalar Any @specifiedBy(url: "https://example.com")`,
      {
        Query: { one: () => '1' },
        Subscription: {
          ticks: {
            async *subscribe() {
              yield { ticks: '1' };
            },
          },
        },
      },
    );
    gateway = await startGateway([one], { MAX_BATCH: '2' });
  });
  afterAll(async () => {
    await gateway.stop();
    await one.stop();
  });

  /** So many levels, in lists and in objects; the map of variables is one of them. */
  const nested = (levels: number): string[] => [
    `{"any":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`,
    `{"any":${'{"and":'.repeat(levels - 2)}{}${'}'.repeat(levels - 2)}}`,
    `{"first":1,"any":${'[{"and":1},'.repeat(levels - 2)}{}${']'.repeat(levels - 2)}}`,
  ];
  const query = 'query ($any: Any) { one(any: $any) }';
  const subscription = 'subscription ($any: Any) { ticks(any: $any) }';
  const requestOf = (text: string, variables: string): string =>
    `{"query":${JSON.stringify(text)},"variables":${variables}}`;
  const post = async (body: string, accept = 'application/json') => {
    const headers = { 'content-type': 'application/json', accept };
    const response = await fetch(gateway.url, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };
  const refusal = expect.stringMatching(/at most 100 levels.*"BAD_REQUEST"/);

  test.each([101, 5_000, 150_000])('are refused by POST: %i', async (levels) => {
    for (const variables of nested(levels)) {
      expect(await post(requestOf(query, variables))).toEqual({ status: 400, text: refusal });
      expect(await post(`[${requestOf(query, variables)}]`)).toEqual({ status: 400, text: refusal });
      for (const accept of ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])
        expect((await post(requestOf(subscription, variables), accept)).text).toEqual(refusal);
    }
    expect(gateway.log()).not.toContain('"level":"error"');
  });

  test('are refused by GET', async () => {
    for (const variables of nested(101)) {
      const search = new URLSearchParams({ query, variables });
      const headers = { 'apollo-require-preflight': '1' };
      const response = await fetch(`${gateway.url}?${search.toString()}`, { headers });
      expect(codeOf((await response.json()) as object)).toBe('BAD_REQUEST');
    }
  });

  test('are refused over a WebSocket, which goes on', async () => {
    const client = gateway.socket({ lazyCloseTimeout: 5_000 });
    const ask = async (text: string, variables: string): Promise<unknown> =>
      (
        await client
          .iterate({ query: text, variables: JSON.parse(variables) as Record<string, unknown> })
          .next()
      ).value;
    for (const variables of nested(101))
      for (const text of [query, subscription])
        await expect(ask(text, variables)).rejects.toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    for (const variables of nested(100)) {
      expect(await ask(query, variables)).toEqual({ data: { one: '1' } });
      expect(await ask(subscription, variables)).toEqual({ data: { ticks: '1' } });
    }
  });

  test('are answered if they have one less', async () => {
    for (const variables of nested(100))
      expect((await post(requestOf(query, variables))).text).toBe('{"data":{"one":"1"}}');
  });
});
