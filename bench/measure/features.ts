import { contenders, gatewayHasVariable } from '../contenders.ts';
import {
  checkAnswers,
  createBench,
  median,
  type BenchOptions,
  type Measurement,
  type Running,
} from '../bench.ts';
import { startIssuer, type Issuer } from '../issuer.ts';
import { bodyOf, operations } from '../operations.ts';
import { round, type Table } from '../report.ts';

interface Feature {
  readonly name: string;
  /** What switches it on; a feature with a variable that this gateway does not have is left out. */
  readonly env: Readonly<Record<string, string>>;
  /** What both are sent. */
  readonly authorization?: string;
}

/** @param collector takes the spans */
const featuresWith = (collector: string, { variables, authorization }: Issuer): readonly Feature[] => [
  { name: 'a log line per request', env: { LOG_LEVEL: 'info' } },
  { name: 'metrics', env: { ADMIN_PORT: '0' } },
  {
    name: 'viewer signed for subgraphs',
    env: { GATEWAY_SECRET: 'a secret of the benchmark that is long enough' },
  },
  { name: 'access tokens', env: variables, authorization },
  {
    name: 'traces of the share that is recorded by default',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector },
  },
  {
    name: 'log, metrics and these traces together',
    env: { LOG_LEVEL: 'info', ADMIN_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: collector },
  },
  { name: 'traces of all requests', env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector, TRACE_RATIO: '1' } },
  { name: 'a limit of cost', env: { MAX_COST: '100000000' } },
  { name: 'rate limits by cost', env: { RATE_LIMIT_BY_COST: 'true' } },
  { name: 'persisted queries', env: { AUTOMATIC_PERSISTED_QUERIES: 'true' } },
];

const BASE = 'nothing';

/**
 * Our gateway with each feature alone and with all, each beside one with nothing switched on. Both are under the same load
 * at the same time and share a core: a feature costs less than the machine's speed changes from one second to the next.
 * One of them has nothing switched on, either: what that "costs" is the error.
 */
export async function measureFeatures(options: BenchOptions): Promise<Table[]> {
  const ours = contenders.find(({ key }) => key === 'ours');
  if (!ours) throw new Error('There is no such contender.');
  const bench = await createBench(options);
  const issuer = await startIssuer();
  const offered = featuresWith(bench.subgraphsUrl, issuer).filter(({ env }) =>
    Object.keys(env).every((name) => gatewayHasVariable(options.root, name) || name === 'LOG_LEVEL'),
  );
  const settings: readonly Feature[] = [
    { name: 'nothing, too', env: {} },
    ...offered,
    {
      name: 'all of these, traces as by default',
      env: Object.assign(
        {},
        ...offered.map(({ env }) => env).filter((env) => !('TRACE_RATIO' in env)),
      ) as Record<string, string>,
      authorization: issuer.authorization,
    },
  ];
  const notes: string[] = [];
  try {
    const started = async ({ env }: Feature): Promise<Running> => {
      const running = await bench.startContender(ours, { env });
      await checkAnswers(bench, running);
      return running;
    };
    const taken = new Map<string, Measurement[][]>();
    const measure = async (
      running: Running,
      { name, authorization }: Feature,
      body: string,
    ): Promise<Measurement> => {
      const measurement = await bench.measure(running, { body, authorization });
      if (measurement.wrong > 0)
        notes.push(`With ${name}, ${measurement.wrong} wrong: ${measurement.firstWrong ?? ''}`);
      return measurement;
    };
    for (let turn = 0; turn < options.rounds; turn += 1)
      for (const feature of settings) {
        // new ones each time: two processes that do the same are not equally fast, either
        const pair = [await started({ name: BASE, env: {} }), await started(feature)];
        for (const operation of operations) {
          const body = bodyOf(operation);
          const measured = await Promise.all(pair.map((one) => measure(one, feature, body)));
          const key = `${operation.name} ${feature.name}`;
          taken.set(key, [...(taken.get(key) ?? []), measured]);
        }
        for (const one of pair) await one.process.stop();
      }
    const cells = (operation: string, name: string): (string | number)[] => {
      const pairs = taken.get(`${operation} ${name}`) ?? [];
      const microseconds = (which: number): number =>
        median(pairs.map((pair) => (pair[which]?.cpuMilliseconds ?? NaN) * 1000));
      const ratios = pairs.map(
        ([base, feature]) => (feature?.cpuMilliseconds ?? NaN) / (base?.cpuMilliseconds ?? NaN),
      );
      return [round(microseconds(0)), round(microseconds(1)), `${((median(ratios) - 1) * 100).toFixed(1)}%`];
    };
    return [
      {
        title: 'what features cost',
        notes: [
          'Access tokens: the same one with each request, so that its signature is looked at once a minute.',
          `CPU time of a request in microseconds, with nothing switched on and with the feature, of two processes under load at the same time on one core; the median of ${options.rounds} pairs.`,
          ...notes,
        ],
        columns: ['switched on', ...operations.flatMap(({ name }) => [`${name} without`, 'with', 'costs'])],
        rows: settings.map(({ name }) => [
          name,
          ...operations.flatMap((operation) => cells(operation.name, name)),
        ]),
      },
    ];
  } finally {
    await issuer.stop();
    await bench.close();
  }
}
