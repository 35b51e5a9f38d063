import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { composed } from './testing/compose.ts';
import { SECRET, startSubgraph } from './testing/subgraphs.ts';

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
