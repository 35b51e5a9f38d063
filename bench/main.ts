import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchOptions } from './bench.ts';
import { contenders, oursNodeFlags } from './contenders.ts';
import { measureCache } from './measure/cache.ts';
import { measureCold } from './measure/cold.ts';
import { measureFeatures } from './measure/features.ts';
import { measurePairs } from './measure/pairs.ts';
import { measureProfile } from './measure/profile.ts';
import { measureStreams } from './measure/streams.ts';
import { measureThroughput } from './measure/throughput.ts';
import { measureWorkers } from './measure/workers.ts';
import { isPinned, stopAll } from './processes.ts';
import { toMarkdown, type Table } from './report.ts';

const help = `Measures gateways side by side and prints tables.

  npm run bench -- [--quick] [--only NAMES] [--gateways KEYS] [--sides A,B]
                    [--rounds N] [--seconds N] [--port N]

  --quick            short rounds: to see that everything runs, not how fast it is
  --only NAMES       of: throughput, merging, cold, streams, features, cache, workers; and
                     profile, pairs, not by default
  --gateways KEYS    of: ${contenders.map(({ key }) => key).join(', ')}
  --rounds N         times that each is measured, in turns (3; quick 1)
  --seconds N        of one measurement (8; quick 2)
  --sides A,B        of "pairs": two under load at the same time on one core, each a key of the
                     gateways with what is set besides, as ours+LOG_LEVEL=info, or with another
                     folder that scripts/bundle-gateway.mjs built, as ours@.data/bench/other
  --port N           first of about a hundred ports (22300)

BENCH_REF=COMMIT measures the gateway of that commit; BENCH_REDIS_URL lets "cache" try Redis, too; OURS_NODE_FLAGS are node's flags for it
(${oursNodeFlags.join(' ')}).`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    gateways: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    sides: { type: 'string', default: 'ours,ours+LOG_LEVEL=info' },
    port: { type: 'string', default: '22300' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const quick = values.quick;
const options: BenchOptions = {
  root: process.cwd(),
  firstPort: Number(values.port),
  rounds: Number(values.rounds ?? (quick ? 1 : 3)),
  seconds: Number(values.seconds ?? (quick ? 2 : 8)),
  warmUp: quick ? 1 : 3,
  settling: quick ? 1 : 20,
  connections: 50,
  keys: values.gateways?.split(',') ?? contenders.map(({ key }) => key),
};
const measurements: Readonly<Record<string, () => Promise<Table[]>>> = {
  throughput: () => measureThroughput(options, false),
  merging: () => measureThroughput(options, true),
  cold: () => measureCold(options),
  streams: () =>
    measureStreams(
      options,
      quick ? { streams: 1_000, active: 100, seconds: 3 } : { streams: 10_000, active: 1_000, seconds: 15 },
    ),
  features: () => measureFeatures(options),
  cache: () => measureCache(options),
  workers: () => measureWorkers(options),
  profile: () => measureProfile(options),
  pairs: () => measurePairs(options, values.sides),
};
const ofChoice = ['profile', 'pairs'];
const names = values.only?.split(',') ?? Object.keys(measurements).filter((name) => !ofChoice.includes(name));
const unknown = [
  ...names.filter((name) => !measurements[name]),
  ...options.keys.filter((wanted) => !contenders.some(({ key }) => key === wanted)),
];
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}\n\n${help}`);
  process.exit(1);
}

const stop = (): void => void stopAll().finally(() => process.exit(130));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

const versionOf = (name: string): string =>
  (
    JSON.parse(readFileSync(path.join(options.root, 'bench/node_modules', name, 'package.json'), 'utf8')) as {
      version: string;
    }
  ).version;
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
  pinned: isPinned(),
  quick,
  rounds: options.rounds,
  seconds: options.seconds,
  connections: options.connections,
  oursNodeFlags: oursNodeFlags.join(' '),
  versions: Object.fromEntries(
    [
      '@apollo/gateway',
      '@apollo/server',
      '@graphql-hive/gateway',
      '@graphql-hive/router-runtime',
      '@mercuriusjs/gateway',
      'undici',
      'graphql',
    ].map((name) => [name, versionOf(name)]),
  ),
};
console.log(
  `${machine.date}, Node ${machine.node}, ${machine.cpu}, ${machine.pinned ? 'gateway on one core, load and subgraphs on another' : 'no pinning: figures of this machine compare badly'}, ${machine.rounds} rounds of ${machine.seconds} s, ${machine.connections} connections${quick ? ', quick' : ''}\n`,
);

const tables: Record<string, Table[]> = {};
try {
  for (const name of names) {
    process.stderr.write(`${name}…\n`);
    tables[name] = (await measurements[name]?.()) ?? [];
    console.log(`## ${name}\n\n${tables[name].map(toMarkdown).join('\n')}`);
  }
} finally {
  await stopAll();
}
const results = path.join(options.root, 'bench/results');
mkdirSync(results, { recursive: true });
const file = path.join(results, `${machine.date.slice(0, 10)}${quick ? '-quick' : ''}.json`);
// what was measured the same day and not this time stays, each with the settings that it was measured with
const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
const measured = Object.fromEntries(
  Object.entries(tables)
    .filter(([name]) => !ofChoice.includes(name))
    .map(([name, own]) => [name, { machine, tables: own }]),
);
writeFileSync(file, `${JSON.stringify({ ...before, ...measured }, null, 2)}\n`);
console.log(`Written to ${path.relative(options.root, file)}`);
