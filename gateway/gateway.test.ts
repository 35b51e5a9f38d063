import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, codeOf, until, type TestGateway } from './testing/gateway.ts';
import { startStudio, startSubgraph, type Studio } from './testing/subgraphs.ts';

let studio: Studio;
let gateway: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    ADMIN_PORT: '0',
  });
});
afterAll(async () => {
  await gateway.stop();
  await studio.stop();
});

describe('a request through the gateway', () => {
  test('is answered from three subgraphs', async () => {
    const { status, body } = await gateway.ask(
      'query Job($id: ID!) { job(id: $id) { id percent title { name genres { name } } } }',
      { variables: { id: '7' } },
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      data: {
        job: {
          id: '7',
          percent: 10,
          title: { name: 'Title t1', genres: [{ name: 'Genre g1' }, { name: 'Genre g2' }] },
        },
      },
    });
  });

  test('mixes introspection with data, and fills in defaults of arguments', async () => {
    const { body } = await gateway.ask(
      'query ($m: Mood = WILD) { __type(name: "Job") { name } echo(text: "x", mood: $m) calm: echo(text: "y") }',
    );
    expect(body).toEqual({ data: { __type: { name: 'Job' }, echo: 'x WILD', calm: 'y CALM' } });
  });

  test('honours @skip and @include', async () => {
    const query = 'query ($yes: Boolean!) { a: echo @include(if: $yes) b: echo @skip(if: $yes) must }';
    expect((await gateway.ask(query, { variables: { yes: true } })).body).toEqual({
      data: { a: ' CALM', must: 'is there' },
    });
    expect((await gateway.ask(query, { variables: { yes: false } })).body).toEqual({
      data: { b: ' CALM', must: 'is there' },
    });
  });

  test('runs mutations', async () => {
    const { body } = await gateway.ask('mutation { rename(id: "1", name: "x") { id title { name } } }');
    expect(body).toEqual({ data: { rename: { id: '1', title: { name: 'Title t1' } } } });
  });

  test('answers with its trace id, and continues the trace of its caller', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const { headers } = await gateway.ask('{ must }', {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    expect(headers.get('x-trace-id')).toBe(traceId);
    expect((await gateway.ask('{ must }')).headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
  });

  test('logs its operation, client and codes, but no variable', async () => {
    await gateway.ask('query Noted($text: String) { echo(text: $text) refuses }', {
      variables: { text: 'confidential' },
      headers: { 'apollographql-client-name': 'tests', 'apollographql-client-version': '1.2' },
    });
    await until(() => gateway.log().includes('"Noted"'));
    const line = gateway
      .log()
      .split('\n')
      .filter((one) => one.includes('"Noted"'))
      .map((one) => JSON.parse(one) as object);
    expect(line).toEqual([
      expect.objectContaining({
        message: 'request',
        type: 'query',
        client: 'tests',
        clientVersion: '1.2',
        codes: ['NOT_FOUND'],
      }),
    ]);
    expect(gateway.log()).not.toContain('confidential');
  });

  test('is one line of JSON in the log, whatever its client calls itself and its operation', async () => {
    const client = 'a "quoted" \\ name\u00e9';
    await gateway.ask(`query ${'Long'.repeat(200)} { must }`, {
      headers: { 'apollographql-client-name': client, 'apollographql-client-version': '9'.repeat(200) },
    });
    await until(() => gateway.log().includes('LongLong'));
    const [line, ...others] = gateway
      .log()
      .split('\n')
      .filter((one) => one.includes('LongLong'));
    expect(others).toEqual([]);
    expect(JSON.parse(line ?? '')).toMatchObject({
      operation: 'Long'.repeat(25),
      client,
      clientVersion: '9'.repeat(100),
    });
  });

  test('is counted in the metrics of the admin port', async () => {
    await gateway.ask('{ must }');
    const text = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
    expect(text).toMatch(/gateway_requests_total\{transport="http",type="query",code="none"\} \d+/);
    expect(text).toMatch(
      /gateway_subgraph_request_duration_seconds_count\{subgraph="jobs",outcome="ok"\} \d+/,
    );
    expect((await fetch(`${gateway.gateway.url}/metrics`)).status).toBe(404);
  });
});

describe('errors', () => {
  test('with a code reach the client with their path', async () => {
    const { body } = await gateway.ask('{ refuses must }');
    expect(body.data).toEqual({ refuses: null, must: 'is there' });
    expect(body.errors).toEqual([
      { message: 'There is no such thing.', path: ['refuses'], extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  test('without one are masked, and found in the log by the trace id', async () => {
    const { body } = await gateway.ask('{ fails must }');
    const traceId = body.errors?.[0]?.extensions?.['traceId'];
    expect(codeOf(body)).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(body)).not.toContain('postgres');
    expect(gateway.log()).toContain(String(traceId));
  });

  test('of variables name the variable', async () => {
    const { status, body } = await gateway.ask('query ($id: ID!) { job(id: $id) { id } }', {
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(status).toBe(400);
    expect(codeOf(body)).toBe('BAD_USER_INPUT');
    expect(body.errors?.[0]?.message).toContain('$id');
    expect(body).not.toHaveProperty('data');
  });
});

test('a gateway starts while a subgraph is down', async () => {
  const away = await startSubgraph('away', 'type Query { away: String }', {});
  await away.stop();
  const other = await startGateway([studio.jobs, away]);
  expect((await other.ask('{ must away }')).body.data).toEqual({ must: 'is there', away: null });
  await other.stop();
});

describe('what else is served', () => {
  const get = (route: string, accept = '*/*') => fetch(gateway.gateway.url + route, { headers: { accept } });

  test('health', async () => {
    expect((await get('/health/live')).status).toBe(200);
    const ready = (await (await get('/health/ready')).json()) as { details: { subgraphs: string[] } };
    expect(ready).toMatchObject({ status: 'ok', details: { subgraphs: ['catalog', 'genres', 'jobs'] } });
  });

  test('Sandbox for browsers at the root, on the GraphQL path', async () => {
    const html = await (await get('/', 'text/html')).text();
    expect(html).toContain('EmbeddedSandbox');
    expect(html).toContain('new URL("/graphql", window.location.href)');
  });

  test('an explorer that needs no other server', async () => {
    const page = await get('/explorer', 'text/html');
    const html = await page.text();
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    for (const [, file] of html.matchAll(/(?:src|href)="(\/explorer\/[^"]+)"/g))
      expect((await get(String(file))).status).toBe(200);
    expect((await get('/explorer/..%2f..%2fpackage.json')).status).toBe(404);
  });

  test('the published schema with its descriptions', async () => {
    expect(await (await get('/schema.graphql')).text()).toContain('type Job {');
  });

  test('no schema and no explorer where introspection is off', async () => {
    const closed = await startGateway([studio.jobs, studio.catalog, studio.genres], {
      INTROSPECTION: 'false',
    });
    for (const route of ['/', '/explorer', '/schema.graphql'])
      expect((await fetch(closed.gateway.url + route)).status).toBe(404);
    await closed.stop();
  });
});
