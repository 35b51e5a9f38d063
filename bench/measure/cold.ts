import {
  contendersOf,
  createBench,
  median,
  ratioOf,
  type BenchOptions,
  type Measurement,
  type Running,
} from '../bench.ts';
import { round, times, type Table } from '../report.ts';

/** Operations that a gateway has never seen, in turns: each must be parsed, validated, planned and compiled. */
export async function measureCold(options: BenchOptions): Promise<Table[]> {
  const bench = await createBench({ ...options, connections: 10 });
  const notes: string[] = [];
  const gateways: { running: Running; measurements: Measurement[] }[] = [];
  const leaveOut = ({ name }: Running['contender'], error: unknown): void => {
    const [sentence] = String(error instanceof Error ? error.message : error).split('\n');
    notes.push(`Left out: ${name}, because ${sentence}`);
  };
  let firstCold = 0;
  try {
    for (const contender of contendersOf(options)) {
      if (contender.key === 'limit') continue;
      try {
        gateways.push({ running: await bench.startContender(contender), measurements: [] });
      } catch (error) {
        leaveOut(contender, error);
      }
    }
    for (let turn = 0; turn < options.rounds; turn += 1)
      for (const gateway of [...gateways]) {
        const { running, measurements } = gateway;
        const { name, key } = running.contender;
        try {
          const measurement = await bench.measure(running, { body: undefined, firstCold });
          measurements.push(measurement);
          if (measurement.wrong > 0)
            notes.push(
              `${name} answered ${measurement.wrong} operations wrongly: ${measurement.firstWrong ?? ''}`,
            );
          process.stderr.write(
            `  ${turn + 1}/${options.rounds} ${key}: ${round(measurement.requestsPerSecond)}/s\n`,
          );
        } catch (error) {
          gateways.splice(gateways.indexOf(gateway), 1);
          await running.process.stop();
          leaveOut(running.contender, error);
        }
        firstCold += 1_000_000;
      }
  } finally {
    for (const { running } of gateways) await running.process.stop();
    await bench.close();
  }
  const stock = gateways.find(({ running }) => running.contender.key === 'stock')?.measurements ?? [];
  return [
    {
      title: 'operations never seen before',
      notes: ['The middle operation, every time under other names, from 10 connections.', ...notes],
      columns: ['gateway', 'operations/s', 'p50 ms', 'p99 ms', 'CPU ms/operation', 'memory MB', 'of stock'],
      rows: gateways.map(({ running, measurements }) => [
        running.contender.name,
        round(median(measurements.map(({ requestsPerSecond }) => requestsPerSecond))),
        round(median(measurements.map(({ p50 }) => p50))),
        round(median(measurements.map(({ p99 }) => p99))),
        round(median(measurements.map(({ cpuMilliseconds }) => cpuMilliseconds))),
        round(Math.max(...measurements.map(({ megabytes }) => megabytes))),
        times(ratioOf(measurements, stock)),
      ]),
    },
  ];
}
