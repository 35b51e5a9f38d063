import { contenders, gatewayHasVariable } from '../contenders.ts';
import {
  checkAnswers,
  createBench,
  median,
  type BenchOptions,
  type Measurement,
  type Running,
} from '../bench.ts';
import { bodyOf, operations } from '../operations.ts';
import { round, type Table } from '../report.ts';

interface Feature {
  readonly name: string;
  /** What switches it on; a feature with a variable that this gateway does not have is left out. */
  readonly env: Readonly<Record<string, string>>;
}

/** @param collector takes the spans */
const featuresWith = (collector: string): readonly Feature[] => [
  { name: 'a log line per request', env: { LOG_LEVEL: 'info' } },
  { name: 'metrics', env: { ADMIN_PORT: '0' } },
  {
    name: 'viewer signed for subgraphs',
    env: { GATEWAY_SECRET: 'a secret of the benchmark that is long enough' },
  },
  {
    name: 'traces of the share that is recorded by default',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector },
  },
  { name: 'traces of all requests', env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector, TRACE_RATIO: '1' } },
  { name: 'a limit of cost', env: { MAX_COST: '100000000' } },
  { name: 'rate limits by cost', env: { RATE_LIMIT_BY_COST: 'true' } },
  { name: 'persisted queries', env: { AUTOMATIC_PERSISTED_QUERIES: 'true' } },
];

/** Seconds of one measurement, and before it. What is compared is then measured within the same seconds of the machine. */
const SLICE = { seconds: 1, warmUp: 0.1 };
const BASE = 'nothing';

/**
 * Our gateway with nothing, with each feature alone, and with all: in short turns, since a feature costs less than the
 * machine's speed changes within a minute. The one with nothing runs twice: what the second "costs" is the error.
 */
export async function measureFeatures(options: BenchOptions): Promise<Table[]> {
  const ours = contenders.find(({ key }) => key === 'ours');
  if (!ours) throw new Error('There is no such contender.');
  const bench = await createBench(options);
  const offered = featuresWith(bench.subgraphsUrl).filter(({ env }) =>
    Object.keys(env).every((name) => gatewayHasVariable(options.root, name) || name === 'LOG_LEVEL'),
  );
  const settings = [
    { name: BASE, env: {} },
    { name: 'nothing, a second process', env: {} },
    ...offered,
    {
      name: 'all of these, traces as by default',
      env: Object.assign(
        {},
        ...offered.map(({ env }) => env).filter((env) => !('TRACE_RATIO' in env)),
      ) as Record<string, string>,
    },
  ];
  const notes: string[] = [];
  const gateways: { name: string; running: Running }[] = [];
  try {
    for (const { name, env } of settings) {
      const running = await bench.startContender(ours, { env });
      await checkAnswers(bench, running);
      gateways.push({ name, running });
    }
    const taken = new Map<string, Measurement[]>();
    const turns = Math.max(1, Math.round((options.rounds * options.seconds) / SLICE.seconds));
    for (const operation of operations) {
      const order = { body: bodyOf(operation) };
      for (const { running } of gateways) await bench.measure(running, order);
      for (let turn = 0; turn < turns; turn += 1)
        for (const { name, running } of turn % 2 === 0 ? gateways : gateways.toReversed()) {
          const measurement = await bench.measure(running, { ...order, ...SLICE });
          if (measurement.wrong > 0)
            notes.push(`With ${name}, ${measurement.wrong} wrong: ${measurement.firstWrong ?? ''}`);
          const key = `${operation.name} ${name}`;
          taken.set(key, [...(taken.get(key) ?? []), measurement]);
        }
    }
    const of = (operation: string, name: string): Measurement[] => taken.get(`${operation} ${name}`) ?? [];
    const rate = (operation: string, name: string): number =>
      median(of(operation, name).map(({ requestsPerSecond }) => requestsPerSecond));
    const cpu = (operation: string, name: string): number =>
      median(of(operation, name).map(({ cpuMilliseconds }) => cpuMilliseconds));
    const cost = (operation: string, name: string): string => {
      const base = of(operation, BASE);
      const ratios = of(operation, name).map(
        ({ cpuMilliseconds }, turn) => cpuMilliseconds / (base[turn]?.cpuMilliseconds ?? NaN),
      );
      return `${((median(ratios) - 1) * 100).toFixed(1)}%`;
    };
    return [
      {
        title: 'what features cost',
        notes: [
          `What a feature costs is told by the CPU time of a request, beside that with nothing switched on: the median of ${turns} turns, in each of which all are measured for ${SLICE.seconds} s, one after the other.`,
          ...notes,
        ],
        columns: ['switched on', ...operations.flatMap(({ name }) => [`${name} req/s`, 'CPU ms', 'costs'])],
        rows: gateways.map(({ name }) => [
          name,
          ...operations.flatMap((operation) => [
            round(rate(operation.name, name)),
            round(cpu(operation.name, name)),
            cost(operation.name, name),
          ]),
        ]),
      },
    ];
  } finally {
    for (const { running } of gateways) await running.process.stop();
    await bench.close();
  }
}
