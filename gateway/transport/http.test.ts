import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { serverAudits } from 'graphql-http';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';

let subgraph: TestSubgraph;
let gateway: TestGateway;
let calls = 0;

beforeAll(async () => {
  const count = (value: unknown) => () => {
    calls += 1;
    return value;
  };
  subgraph = await startSubgraph(
    'one',
    'type Query { here: String  many(times: Int!): String } type Mutation { make: String } type Subscription { tick: Int }',
    {
      Query: {
        here: count('yes'),
        many: (_: unknown, { times }: { times: number }) => 'Zoë €5 🎬'.repeat(times),
      },
      Mutation: { make: count('made') },
      Subscription: { tick: { subscribe: () => undefined } },
    },
  );
  gateway = await startGateway([subgraph], { ALLOWED_ORIGINS: 'https://app.example.com' });
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
});

const JSON_BODY = { 'content-type': 'application/json' };

/** Sends with exactly these headers: `fetch` would add its own. */
async function send(
  method: 'GET' | 'POST' | 'PUT' | 'OPTIONS',
  search: string,
  headers: Record<string, string>,
  body?: string,
) {
  const {
    statusCode,
    headers: answered,
    body: text,
  } = await request(gateway.url + search, { method, headers, body: body ?? null });
  const whole = await text.text();
  return {
    status: statusCode,
    headers: answered,
    body: whole === '' ? {} : (JSON.parse(whole) as Record<string, unknown>),
  };
}

describe('GraphQL over HTTP (C21)', () => {
  const audits = serverAudits({ url: () => gateway.url, fetchFn: fetch });

  let passed = 0;

  test.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))(
    '%s',
    async (_name, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
      passed += 1;
    },
  );
  test('passes all 60 audits, and those that were added since', () => {
    expect(audits.length).toBeGreaterThanOrEqual(60);
    expect(passed).toBe(audits.length);
  });

  test('an answer of any length and any characters comes whole, and its head says how many bytes it has', async () => {
    for (const times of [1, 1_600, 1_700, 20_000]) {
      const body = JSON.stringify({ query: `{ many(times: ${times}) }` });
      const answer = await send('POST', '', { ...JSON_BODY, accept: 'application/json' }, body);
      expect(answer.body).toEqual({ data: { many: 'Zoë €5 🎬'.repeat(times) } });
      expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(JSON.stringify(answer.body))));
    }
  });

  test('a document that is not valid is 400 in the new media type, 200 in the old one', async () => {
    for (const [accept, status] of [
      ['application/graphql-response+json', 400],
      ['application/json', 200],
    ] as const) {
      const answer = await gateway.ask('{ nowhere }', { headers: { accept } });
      expect([answer.status, codeOf(answer.body)]).toEqual([status, 'GRAPHQL_VALIDATION_FAILED']);
      const unparsed = await gateway.ask('{', { headers: { accept } });
      expect([unparsed.status, codeOf(unparsed.body)]).toEqual([status, 'GRAPHQL_PARSE_FAILED']);
      const unnamed = await gateway.ask('query A { here } query B { here }', { headers: { accept } });
      expect([unnamed.status, codeOf(unnamed.body)]).toEqual([status, 'OPERATION_RESOLUTION_FAILURE']);
    }
  });

  test('an answer is in the type that the client likes best, and 406 if it likes none', async () => {
    const answer = await gateway.ask('{ here }', {
      headers: { accept: 'application/json;q=0.5, application/graphql-response+json' },
    });
    expect(answer.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect((await gateway.ask('{ here }', { headers: { accept: 'text/html' } })).status).toBe(406);
  });

  test('the operation is chosen by name', async () => {
    const { body } = await gateway.ask('query A { a: here } query B { b: here }', { operationName: 'B' });
    expect(body).toEqual({ data: { b: 'yes' } });
    expect(codeOf((await gateway.ask('query A { here }', { operationName: 'C' })).body)).toBe(
      'OPERATION_RESOLUTION_FAILURE',
    );
  });
});

