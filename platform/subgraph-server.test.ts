import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { GraphQLError } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createLogger } from './logger.ts';
import type { HttpService } from './serve.ts';
import { createSubgraphServer } from './subgraph-server.ts';
import { currentTrace } from './trace.ts';
import { signViewer, VIEWER_HEADER, type Viewer } from './viewer.ts';

const SECRET = 'a secret that only this test has, and long enough';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const viewer: Viewer = { userId: 'usr_1', scopes: [], region: 'US' };

interface Context {
  readonly viewer: Viewer;
  readonly number: number;
}

let server: HttpService;
let contexts = 0;

beforeAll(async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-subgraph-')), 'schema.graphql');
  await writeFile(
    file,
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
     type Query { who: String  fails: String  refuses: String  trace: String }
     type Thing @key(fields: "id") { id: ID! }
     type Subscription { ticks: Tick  broken: Tick }
     type Tick { context: Int!  trace: String  who: String  fails: String }`,
  );
  async function* ticks() {
    yield { ticks: {} };
    yield { ticks: {} };
  }
  server = await createSubgraphServer<Context>({
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test', 'silent'),
    schema: pathToFileURL(file),
    secret: SECRET,
    context: (who) => ({ viewer: who, number: (contexts += 1) }),
    ready: async () => undefined,
    resolvers: {
      Query: {
        who: (_: unknown, _arguments: unknown, context: Context) => context.viewer.userId,
        trace: () => currentTrace()?.traceId,
        fails: () => {
          throw new Error('select * from secrets');
        },
        refuses: () => {
          throw new GraphQLError('Not this.', { extensions: { code: 'FORBIDDEN' } });
        },
      },
      Thing: { __resolveReference: (reference: object) => reference },
      Subscription: {
        ticks: { subscribe: () => ticks() },
        broken: {
          subscribe: () => {
            throw new Error('select * from secrets');
          },
        },
      },
      Tick: {
        context: (_: unknown, _arguments: unknown, context: Context) => context.number,
        who: (_: unknown, _arguments: unknown, context: Context) => context.viewer.userId,
        trace: () => currentTrace()?.traceId,
        fails: () => {
          throw new Error('select * from secrets');
        },
      },
    },
  });
  await server.listen();
});
afterAll(() => server.close());

async function ask(
  query: string,
  headers: Record<string, string> = { [VIEWER_HEADER]: signViewer(viewer, SECRET) },
) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, any> };
}

/** Everything that a stream sends, or the errors with which it is refused. */
async function listen(query: string, extensions: Record<string, unknown>): Promise<unknown> {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const results: unknown[] = [];
  try {
    for await (const result of client.iterate({ query, extensions })) results.push(result);
    return results;
  } catch (errors) {
    return errors;
  } finally {
    await client.dispose();
  }
}
const signed = () => ({
  [VIEWER_HEADER]: signViewer(viewer, SECRET),
  traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
});

describe('a subgraph asked over HTTP', () => {
  test('answers what the gateway signed, with its viewer and trace', async () => {
    expect((await ask('{ who trace }')).body).toEqual({ data: { who: 'usr_1', trace: TRACE } });
  });

  test.each(['{ who }', '{ _service { sdl } }', '{ _entities(representations: []) { __typename } }'])(
    'refuses %s unsigned, wrongly signed, or signed too long ago (C23)',
    async (query) => {
      for (const headers of [
        {},
        { [VIEWER_HEADER]: signViewer(viewer, 'another secret, just as long as ours is') },
        { [VIEWER_HEADER]: signViewer(viewer, SECRET, -1) },
      ]) {
        const { status, body } = await ask(query, headers);
        expect(status).toBe(403);
        expect(body).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
        expect(body).not.toHaveProperty('data');
      }
    },
  );

  test('masks what was not written for clients', async () => {
    const { body } = await ask('{ fails refuses }');
    expect(body['errors']).toMatchObject([
      { path: ['fails'], extensions: { code: 'INTERNAL_SERVER_ERROR', traceId: TRACE } },
      { path: ['refuses'], message: 'Not this.', extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(JSON.stringify(body)).not.toContain('select');
  });

  test('answers 400 to what is not JSON', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed() },
      body: '{',
    });
    expect(response.status).toBe(400);
  });
});

describe('a stream of a subgraph', () => {
  test('has a context of its own for every event, and its trace', async () => {
    const results = (await listen('subscription { ticks { context trace who } }', signed())) as {
      data: { ticks: { context: number } };
    }[];
    expect(results).toMatchObject([1, 2].map(() => ({ data: { ticks: { trace: TRACE, who: 'usr_1' } } })));
    expect(new Set(results.map(({ data }) => data.ticks.context)).size).toBe(2);
  });

  test('is refused unsigned', async () => {
    expect(await listen('subscription { ticks { who } }', {})).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(await listen('{ _service { sdl } }', {})).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('masks errors of its events and of its beginning', async () => {
    const results = await listen('subscription { ticks { fails } }', signed());
    expect(results).toMatchObject(
      [1, 2].map(() => ({ errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', traceId: TRACE } }] })),
    );
    const broken = await listen('subscription { broken { who } }', signed());
    expect(JSON.stringify([results, broken])).not.toContain('select');
  });
});
