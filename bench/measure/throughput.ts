import {
  checkAnswers,
  contendersOf,
  createBench,
  median,
  ratioOf,
  type BenchOptions,
  type Measurement,
  type Running,
} from '../bench.ts';
import { bodyOf, operations, type Operation } from '../operations.ts';
import { round, times, type Table } from '../report.ts';

/**
 * Requests a second of every gateway, all alike: one process on its own core, load and subgraphs on the other, one
 * gateway at a time, in turns.
 * @param merging whether equal subgraph calls of several clients are sent once; only gateways that can take part
 */
export async function measureThroughput(options: BenchOptions, merging: boolean): Promise<Table[]> {
  const bench = await createBench(options);
  const notes: string[] = [];
  const gateways: { running: Running; bytes: Map<Operation['name'], number> }[] = [];
  try {
    for (const contender of contendersOf(options)) {
      if (merging && !contender.merges(options.root)) continue;
      try {
        const running = await bench.startContender(contender, { merging });
        gateways.push({ running, bytes: await checkAnswers(bench, running) });
      } catch (error) {
        notes.push(
          `Left out: ${contender.name}, because ${String(error instanceof Error ? error.message : error).split('\n')[0]}`,
        );
      }
    }
    const taken = new Map<string, Measurement[]>();
    for (let turn = 0; turn < options.rounds; turn += 1)
      for (const operation of operations)
        for (const { running, bytes } of gateways) {
          const length = bytes.get(operation.name);
          const measurement = await bench.measure(running, {
            body: bodyOf(operation),
            ...(length !== undefined && { bytes: length }),
          });
          if (measurement.wrong > 0)
            notes.push(
              `${running.contender.name} answered ${measurement.wrong} of ${measurement.requests} requests of "${operation.name}" wrongly: ${measurement.firstWrong ?? ''}`,
            );
          const key = `${operation.name} ${running.contender.key}`;
          taken.set(key, [...(taken.get(key) ?? []), measurement]);
          process.stderr.write(
            `  ${turn + 1}/${options.rounds} ${operation.name} ${running.contender.key}: ${round(measurement.requestsPerSecond)}/s\n`,
          );
        }
    return operations.map((operation) => tableOf(operation, merging, notes, gateways, taken));
  } finally {
    for (const { running } of gateways) await running.process.stop();
    await bench.close();
  }
}

function tableOf(
  operation: Operation,
  merging: boolean,
  notes: readonly string[],
  gateways: readonly { running: Running; bytes: Map<Operation['name'], number> }[],
  taken: ReadonlyMap<string, readonly Measurement[]>,
): Table {
  const measurementsOf = (key: string): readonly Measurement[] => taken.get(`${operation.name} ${key}`) ?? [];
  return {
    title: `${operation.name}${merging ? ', merging equal calls across clients' : ''}`,
    notes,
    columns: [
      'gateway',
      'req/s',
      'p50 ms',
      'p99 ms',
      'CPU ms/req',
      'subgraph calls/req',
      'memory MB',
      'of stock',
      'of hand-written',
      'other core',
    ],
    rows: gateways.map(({ running: { contender } }) => {
      const measurements = measurementsOf(contender.key);
      const of = (pick: (measurement: Measurement) => number): number => median(measurements.map(pick));
      return [
        contender.name,
        round(of(({ requestsPerSecond }) => requestsPerSecond)),
        round(of(({ p50 }) => p50)),
        round(of(({ p99 }) => p99)),
        round(of(({ cpuMilliseconds }) => cpuMilliseconds)),
        round(of(({ subgraphCalls }) => subgraphCalls)),
        round(Math.max(...measurements.map(({ megabytes }) => megabytes))),
        times(ratioOf(measurements, measurementsOf('stock'))),
        times(ratioOf(measurements, measurementsOf('limit'))),
        `${Math.round(of(({ otherCore }) => otherCore) * 100)}%`,
      ];
    }),
  };
}
