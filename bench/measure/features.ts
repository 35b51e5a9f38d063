import { contenders, gatewayHasVariable } from '../contenders.ts';
import { checkAnswers, createBench, median, type BenchOptions, type Measurement, type Running } from '../bench.ts';
import { bodyOf, operations } from '../operations.ts';
import { round, type Table } from '../report.ts';

/** What can be switched on, each with the variables that it needs; one that this gateway does not have is left out. */
const features: readonly { name: string; env: Readonly<Record<string, string>> }[] = [
  { name: 'a log line per request', env: { LOG_LEVEL: 'info' } },
  { name: 'metrics', env: { ADMIN_PORT: '0' } },
  { name: 'viewer signed for subgraphs', env: { GATEWAY_SECRET: 'a secret of the benchmark that is long enough' } },
  { name: 'traces', env: { TRACES: 'true' } },
  { name: 'demand control', env: { MAX_COST: '100000000' } },
  { name: 'entity cache', env: { ENTITY_CACHE: 'true' } },
];

/** Our gateway with nothing, with each feature alone, and with all. */
export async function measureFeatures(options: BenchOptions): Promise<Table[]> {
  const ours = contenders.find(({ key }) => key === 'ours');
  if (!ours) throw new Error('There is no such contender.');
  const offered = features.filter(({ env }) => Object.keys(env).every((name) => gatewayHasVariable(options.root, name) || name === 'LOG_LEVEL'));
  const settings = [
    { name: 'nothing', env: {} },
    ...offered,
    { name: 'all of these', env: Object.assign({}, ...offered.map(({ env }) => env)) as Record<string, string> },
  ];
  const bench = await createBench(options);
  const notes: string[] = [];
  const gateways: { name: string; running: Running }[] = [];
  try {
    for (const { name, env } of settings) {
      const running = await bench.startContender(ours, { env });
      await checkAnswers(bench, running);
      gateways.push({ name, running });
    }
    const taken = new Map<string, Measurement[]>();
    for (let turn = 0; turn < options.rounds; turn += 1)
      for (const operation of operations)
        for (const { name, running } of gateways) {
          const measurement = await bench.measure(running, { body: bodyOf(operation) });
          if (measurement.wrong > 0) notes.push(`With ${name}, ${measurement.wrong} wrong: ${measurement.firstWrong ?? ''}`);
          const key = `${operation.name} ${name}`;
          taken.set(key, [...(taken.get(key) ?? []), measurement]);
        }
    const rate = (operation: string, name: string): number =>
      median((taken.get(`${operation} ${name}`) ?? []).map(({ requestsPerSecond }) => requestsPerSecond));
    const cpu = (operation: string, name: string): number =>
      median((taken.get(`${operation} ${name}`) ?? []).map(({ cpuMilliseconds }) => cpuMilliseconds));
    return [
      {
        title: 'what features cost',
        notes,
        columns: ['switched on', ...operations.flatMap(({ name }) => [`${name} req/s`, 'CPU ms', 'of nothing'])],
        rows: gateways.map(({ name }) => [
          name,
          ...operations.flatMap((operation) => [
            round(rate(operation.name, name)),
            round(cpu(operation.name, name)),
            `${Math.round((rate(operation.name, name) / rate(operation.name, 'nothing')) * 100)}%`,
          ]),
        ]),
      },
    ];
  } finally {
    for (const { running } of gateways) await running.process.stop();
    await bench.close();
  }
}
