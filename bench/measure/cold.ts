import { contendersOf, createBench, median, type BenchOptions, type Measurement } from '../bench.ts';
import { round, times, type Table } from '../report.ts';

/** Operations that a gateway has never seen: each must be parsed, validated, planned and compiled. */
export async function measureCold(options: BenchOptions): Promise<Table[]> {
  const bench = await createBench({ ...options, connections: 10 });
  const notes: string[] = [];
  const rows: { key: string; name: string; measurements: Measurement[] }[] = [];
  let firstCold = 0;
  try {
    for (const contender of contendersOf(options)) {
      if (contender.key === 'limit') continue;
      try {
        const running = await bench.startContender(contender);
        const measurements: Measurement[] = [];
        for (let turn = 0; turn < options.rounds; turn += 1) {
          const measurement = await bench.measure(running, { body: undefined, firstCold });
          firstCold += 1_000_000;
          measurements.push(measurement);
          if (measurement.wrong > 0)
            notes.push(
              `${contender.name} answered ${measurement.wrong} operations wrongly: ${measurement.firstWrong ?? ''}`,
            );
        }
        await running.process.stop();
        rows.push({ key: contender.key, name: contender.name, measurements });
      } catch (error) {
        notes.push(
          `Left out: ${contender.name}, because ${String(error instanceof Error ? error.message : error).split('\n')[0]}`,
        );
      }
    }
  } finally {
    await bench.close();
  }
  const rate = (measurements: readonly Measurement[]): number =>
    median(measurements.map(({ requestsPerSecond }) => requestsPerSecond));
  const stock = rate(rows.find(({ key }) => key === 'stock')?.measurements ?? []);
  return [
    {
      title: 'operations never seen before',
      notes: ['The middle operation, every time under other names, from 10 connections.', ...notes],
      columns: ['gateway', 'operations/s', 'p50 ms', 'p99 ms', 'CPU ms/operation', 'memory MB', 'of stock'],
      rows: rows.map(({ name, measurements }) => [
        name,
        round(rate(measurements)),
        round(median(measurements.map(({ p50 }) => p50))),
        round(median(measurements.map(({ p99 }) => p99))),
        round(median(measurements.map(({ cpuMilliseconds }) => cpuMilliseconds))),
        round(Math.max(...measurements.map(({ megabytes }) => megabytes))),
        times(rate(measurements) / stock),
      ]),
    },
  ];
}
