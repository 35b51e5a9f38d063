import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { readGatewayEnv } from '../env.ts';
import { startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';
import { composed } from '../testing/compose.ts';
import { buildSupergraph } from './build.ts';
import { composeSupergraph, expandVariables } from './compose.ts';
import { createLiveSupergraph } from './supergraph.ts';

let one: TestSubgraph;
let gateway: TestGateway;

beforeAll(async () => {
  one = await startSubgraph('one', 'type Query { a: String b: String }', {
    Query: { a: () => 'A', b: () => 'B' },
  });
  gateway = await startGateway([{ ...one, url: one.url, sdl: one.sdl.replace(' b: String', '') }], {
    ADMIN_PORT: '0',
  });
});
afterAll(async () => {
  await gateway.stop();
  await one.stop();
});

const asks = async (query: string) => (await gateway.ask(query)).body;
const schemaFile = () => path.join(gateway.folder, 'one.graphql');

describe('a supergraph that changes while it serves', () => {
  test('is swapped when a schema file is written', async () => {
    expect((await asks('{ a b }')).errors).toHaveLength(1);
    await writeFile(schemaFile(), one.sdl);
    await until(async () => (await asks('{ a b }')).data !== undefined);
    expect(await asks('{ a b }')).toEqual({ data: { a: 'A', b: 'B' } });
  });

  test('keeps serving the last good one when the new one is bad, and says so', async () => {
    const serving = gateway.gateway.health.supergraph;
    await writeFile(schemaFile(), 'type Query { a: Missing }');
    await until(() => gateway.gateway.health.problem !== undefined);
    expect(gateway.gateway.health).toMatchObject({
      supergraph: serving,
      problem: expect.stringContaining('Missing') as string,
    });
    expect(await asks('{ a b }')).toEqual({ data: { a: 'A', b: 'B' } });
    const [all, ours] = await Promise.all(
      [gateway.gateway.url, gateway.gateway.adminUrl].map((url) => fetch(`${url}/health/ready`)),
    );
    expect([all?.status, ours?.status]).toEqual([200, 200]);
    expect(await ours?.text()).toContain('Missing');
    // who is on the public port sees no piece of a schema, and no name of a file
    expect(await all?.json()).toEqual({
      status: 'ok',
      details: {
        supergraph: serving,
        subgraphs: ['one'],
        problem: 'The newest supergraph cannot be served; the log says why. The last good one serves.',
      },
    });
    expect(gateway.log()).toContain('Missing');
    expect(gateway.log()).toContain('the last good one keeps serving');
  });

  test('recovers when the file is replaced by a good one, as editors do it', async () => {
    const fresh = `${schemaFile()}.new`;
    await writeFile(fresh, one.sdl);
    await rename(fresh, schemaFile());
    await until(() => gateway.gateway.health.problem === undefined);
    expect(await asks('{ b }')).toEqual({ data: { b: 'B' } });
  });

  test('lets running operations finish on the one they began with', async () => {
    const client = gateway.socket();
    const running = client.iterate({ query: '{ a }' }).next();
    await writeFile(schemaFile(), one.sdl.replace('a: String ', ''));
    await gateway.gateway.reload();
    expect((await running).value).toEqual({ data: { a: 'A' } });
    expect((await asks('{ a }')).errors).toHaveLength(1);
  });
});

test('a subgraph that joins is watched too, wherever its file is', async () => {
  const joined = await startGateway([{ name: 'one', sdl: one.sdl, url: one.url }]);
  const elsewhere = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-elsewhere-')), 'two.graphql');
  await writeFile(elsewhere, 'type Query { c: String }');
  const yaml = await readFile(joined.file, 'utf8');
  await writeFile(
    joined.file,
    `${yaml}  two:\n    routing_url: http://127.0.0.1:9/graphql\n    schema:\n      file: ${elsewhere}\n`,
  );
  await until(() => joined.gateway.health.subgraphs.includes('two'));
  await writeFile(elsewhere, 'type Query { c: String d: String }');
  await until(async () => (await joined.ask('{ d }')).body.data !== undefined);
  expect((await joined.ask('{ a d }')).body.data).toEqual({ a: 'A', d: null });
  await joined.stop();
});

test('a subgraph that joins with a bad schema serves as soon as its file is mended', async () => {
  const joined = await startGateway([{ name: 'one', sdl: one.sdl, url: one.url }]);
  const file = path.join(joined.folder, 'two.graphql');
  await writeFile(file, 'type Query { c: Nowhere }');
  const yaml = await readFile(joined.file, 'utf8');
  await writeFile(
    joined.file,
    `${yaml}  two:\n    routing_url: http://127.0.0.1:9/graphql\n    schema:\n      file: ./two.graphql\n`,
  );
  await until(() => joined.gateway.health.problem !== undefined);
  await writeFile(file, 'type Query { c: String }');
  await until(() => joined.gateway.health.subgraphs.includes('two'));
  expect(joined.gateway.health.problem).toBeUndefined();
  await joined.stop();
});

describe('composition', () => {
  const compose = async (files: Record<string, string>, variables = {}) => {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(gateway.folder, name), text);
    return composeSupergraph(path.join(gateway.folder, 'test.yaml'), variables);
  };
  const yaml =
    'subgraphs:\n  s:\n    routing_url: ${env.S_URL:-http://s.test/graphql}\n    schema:\n      file: ./s.graphql\n';

  test('gives the same text every time, with variables put in', async () => {
    const files = { 'test.yaml': yaml, 's.graphql': 'type Query { a: Int }' };
    const { sdl } = await compose(files);
    expect(sdl).toContain('"http://s.test/graphql"');
    expect((await compose(files)).sdl).toBe(sdl);
    expect((await compose(files, { S_URL: 'http://other.test/graphql' })).sdl).toContain(
      '"http://other.test/graphql"',
    );
  });

  test('tells what is wrong, all of it', async () => {
    await expect(compose({ 'test.yaml': yaml, 's.graphql': 'type Query { a: Nowhere }' })).rejects.toThrow(
      /do not compose:\n.*Nowhere/,
    );
    await expect(compose({ 'test.yaml': yaml, 's.graphql': 'type Query {' })).rejects.toThrow(
      /s\.graphql: Syntax Error/,
    );
    await expect(compose({ 'test.yaml': yaml.replace('s.graphql', 'gone.graphql') })).rejects.toThrow(
      /gone\.graphql cannot be read/,
    );
    await expect(compose({ 'test.yaml': 'subgraphs:\n  s:\n    routing_url: 5\n' })).rejects.toThrow(
      /not a supergraph configuration/,
    );
  });

  test('a variable without value or default is an error', () => {
    expect(expandVariables('${env.A}-${env.B:-b}', { A: 'a' })).toBe('a-b');
    expect(() => expandVariables('${env.A}', {})).toThrow('The variable A is not set.');
  });
});

