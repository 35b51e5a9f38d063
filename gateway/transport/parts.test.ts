import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';

let subgraphs: TestSubgraph[];
let gateway: TestGateway;
/** Lets the slow subgraph answer. */
let release: () => void = () => undefined;

beforeAll(async () => {
  subgraphs = [
    await startSubgraph(
      'fast',
      'type Query { titles: [Title!]! } type Mutation { make: Title } type Title @key(fields: "id") { id: ID! }',
      { Query: { titles: () => [{ id: 't1' }, { id: 't2' }] } },
    ),
    await startSubgraph('slow', 'type Title @key(fields: "id") { id: ID! name: String! fails: String! }', {
      Title: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) =>
          new Promise((resolve) => {
            const before = release;
            release = () => {
              before();
              resolve(`Title ${id}`);
            };
          }),
        fails: () => {
          throw new Error('no');
        },
      },
    }),
  ];
  gateway = await startGateway(subgraphs, { DEFER: 'true' });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all(subgraphs.map((one) => one.stop()));
});

const QUERY = 'query ($d: Boolean = true) { titles { id ... @defer(if: $d, label: "names") { name } } }';
const whole = {
  titles: [
    { id: 't1', name: 'Title t1' },
    { id: 't2', name: 'Title t2' },
  ],
};

const askFor = async (
  query: string,
  variables = {},
  accept = 'multipart/mixed;deferSpec=20220824, application/json',
) =>
  request(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
  });

const partsOf = (text: string): unknown[] => {
  expect(text.startsWith('\r\n---\r\n')).toBe(true);
  expect(text.endsWith('\r\n-----\r\n')).toBe(true);
  return text
    .split('\r\n---')
    .slice(1, -1)
    .map((part) => JSON.parse(part.slice(part.indexOf('\r\n\r\n') + 4)) as unknown);
};

describe('@defer over multipart', () => {
  test('what is not deferred comes before the slow subgraph has answered, the rest after', async () => {
    const { headers, body } = await askFor(QUERY);
    expect(headers['content-type']).toBe('multipart/mixed;boundary="-";deferSpec=20220824');
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    for await (const chunk of body) {
      text += String(chunk);
      if (text.split('\r\n---').length === 3) timer ??= setInterval(() => release(), 10);
    }
    clearInterval(timer);
    expect(partsOf(text)).toEqual([
      { data: { titles: [{ id: 't1' }, { id: 't2' }] }, hasNext: true },
      {
        incremental: [
          { data: { name: 'Title t1' }, path: ['titles', 0], label: 'names' },
          { data: { name: 'Title t2' }, path: ['titles', 1], label: 'names' },
        ],
        hasNext: false,
      },
    ]);
  });

  test('a null that may not be voids its own fragment only, with an error', async () => {
    const { body } = await askFor('{ titles { id ... @defer { fails } } }');
    const [first, last] = partsOf(await body.text()) as [object, { incremental: object[] }];
    expect(first).toEqual({ data: { titles: [{ id: 't1' }, { id: 't2' }] }, hasNext: true });
    expect(last.incremental).toMatchObject(
      [0, 1].map((index) => ({
        data: null,
        path: ['titles', index],
        errors: [{ path: ['titles', index, 'fails'] }],
      })),
    );
  });

  test('is whole for those who take no parts, and where it is not wanted', async () => {
    for (const answer of [askFor(QUERY, {}, 'application/json'), askFor(QUERY, { d: false })]) {
      const timer = setInterval(() => release(), 20);
      const { headers, body } = await answer;
      clearInterval(timer);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(await body.json()).toEqual({ data: whole });
    }
  });

  test('@stream, and @defer at the root of a mutation, are refused by name', async () => {
    const streamed = await gateway.ask('{ titles @stream { id } }');
    expect(codeOf(streamed.body)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(streamed.body.errors?.[0]?.message).toContain('does not support @stream');
    const mutation = await gateway.ask('mutation { ... @defer { make { id } } }');
    expect(mutation.body.errors?.[0]?.message).toContain('root of a mutation');
  });
});
