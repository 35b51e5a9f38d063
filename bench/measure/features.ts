import { contenders, gatewayHasVariable } from '../contenders.ts';
import { createBench, type BenchOptions } from '../bench.ts';
import { startIssuer, type Issuer } from '../issuer.ts';
import { operations } from '../operations.ts';
import { round, type Table } from '../report.ts';
import { comparePairs, microseconds, moreCpu, type Taken } from './pairs.ts';

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
  {
    name: 'traces of all requests',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector, TRACE_RATIO: '1', TRACES_PER_SECOND: '1000000' },
  },
  { name: 'a limit of cost', env: { MAX_COST: '100000000' } },
  { name: 'rate limits by cost', env: { RATE_LIMIT_BY_COST: 'true' } },
  { name: 'persisted queries', env: { AUTOMATIC_PERSISTED_QUERIES: 'true' } },
];

/**
 * Our gateway with each feature alone and with all, each beside one with nothing switched on. One of them has nothing
 * switched on, either: what that "costs" is the error.
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
  const cells = (taken: Taken): (string | number)[] =>
    [...taken.values()].flatMap((pairs) => {
      const { percent, error } = moreCpu(pairs);
      return [
        round(microseconds(pairs, 0)),
        round(microseconds(pairs, 1)),
        `${percent.toFixed(1)}% (${error.toFixed(1)})`,
      ];
    });
  try {
    const rows: (string | number)[][] = [];
    for (const feature of settings) {
      const { authorization } = feature;
      const sides = [
        { name: 'nothing', contender: ours, env: {}, ...(authorization !== undefined && { authorization }) },
        { contender: ours, ...feature },
      ] as const;
      const taken = await comparePairs(bench, sides, options.rounds, (note) => notes.push(note));
      rows.push([feature.name, ...cells(taken)]);
    }
    return [
      {
        title: 'what features cost',
        notes: [
          'Access tokens: the same one with each request, so that its signature is looked at once a minute.',
          `CPU time of a request in microseconds, with nothing switched on and with the feature, of two processes under load at the same time on one core: medians, the mean of ${options.rounds} pairs' ratios, and in brackets its standard error.`,
          ...notes,
        ],
        columns: ['switched on', ...operations.flatMap(({ name }) => [`${name} without`, 'with', 'costs'])],
        rows,
      },
    ];
  } finally {
    await issuer.stop();
    await bench.close();
  }
}