test('SUBGRAPH_URL_… replaces the routing URL of a supergraph', async () => {
  const moved = await startGateway([{ name: 'my-one', sdl: one.sdl, url: 'http://127.0.0.1:9/graphql' }], {
    SUBGRAPH_URL_MY_ONE: one.url,
  });
  expect((await moved.ask('{ a }')).body).toEqual({ data: { a: 'A' } });
  await moved.stop();
});

describe('the environment', () => {
  test('has defaults for everything', () =>
    expect(readGatewayEnv({})).toMatchObject({
      PORT: 4000,
      INTROSPECTION: true,
      GATEWAY_EXECUTOR: 'compiled',
    }));
  test('has introspection off in production unless it is said to be on', () => {
    expect(readGatewayEnv({ NODE_ENV: 'production' }).INTROSPECTION).toBe(false);
    expect(readGatewayEnv({ NODE_ENV: 'production', INTROSPECTION: 'true' }).INTROSPECTION).toBe(true);
  });
  test('has no time that a timer cannot hold', () =>
    expect(() => readGatewayEnv({ SUBGRAPH_TIMEOUT_MS: '3000000000' })).toThrow('SUBGRAPH_TIMEOUT_MS'));
  test.each([
    ['STREAM_HEARTBEAT_MS', '1000000000'],
    ['OPERATION_CACHE_SIZE', '1000000000'],
  ])('has no %s for which memory would be taken at the start until there is none left', (name, value) =>
    expect(() => readGatewayEnv({ [name]: value })).toThrow(name),
  );
  test.each([
    ['https://app.example.com/', 'like https://app.example.com'],
    ['https://App.example.com:443', 'like https://app.example.com'],
    ['https://app.example.com/shop', 'like https://app.example.com'],
    ['app.example.com', 'like https://app.example.com'],
    ['localhost:3000', 'like https://app.example.com'],
    ['null', 'like https://app.example.com'],
  ])('has no origin that no browser sends: %s', (origin, remedy) =>
    expect(() => readGatewayEnv({ ALLOWED_ORIGINS: `*,${origin}` })).toThrow(
      `ALLOWED_ORIGINS: "${origin}" is no origin: write it as browsers do, ${remedy}`,
    ),
  );
  test('has origins of apps, of ports and of all', () => {
    const origins = ['capacitor://localhost', 'http://localhost:3000', '*'];
    expect(readGatewayEnv({ ALLOWED_ORIGINS: origins.join(', ') }).ALLOWED_ORIGINS).toEqual(origins);
  });
  test.each(['beta=', '=5', 'beta=101'])('has no share of a label that is none: %s', (labels) =>
    expect(() => readGatewayEnv({ OVERRIDE_LABELS: labels })).toThrow('shares are percentages'),
  );
  test('names all that is wrong at once', () => {
    expect(() => readGatewayEnv({ PORT: 'x', GATEWAY_SECRET: 'short' })).toThrow(/PORT[\s\S]*GATEWAY_SECRET/);
    expect(() => readGatewayEnv({ JWKS_URL: 'http://u.test/keys' })).toThrow('TOKEN_ISSUER');
  });
});

