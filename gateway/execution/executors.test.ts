import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../testing/gateway.ts';
import { startStudio, type Studio } from '../testing/subgraphs.ts';

let studio: Studio;
let compiled: TestGateway;
let apollo: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  const subgraphs = [studio.jobs, studio.catalog, studio.genres];
  compiled = await startGateway(subgraphs);
  apollo = await startGateway(subgraphs, { GATEWAY_EXECUTOR: 'apollo' });
});
afterAll(async () => {
  await compiled.stop();
  await apollo.stop();
  await studio.stop();
});

/** An answer without what is another one each time. */
const comparable = (body: object): unknown =>
  JSON.parse(JSON.stringify(body).replaceAll(/"traceId":"\w+"/g, '"traceId":""'));

test.each([
  [
    'data of three subgraphs',
    '{ job(id: "1") { id percent title { name genres { name } child: __typename } } }',
  ],
  ['lists', '{ titles { name genres { __typename name } } genres { name } }'],
  ['introspection', '{ __typename __type(name: "Job") { kind name fields { name } } must }'],
  ['a coded error', '{ refuses must }'],
  ['a masked error', '{ fails must }'],
  [
    'a mutation',
    'mutation { a: rename(id: "1", name: "x") { id title { name } } b: rename(id: "2", name: "y") { id } }',
  ],
  ['keys that the plan needs, too', '{ titles { id: name name: id genres { id: __typename } } }'],
])('both executors answer alike: %s', async (_what, query) => {
  const ours = await compiled.ask(query);
  const theirs = await apollo.ask(query);
  expect(ours.status).toBe(theirs.status);
  expect(comparable(ours.body)).toEqual(comparable(theirs.body));
  expect(ours.body.data).toBeTruthy();
});

test('an answer without errors goes out as the executor wrote it', async () => {
  const { body, headers } = await compiled.ask(
    'query ($yes: Boolean!) { must echo(text: "é😀") @include(if: $yes) }',
    {
      variables: { yes: true },
    },
  );
  expect(body).toEqual({ data: { must: 'is there', echo: 'é😀 CALM' } });
  expect(headers.get('content-length')).toBe(String(Buffer.byteLength(JSON.stringify(body))));
});
