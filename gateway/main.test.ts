import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { composed } from './testing/compose.ts';

/** Says, at its end, which files a process has loaded from packages. */
const report = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module';
  const { cache } = createRequire('${import.meta.url}');
  process.on('exit', () => console.log(JSON.stringify({ loaded: Object.keys(cache) })));
`)}`;

/** Starts the gateway as a process of its own, and stops it once it listens. @returns names of the packages loaded */
async function packagesLoaded(variables: Record<string, string>): Promise<Set<string>> {
  const supergraph = path.join(await mkdtemp(path.join(tmpdir(), 'marquee-main-')), 'supergraph.graphql');
  await writeFile(supergraph, composed({ one: 'type Query { a: Int }' }));
  const main = spawn(
    process.execPath,
    [
      ...['--import', import.meta.resolve('tsx'), '--import', report],
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
  const [, json = ''] = /^(\{"loaded".*)$/m.exec(out) ?? [];
  const { loaded } = JSON.parse(json) as { loaded: string[] };
  return new Set(loaded.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
}

test('what only some configurations need is not loaded by others', async () => {
  const loaded = await packagesLoaded({});
  expect(loaded).toContain('@apollo/query-planner');
  for (const name of [
    '@apollo/gateway',
    '@apollo/composition',
    'ioredis',
    'yaml',
    '@opentelemetry/sdk-trace-base',
  ])
    expect(loaded).not.toContain(name);
});

test('stock execution is loaded where it is asked for', async () => {
  expect(await packagesLoaded({ GATEWAY_EXECUTOR: 'apollo' })).toContain('@apollo/gateway');
});
