import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  checkAnswers,
  createBench,
  median,
  takePort,
  type BenchOptions,
  type Measurement,
  type Running,
} from '../bench.ts';
import { contenders, gatewayHasVariable } from '../contenders.ts';
import { bodyOf, operations } from '../operations.ts';
import { round, times, type Table } from '../report.ts';

const title = 'answers of subgraphs kept, warm';
const columns = [
  'cache',
  'operation',
  'req/s',
  'p99 ms',
  'CPU ms/req',
  'subgraph calls/req',
  'hits',
  'memory MB',
  'of off',
];

/** All that the subgraphs answer is good for longer than any measurement. */
const CONFIG = 'maxAge: 3600\n';

interface Setting {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Our gateway without its cache, with one in memory, and with one in Redis where there is one. */
export async function measureCache(options: BenchOptions): Promise<Table[]> {
  if (!gatewayHasVariable(options.root, 'CACHE_CONFIG'))
    return [{ title, notes: ['Left out: this gateway has no CACHE_CONFIG.'], columns, rows: [] }];
  const ours = contenders.find(({ key }) => key === 'ours');
  if (!ours) throw new Error('There is no such contender.');
  const folder = path.join(options.root, '.data', 'bench');
  const CACHE_CONFIG = path.join(folder, 'cache.yaml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(CACHE_CONFIG, CONFIG);
  const redis = process.env['BENCH_REDIS_URL'];
  const settings: readonly Setting[] = [
    { name: 'off', env: {} },
    { name: 'in memory', env: { CACHE_CONFIG } },
    ...(redis === undefined ? [] : [{ name: 'in Redis', env: { CACHE_CONFIG, REDIS_URL: redis } }]),
  ];
  const notes = [
    'Every entity and root field is kept for an hour, and asked for once before it is measured. All of them count their metrics, which is how the share of hits is known.',
    ...(redis === undefined ? ['Without Redis: BENCH_REDIS_URL names none.'] : []),
  ];

  const bench = await createBench(options);
  const gateways: { name: string; running: Running; adminPort: number }[] = [];
  try {
    for (const { name, env } of settings) {
      const adminPort = takePort(options);
      const running = await bench.startContender(ours, { env: { ...env, ADMIN_PORT: String(adminPort) } });
      await checkAnswers(bench, running);
      gateways.push({ name, running, adminPort });
    }
    const taken = new Map<string, { measurement: Measurement; hits: number }[]>();
    for (let turn = 0; turn < options.rounds; turn += 1)
      for (const operation of operations)
        for (const { name, running, adminPort } of gateways) {
          const before = await lookups(adminPort);
          const measurement = await bench.measure(running, { body: bodyOf(operation) });
          const after = await lookups(adminPort);
          if (measurement.wrong > 0)
            notes.push(`With the cache ${name}, ${measurement.wrong} wrong: ${measurement.firstWrong ?? ''}`);
          const hits = (after.hits - before.hits) / (after.all - before.all);
          const key = `${operation.name} ${name}`;
          taken.set(key, [...(taken.get(key) ?? []), { measurement, hits }]);
        }
    const middle = (key: string, of: (one: { measurement: Measurement; hits: number }) => number): number =>
      median((taken.get(key) ?? []).map(of));
    const rate = (key: string): number => middle(key, ({ measurement }) => measurement.requestsPerSecond);
    return [
      {
        title,
        notes,
        columns,
        rows: operations.flatMap((operation) =>
          gateways.map(({ name }) => {
            const key = `${operation.name} ${name}`;
            const hits = middle(key, (one) => one.hits);
            return [
              name,
              operation.name,
              round(rate(key)),
              round(middle(key, ({ measurement }) => measurement.p99)),
              round(middle(key, ({ measurement }) => measurement.cpuMilliseconds)),
              round(middle(key, ({ measurement }) => measurement.subgraphCalls)),
              Number.isNaN(hits) ? '-' : `${Math.round(hits * 1000) / 10}%`,
              round(middle(key, ({ measurement }) => measurement.megabytes)),
              times(rate(key) / rate(`${operation.name} off`)),
            ];
          }),
        ),
      },
    ];
  } finally {
    for (const { running } of gateways) await running.process.stop();
    await bench.close();
  }
}

/** Entities and root fetches that were looked up so far, and those of them that were found; none with the cache off. */
async function lookups(adminPort: number): Promise<{ hits: number; all: number }> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  let [hits, all] = [0, 0];
  for (const [, result, count] of text.matchAll(
    /^gateway_cache_lookups_total\{.*result="(\w+)".*\} (\d+)$/gm,
  )) {
    if (result === 'stale_if_error') continue; // counted as a miss already
    all += Number(count);
    if (result === 'hit') hits += Number(count);
  }
  return { hits, all };
}
