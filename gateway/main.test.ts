import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { composed } from './testing/compose.ts';
import { SECRET, startServer, startSubgraph } from './testing/subgraphs.ts';

/** Milliseconds for a test that starts a process, on a machine that has much else to do. */
const STARTS = 120_000;

/**
 * Starts the gateway as a process of its own, and stops it once it listens.
 * @param atExit JavaScript with the value to return, evaluated in that process when it ends
 */
async function valueAtExit<Value>(atExit: string, variables: Record<string, string> = {}): Promise<Value> {
  const report = `data:text/javascript,${encodeURIComponent(`
    import { createRequire } from 'node:module';
    const require = createRequire('${import.meta.url}');
    process.on('exit', () => console.log(JSON.stringify({ value: ${atExit} })));
  `)}`;
  const supergraph = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-main-')), 'supergraph.graphql');
  await writeFile(supergraph, composed({ one: 'type Query { a: Int }' }));
  const main = spawn(
    process.execPath,
    [
      '--max-semi-space-size=16',
      `--import=${import.meta.resolve('tsx')}`,
      `--import=${report}`,
      fileURLToPath(new URL('main.ts', import.meta.url)),
    ],
    {
      env: { ...process.env, SUPERGRAPH: supergraph, PORT: '0', LOG_LEVEL: 'info', ...variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  main.stdout.on('data', (chunk) => {
    out += String(chunk);
    if (out.includes('"listening"')) main.kill('SIGTERM');
  });
  await once(main, 'close');
  const [, json = ''] = /^(\{"value".*)$/m.exec(out) ?? [];
  return (JSON.parse(json) as { value: Value }).value;
}

/** Names of the packages that it has loaded. */
async function packagesLoaded(variables: Record<string, string> = {}): Promise<Set<string>> {
  const loaded = await valueAtExit<string[]>('Object.keys(require.cache)', variables);
  return new Set(loaded.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
}

test(
  'what only some configurations need is not loaded by others',
  async () => {
    const loaded = await packagesLoaded();
    expect(loaded).toContain('@apollo/query-planner');
    for (const name of [
      '@apollo/gateway',
      '@apollo/composition',
      'ioredis',
      'yaml',
      '@opentelemetry/sdk-trace-base',
    ])
      expect(loaded).not.toContain(name);
  },
  STARTS,
);

test(
  'stock execution is loaded where it is asked for',
  async () => {
    expect(await packagesLoaded({ GATEWAY_EXECUTOR: 'apollo' })).toContain('@apollo/gateway');
  },
  STARTS,
);

test(
  'garbage is collected before there is twice as much as lives',
  async () => {
    const { lives, most } = await valueAtExit<{ lives: number; most: number }>(`(() => {
    require('node:v8').setFlagsFromString('--expose-gc');
    const objects = (count) => Array.from({ length: count }, (_, index) => ({ index }));
    const living = objects(300_000);
    require('node:vm').runInNewContext('gc')();
    const lives = process.memoryUsage().heapUsed;
    let most = 0;
    // each lives long enough to leave the young generation
    for (let turn = 0, recent = []; turn < 5_000; turn += 1) {
      recent = [...recent.slice(-100), objects(1_000)];
      most = Math.max(most, process.memoryUsage().heapUsed);
    }
    return { lives, most, living: living.length };
  })()`);
    expect(most).toBeGreaterThan(lives);
    // what may come on top of what lives, and the young generation; 4.5 times what lives if V8 is left alone
    expect(most).toBeLessThan(lives * 2 + 48 * 1024 * 1024);
  },
  STARTS,
);

test.each(['compiled', 'apollo'])(
  'by npm run gateway it runs in one piece, with all that it loads later: composition, and %s execution',
  async (executor) => {
    const subgraph = await startSubgraph('one', 'type Query { here: String }', {
      Query: { here: () => 'yes' },
    });
    const folder = await mkdtemp(path.join(tmpdir(), 'marquee-main-'));
    await writeFile(path.join(folder, 'one.graphql'), subgraph.sdl);
    const file = path.join(folder, 'supergraph.yaml');
    await writeFile(
      file,
      `subgraphs: { one: { routing_url: '${subgraph.url}', schema: { file: one.graphql } } }`,
    );
    const gateway = spawn('npm', ['run', '-s', 'gateway', '--', '--supergraph', file, '--port', '0'], {
      env: { ...process.env, GATEWAY_EXECUTOR: executor, GATEWAY_SECRET: SECRET, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(gateway, 'close');
    try {
      let out = '';
      for await (const chunk of gateway.stdout) {
        out += String(chunk);
        if (out.includes('"listening"')) break;
      }
      const url = /"url":"([^"]+)"/.exec(out)?.[1];
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ here }"}',
      });
      expect(await answer.json()).toEqual({ data: { here: 'yes' } });
    } finally {
      gateway.kill('SIGTERM');
      await closed;
      await subgraph.stop();
    }
  },
  STARTS,
);

test.each([
  ['--bogus', ['--bogus']],
  ['--port', ['--port']],
  ['--port', ['--port', '--workers', '2']],
  ['extra', ['extra']],
])(
  'a wrong flag is one sentence that names it: %s of %j',
  async (name, flags) => {
    const main = spawn(
      process.execPath,
      [
        `--import=${import.meta.resolve('tsx')}`,
        fileURLToPath(new URL('main.ts', import.meta.url)),
        ...flags,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let err = '';
    main.stderr.on('data', (chunk) => (err += String(chunk)));
    const [code] = await once(main, 'close');
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(new RegExp(`^[^\\n]*'${name}[^\\n]*\\. See --help\\.\\n$`)),
    });
  },
  STARTS,
);

test(
  'in one piece, it starts with all that is loaded only where it is used',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'marquee-bundle-'));
    const bundle = fileURLToPath(new URL('../scripts/bundle-gateway.mjs', import.meta.url));
    const root = fileURLToPath(new URL('..', import.meta.url));
    await promisify(execFile)(process.execPath, [bundle, root, folder]);
    const sdl = composed({ one: 'type Query { a: Int }' });
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(path.join(folder, name), text);
      return path.join(folder, name);
    };
    const file = await write('supergraph.graphql', sdl);
    await write('one.graphql', 'type Query { a: Int }');
    const yaml = await write(
      'supergraph.yaml',
      'federation_version: =2.14.4\nsubgraphs: { one: { routing_url: "http://127.0.0.1:9", schema: { file: one.graphql } } }\n',
    );
    const store = await startServer((_request, response) => response.end(sdl));
    const settings: Record<string, string>[] = [
      { SUPERGRAPH: file, CACHE_CONFIG: await write('cache.yaml', 'maxAge: 5\n') },
      { SUPERGRAPH: file, GATEWAY_EXECUTOR: 'apollo' },
      { SUPERGRAPH: file, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
      { SUPERGRAPH: file, REDIS_URL: 'redis://127.0.0.1:9' },
      { SUPERGRAPH: yaml },
      {
        SUPERGRAPH: 's3://bucket/key',
        S3_ENDPOINT: store.url,
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
      },
    ];
    try {
      for (const variables of settings) {
        const main = spawn(process.execPath, [path.join(folder, 'main.js')], {
          env: { ...process.env, PORT: '0', LOG_LEVEL: 'info', ...variables },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let out = '';
        for (const stream of [main.stdout, main.stderr])
          stream.on('data', (chunk) => {
            out += String(chunk);
            // once: a second signal ends it at once
            if (!main.killed && out.includes('"listening"')) main.kill('SIGTERM');
          });
        const [code] = await once(main, 'close');
        expect({ code, out }, JSON.stringify(variables)).toEqual({
          code: 0,
          out: expect.stringContaining('"listening"'),
        });
      }
    } finally {
      await store.stop();
    }
  },
  STARTS,
);
