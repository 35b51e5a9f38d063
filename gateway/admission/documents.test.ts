import { createHash } from 'node:crypto';
import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cache } from '../../platform/cache.ts';
import { createMemoryCache } from '../../platform/cache-memory.ts';
import { createMemoryLimits } from '../../platform/limits-memory.ts';
import { createLogger } from '../../platform/logger.ts';
import { codeOf, startGateway, until, type Answer, type TestGateway } from '../testing/gateway.ts';
import { startStudio, type Studio } from '../testing/subgraphs.ts';
import { createDocuments, type Documents } from './documents.ts';
import { parseManifest } from './manifest.ts';

let studio: Studio;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  studio = await startStudio();
});
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop();
  await studio.stop();
});

async function start(variables: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], variables);
  gateways.push(gateway);
  return gateway;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

async function post(
  gateway: TestGateway,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

const QUERY = 'query Must { must }';
const ANSWER = { data: { must: 'is there' } };

describe('an automatic persisted query', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  test('is not found at first, registered with its text, and then runs by its hash alone', async () => {
    const unknown = await post(gateway, persisted(hashOf(QUERY)));
    expect([unknown.status, unknown.body]).toEqual([
      200,
      { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    ]);
    expect((await post(gateway, { query: QUERY, ...persisted(hashOf(QUERY)) })).body).toEqual(ANSWER);
    expect((await post(gateway, persisted(hashOf(QUERY)))).body).toEqual(ANSWER);
    expect((await post(gateway, { documentId: `sha256:${hashOf(QUERY)}` })).body).toEqual(ANSWER);
  });

  test('runs by GET, with variables', async () => {
    const query = 'query ($text: String) { echo(text: $text) }';
    await post(gateway, { query, ...persisted(hashOf(query)) });
    const search = new URLSearchParams({
      extensions: JSON.stringify(persisted(hashOf(query)).extensions),
      variables: '{"text":"by GET"}',
    });
    const response = await fetch(`${gateway.url}?${search.toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await response.json()).toEqual({ data: { echo: 'by GET CALM' } });
  });

  test('runs over a WebSocket', async () => {
    await post(gateway, { query: QUERY, ...persisted(hashOf(QUERY)) });
    const answers = [];
    for await (const answer of gateway.socket().iterate({ query: '', ...persisted(hashOf(QUERY)) }))
      answers.push(answer);
    expect(answers).toEqual([ANSWER]);
  });

  test('is refused if its text is another than its hash says, and not kept', async () => {
    const other = hashOf('{ other }');
    const { status, body } = await post(gateway, { query: QUERY, ...persisted(other) });
    expect([status, codeOf(body), body.errors?.[0]?.message]).toEqual([
      400,
      'BAD_REQUEST',
      'provided sha does not match query',
    ]);
    expect(codeOf((await post(gateway, persisted(other))).body)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('is not kept unless it is valid', async () => {
    const query = '{ nowhere }';
    await post(gateway, { query, ...persisted(hashOf(query)) });
    expect(codeOf((await post(gateway, persisted(hashOf(query)))).body)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test.each([
    ['version 2', persisted(hashOf(QUERY), 2)],
    ['a hash that is a number', persisted(7)],
    ['no hash', persisted(undefined)],
    ['a text and an id', { query: QUERY, documentId: 'a' }],
    ['an id that is a number', { documentId: 7 }],
    ['neither text nor hash', { extensions: { persistedQuery: 'x' } }],
  ])('is refused with %s', async (_what, body) => {
    const answer = await post(gateway, body);
    expect([answer.status, codeOf(answer.body)]).toEqual([400, 'BAD_REQUEST']);
  });

  test('is refused with a code where none are kept', async () => {
    const closed = await start({ AUTOMATIC_PERSISTED_QUERIES: 'false' });
    const { status, body } = await post(closed, persisted(hashOf(QUERY)));
    expect([status, codeOf(body)]).toEqual([400, 'PERSISTED_QUERY_NOT_SUPPORTED']);
    expect((await post(closed, { query: QUERY, ...persisted(hashOf(QUERY)) })).body).toEqual(ANSWER);
    expect(codeOf((await post(closed, persisted(hashOf(QUERY)))).body)).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  const documentsIn = (cache: Cache): Documents =>
    createDocuments({
      logger: createLogger('test', 'silent'),
      automatic: true,
      cache,
      limits: createMemoryLimits(),
      perAddress: 1_000,
      trusted: undefined,
      mode: 'off',
      onUntrusted: () => undefined,
    });

  test('that one gateway registered is known to another that shares its cache', async () => {
    const cache = createMemoryCache();
    const [one, other] = [documentsIn(cache), documentsIn(cache)];
    (await one.resolve({ query: QUERY, ...persisted(hashOf(QUERY)) }, '1.1.1.1')).register?.();
    expect(await other.resolve(persisted(hashOf(QUERY)), '1.1.1.2')).toEqual({ query: QUERY });
  });

  test.each(['{ other }', '', 5, {}, null])(
    'is not found where the cache has %j instead, until its text is sent again',
    async (garbage) => {
      const cache = createMemoryCache();
      const sharing = await startGateway([studio.jobs], {}, { cache });
      try {
        await cache.set(`gateway:document:${hashOf(QUERY)}`, garbage, 60);
        const unknown = await post(sharing, persisted(hashOf(QUERY)));
        expect([unknown.status, codeOf(unknown.body)]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
        expect((await post(sharing, { query: QUERY, ...persisted(hashOf(QUERY)) })).body).toEqual(ANSWER);
        expect((await post(sharing, persisted(hashOf(QUERY)))).body).toEqual(ANSWER);
      } finally {
        await sharing.stop();
      }
    },
  );

  test('is not found where what the cache has is no JSON', async () => {
    const cache = {
      ...createMemoryCache(),
      get: async <Value>() => JSON.parse('garbage') as Value,
    };
    await expect(documentsIn(cache).resolve(persisted(hashOf(QUERY)), '1.1.1.1')).rejects.toMatchObject({
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
  });

  test('is not looked for where others share theirs by what is no hash, which may be as long as a request', async () => {
    const asked: string[] = [];
    const cache = { ...createMemoryCache(), get: async (key: string) => void asked.push(key) } as Cache;
    const documents = documentsIn(cache);
    const hash = hashOf(QUERY);
    for (const request of [
      { documentId: 'x'.repeat(2_000_000) },
      { documentId: hash.toUpperCase() },
      persisted('x'),
      persisted(`${hash}\n`),
      persisted(hash),
    ])
      await expect(documents.resolve(request, '1.1.1.1')).rejects.toMatchObject({
        extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
      });
    expect(asked).toEqual([`gateway:document:${hash}`]);
  });

  test('runs and is not kept, beyond the characters that its address may register', async () => {
    const guarded = await start({ PERSISTED_CHARACTERS_PER_ADDRESS: '100', TRUST_PROXY: '1' });
    const text = (name: string): string => `query ${name} { must }`.padEnd(40, ' ');
    const register = async (name: string, address: string): Promise<boolean> => {
      const query = text(name);
      const body = { query, ...persisted(hashOf(query)) };
      expect((await post(guarded, body, { 'x-forwarded-for': address })).body).toEqual(ANSWER);
      return (await post(guarded, persisted(hashOf(query)))).body.data !== undefined;
    };
    expect(await register('A', '1.1.1.1')).toBe(true);
    // what is known already counts no more
    expect(await register('A', '1.1.1.1')).toBe(true);
    expect(await register('B', '1.1.1.1')).toBe(true);
    expect(await register('C', '1.1.1.1')).toBe(false);
    expect(await register('C', '1.1.1.2')).toBe(true);
    expect(await register('A', '1.1.1.1')).toBe(true);
    const oneNetwork = ['2001:db8::1', '2001:db8::2', '2001:db8::3'];
    const kept = [];
    for (const [index, address] of oneNetwork.entries()) kept.push(await register(`V6${index}`, address));
    expect(kept).toEqual([true, true, false]);
  });
});

describe('a text with more characters than MAX_DOCUMENT_CHARACTERS', () => {
  const [fits, over] = [100, 101].map((length) => '{ must } #'.padEnd(length, 'x')) as [string, string];
  const refusal = {
    message: expect.stringMatching(/has 101 characters; at most 100 .* variables/),
    extensions: { code: 'BAD_REQUEST' },
  };
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ MAX_DOCUMENT_CHARACTERS: '100', MAX_BATCH: '3' });
  });

  test('is refused, alone, in a batch and over a WebSocket', async () => {
    expect((await post(gateway, { query: fits })).body).toEqual(ANSWER);
    expect(await post(gateway, { query: over })).toMatchObject({ status: 400, body: { errors: [refusal] } });
    expect((await post(gateway, [{ query: over }, { query: fits }])).body).toEqual([
      { errors: [refusal] },
      ANSWER,
    ]);
    await expect(gateway.socket().iterate({ query: over }).next()).rejects.toMatchObject([refusal]);
  });

  test('is neither registered under its hash nor parsed', async () => {
    expect((await post(gateway, { query: over, ...persisted(hashOf(over)) })).body.errors).toEqual([refusal]);
    expect(codeOf((await post(gateway, persisted(hashOf(over)))).body)).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(codeOf((await post(gateway, { query: over.replace('}', '') })).body)).toBe('GRAPHQL_PARSE_FAILED');
    expect((await post(gateway, { query: `${over} {` })).body.errors?.[0]?.message).toContain('characters');
  });

  test('is refused by its id too', async () => {
    const manifest = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-documents-')), 'manifest.json');
    await writeFile(manifest, JSON.stringify({ long: over }));
    const listing = await start({ MAX_DOCUMENT_CHARACTERS: '100', TRUSTED_DOCUMENTS: manifest });
    expect((await post(listing, { documentId: 'long' })).body.errors).toEqual([refusal]);
  });
});

describe('trusted documents', () => {
  const LISTED = 'query Listed($text: String) {\n  echo(text: $text)\n}';
  const apollo = (...bodies: string[]): string =>
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: bodies.map((body) => ({ id: hashOf(body), name: 'Listed', type: 'query', body })),
    });
  let file: string;
  beforeAll(async () => {
    file = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-documents-')), 'manifest.json');
    await writeFile(file, apollo(LISTED));
  });
  const variables = { text: 'x' };
  const answer = { data: { echo: 'x CALM' } };

  test('are the only ones that run in safelist mode, by id or by text', async () => {
    const gateway = await start({ TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_MODE: 'safelist' });
    expect((await post(gateway, { ...persisted(hashOf(LISTED)), variables })).body).toEqual(answer);
    expect((await post(gateway, { documentId: hashOf(LISTED), variables })).body).toEqual(answer);
    expect((await post(gateway, { query: LISTED, variables })).body).toEqual(answer);
    expect(
      (await post(gateway, { query: 'query Listed($text:String){echo(text:$text)} # minified', variables }))
        .body,
    ).toEqual(answer);

    const refused = await post(gateway, { query: QUERY });
    expect([refused.status, codeOf(refused.body), refused.body]).toEqual([
      403,
      'PERSISTED_QUERY_ONLY',
      expect.not.objectContaining({ data: expect.anything() }),
    ]);
    expect(codeOf((await post(gateway, { query: '{ nonsense' })).body)).toBe('PERSISTED_QUERY_ONLY');
  });

  test('cannot be added to by a client', async () => {
    const gateway = await start({ TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_MODE: 'safelist' });
    const registering = await post(gateway, { query: QUERY, ...persisted(hashOf(QUERY)) });
    expect(codeOf(registering.body)).toBe('PERSISTED_QUERY_ONLY');
    expect(codeOf((await post(gateway, persisted(hashOf(QUERY)))).body)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('are held to over a WebSocket too', async () => {
    const gateway = await start({ TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_MODE: 'safelist' });
    await expect(gateway.socket().iterate({ query: QUERY }).next()).rejects.toMatchObject([
      { extensions: { code: 'PERSISTED_QUERY_ONLY' } },
    ]);
  });

  test('in log mode are told apart, and others run: counted, and logged without their text', async () => {
    const gateway = await start({
      TRUSTED_DOCUMENTS: file,
      TRUSTED_DOCUMENTS_MODE: 'log',
      ADMIN_PORT: '0',
    });
    expect((await post(gateway, { query: LISTED, variables })).body).toEqual(answer);
    expect(gateway.log()).not.toContain('not trusted');
    const query = '{ echo(text: "confidential") }';
    expect((await post(gateway, { query })).body).toEqual({ data: { echo: 'confidential CALM' } });
    expect(gateway.log()).toContain(`"document":"${hashOf(query)}"`);
    await until(() => gateway.log().split('"message":"request"').length > 2);
    expect(gateway.log()).not.toContain('confidential');
    await post(gateway, { query: QUERY, operationName: 'N'.repeat(100_000) });
    for (const line of gateway.log().split('\n')) expect(line.length).toBeLessThan(10_000);
    const metrics = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toContain('gateway_untrusted_documents_total 2');
  });

  test("are read from Relay's map as well, and again when the file is replaced", async () => {
    const relay = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-documents-')), 'persisted.json');
    await writeFile(relay, JSON.stringify({ '7a1b': LISTED }));
    const gateway = await start({ TRUSTED_DOCUMENTS: relay, TRUSTED_DOCUMENTS_MODE: 'safelist' });
    expect((await post(gateway, { documentId: '7a1b', variables })).body).toEqual(answer);

    await writeFile(`${relay}.new`, JSON.stringify({ '7a1b': LISTED, later: QUERY }));
    await rename(`${relay}.new`, relay);
    await until(async () => (await post(gateway, { documentId: 'later' })).body.data !== undefined);

    await writeFile(relay, 'no JSON');
    await until(() => gateway.log().includes('the last good ones stay in force'));
    expect((await post(gateway, { documentId: 'later' })).body).toEqual(ANSWER);
  });

  test('that cannot be read stop the start', async () => {
    await expect(start({ TRUSTED_DOCUMENTS: '/nowhere/manifest.json' })).rejects.toThrow(
      '/nowhere/manifest.json',
    );
    await expect(start({ TRUSTED_DOCUMENTS_MODE: 'safelist' })).rejects.toThrow('TRUSTED_DOCUMENTS');
  });

  test('have one text per id', () => {
    const operations = [
      { id: 'a', body: '{ a }' },
      { id: 'a', body: '{ b }' },
    ];
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
    expect(() => parseManifest(JSON.stringify(manifest))).toThrow('two documents');
    expect(() => parseManifest('{"format":"other","version":1}')).toThrow();
    expect(() => parseManifest('[]')).toThrow();
  });
});