describe('what is refused without a call to a subgraph', () => {
  const refused = async (
    answer: ReturnType<typeof send>,
    status: number,
    code = 'BAD_REQUEST',
  ): Promise<void> => {
    const before = calls;
    const { status: was, body } = await answer;
    expect([was, codeOf(body)]).toEqual([status, code]);
    expect(calls).toBe(before);
  };
  const mutation = encodeURIComponent('mutation { make }');
  const query = JSON.stringify({ query: '{ here }' });

  test('a mutation by GET (C16)', () =>
    refused(send('GET', `?query=${mutation}`, { 'apollo-require-preflight': '1' }), 405));
  test('a GET that any page could make a browser send (CSRF)', async () => {
    await refused(send('GET', '?query={here}', {}), 400);
    await refused(send('GET', '?query={here}', { 'content-type': 'text/plain' }), 400);
    await refused(
      send('GET', '?query={here}', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' }),
      400,
    );
    await refused(
      send('GET', '?query={here}', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' }),
      400,
    );
    await refused(
      send('GET', '?query={here}', { 'sec-fetch-mode': 'cors', origin: 'https://evil.example' }),
      400,
    );
  });
  test('but not one that a page of an allowed origin sends, wherever it is', async () => {
    const headers = { origin: 'https://studio.apollographql.com', 'sec-fetch-mode': 'cors' };
    for (const site of ['cross-site', 'same-site'])
      expect((await send('GET', '?query={here}', { ...headers, 'sec-fetch-site': site })).status).toBe(200);
  });
  test('a form (C16)', async () => {
    await refused(
      send('POST', '', { 'content-type': 'application/x-www-form-urlencoded' }, `query=${mutation}`),
      415,
    );
    await refused(send('POST', '', { 'content-type': 'text/plain' }, query), 415);
    await refused(send('POST', '', {}, query), 415);
  });
  test('another charset than UTF-8 (C17)', () =>
    refused(send('POST', '', { 'content-type': 'application/json; charset=utf-16' }, query), 415));
  test('a compressed body', () =>
    refused(send('POST', '', { ...JSON_BODY, 'content-encoding': 'gzip' }, query), 415));
  test('a batch (C6)', () =>
    refused(
      send('POST', '', JSON_BODY, JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ here }' })))),
      400,
    ));
  test('a body of 2 MiB and a byte (C15)', () =>
    refused(send('POST', '', JSON_BODY, 'x'.repeat(2 * 1024 * 1024 + 1)), 413, 'PAYLOAD_TOO_LARGE'));
  test('a body that grows past the limit without saying so', async () => {
    const chunks = (function* () {
      for (let index = 0; index < 40; index++) yield Buffer.alloc(64 * 1024, 'x');
    })();
    const answer = await fetch(gateway.url, {
      method: 'POST',
      headers: JSON_BODY,
      body: ReadableStream.from(chunks),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
  });
  test('a subscription', () =>
    refused(send('POST', '', JSON_BODY, '{"query":"subscription { tick }"}'), 400));
  test('other methods', () => refused(send('PUT', '', JSON_BODY, query), 405));
  test('keeps its connection where its body is short, and says how long it is', async () => {
    const { port, hostname } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    let answers = '';
    socket.on('data', (data: Buffer) => (answers += data.toString()));
    const head =
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/html\r\n';
    for (const length of [query.length, 64 * 1024]) {
      answers = '';
      socket.write(`${head}Content-Length: ${length}\r\n\r\n`);
      // it is refused by its head alone
      await until(() => /^HTTP\/1\.1 406 [^]*\r\nConnection: keep-alive\r\n/.test(answers));
      socket.write(query.padEnd(length));
    }
    answers = '';
    socket.write(
      `${head.replace('text/html', '*/*')}Content-Length: ${query.length}\r\nConnection: close\r\n\r\n${query}`,
    );
    await once(socket, 'end');
    expect(answers).toMatch(/^HTTP\/1\.1 200 [^]*\{"data":\{"here":"yes"\}\}/);

    for (const body of [64 * 1024 + 1, undefined]) {
      const other = connect(Number(port), hostname);
      const long = `Content-Length: ${body}\r\n\r\n${'x'.repeat(body ?? 0)}`;
      other.write(
        head + (body === undefined ? 'Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n' : long),
      );
      expect(await text(other)).toMatch(/^HTTP\/1\.1 406 [^]*\r\nconnection: close\r\n/);
    }
  });
  test('random bytes (C18)', async () => {
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(1 + (round % 200))));
      const { statusCode, body } = await request(gateway.url, {
        method: 'POST',
        headers: JSON_BODY,
        body: bytes,
      });
      await body.dump();
      expect(statusCode).toBe(400);
    }
  });
});

test('a client that leaves in the middle of its body is no error', async () => {
  const { port, hostname } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query":',
  );
  await once(socket, 'connect');
  socket.destroy();
  await until(() => gateway.log().includes('"canceled":true'));
  expect(gateway.log()).not.toContain('"level":"error"');
  expect((await gateway.ask('{ here }')).status).toBe(200);
});

test('nor is it counted as one, or told of as one that was masked', async () => {
  const own = await startGateway([subgraph], { ADMIN_PORT: '0' });
  const { hostname, port } = new URL(own.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query"',
    () => setTimeout(() => socket.destroy(), 50),
  );
  await until(() => own.log().includes('"canceled":true'));
  expect(own.log()).not.toContain('"level":"warn"');
  expect(await own.metric('gateway_errors_total{code="INTERNAL_SERVER_ERROR"}')).toBe(0);
  await own.stop();
});

describe('a GET', () => {
  test('with a header that no form can send is answered', async () => {
    const { status, body } = await send(
      'GET',
      `?query=${encodeURIComponent('query ($a: Boolean!) { here @include(if: $a) }')}&variables={"a":true}`,
      {
        'x-apollo-operation-name': 'x',
      },
    );
    expect([status, body]).toEqual([200, { data: { here: 'yes' } }]);
  });
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    send('OPTIONS', '', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    });

  test.each(['https://studio.apollographql.com', 'https://app.example.com'])('lets %s in', async (origin) => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'content-type,authorization',
      vary: 'Origin',
    });
    const { headers: answered } = await send('POST', '', { ...JSON_BODY, origin }, '{"query":"{ here }"}');
    expect(answered['access-control-allow-origin']).toBe(origin);
  });

  test('keeps others out', async () => {
    for (const origin of ['https://evil.example', 'https://app.example.com.evil.example', 'null'])
      expect((await preflight(origin)).headers).not.toHaveProperty('access-control-allow-origin');
  });
});