test('changes that are told of while one is read are one reading, and none once it is closed', async () => {
  const sdl = composed({ one: 'type Query { a: Int }' });
  let loads = 0;
  let go: () => void = () => undefined;
  const live = await createLiveSupergraph({
    source: {
      remote: false,
      async load() {
        loads += 1;
        if (loads > 1) await new Promise<void>((resolve) => (go = resolve));
        return { sdl, hints: [], files: [] };
      },
      watch: () => () => undefined,
    },
    clients: { get: () => ({}) as never, close: async () => undefined },
    logger: createLogger('test', 'silent'),
  });
  const first = live.reload();
  await until(() => loads === 2);
  const others = [live.reload(), live.reload(), live.reload()];
  go();
  await first;
  await until(() => loads === 3);
  const last = live.reload();
  const closed = live.close();
  go();
  await Promise.all([...others, last, closed]);
  expect(loads).toBe(3);
});

test('a new supergraph serves once what is most used has been made ready for it', async () => {
  let sdl = composed({ one: 'type Query { a: Int }' });
  const live = await createLiveSupergraph({
    source: {
      remote: false,
      load: async () => ({ sdl, hints: [], files: [] }),
      watch: () => () => undefined,
    },
    clients: { get: () => ({}) as never, close: async () => undefined },
    logger: createLogger('test', 'silent'),
  });
  const old = live.current.id;
  const told: string[] = [];
  let ready: () => void = () => undefined;
  live.onSwap({
    async before(next) {
      told.push(`before ${next.id === old} ${live.current.id === old}`);
      await new Promise<void>((resolve) => (ready = resolve));
    },
    after: (current) => void told.push(`after ${current === live.current}`),
  });
  sdl = composed({ one: 'type Query { a: Int  b: Int }' });
  const reloaded = live.reload();
  await until(() => told.length === 1);
  expect(live.current.id).toBe(old);
  ready();
  await reloaded;
  expect(live.current.id).not.toBe(old);
  expect(told).toEqual(['before false true', 'after true']);
  await live.reload();
  expect(told).toHaveLength(2);
  await live.close();
});

test('one that is refused is not built again until there is another', async () => {
  const good = composed({ one: 'type Query { a: Int }' });
  const bad = composed({ one: 'type Query { a: Int @tag(name: "internal") }' });
  const [log, built]: [string[], string[]] = [[], []];
  let sdl = good;
  const live = await createLiveSupergraph({
    source: {
      remote: true,
      load: async () => {
        if (sdl === '') throw new Error('away');
        return { sdl, hints: [], files: [] };
      },
      watch: () => () => undefined,
    },
    clients: {
      get(name) {
        built.push(name);
        return {} as never;
      },
      close: async () => undefined,
    },
    logger: createLogger('test', 'error', { write: (line) => void log.push(line) }),
    contracts: [{ name: 'partner', include: [], exclude: ['internal'] }],
  });
  const readings = async (...next: string[]): Promise<void> => {
    for (sdl of next) await live.reload();
  };
  await readings(bad, bad, bad);
  expect(built).toHaveLength(2);
  expect(live.problem).toContain('no query left');
  expect(log).toHaveLength(1);
  await readings('', bad);
  expect(built).toHaveLength(2);
  expect(live.problem).toContain('no query left');
  await readings(good);
  expect(live.problem).toBeUndefined();
  await readings(bad.replace('a: Int', 'a: String'), bad);
  expect(built).toHaveLength(4);
  expect(live.problem).toContain('no query left');
  await readings(composed({ one: 'type Query { a: Int  b: Int }' }));
  expect(live.problem).toBeUndefined();
  await live.close();
});

test('root types by other names than composition gives them are refused, since no operation could be planned', () => {
  const sdl = composed({ one: 'schema { query: Root } type Root { a: String }' });
  const clients = { get: () => ({}) as never };
  expect(buildSupergraph(sdl, clients).apiSchema.getQueryType()?.name).toBe('Query');
  const renamed = sdl.replace('query: Query', 'query: Root').replace('type Query', 'type Root');
  expect(() => buildSupergraph(renamed, clients)).toThrow(
    'The supergraph\'s root type for a query must be "Query", as composition names it, and is "Root".',
  );
});
