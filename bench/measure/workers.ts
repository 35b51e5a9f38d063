import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contenders } from '../contenders.ts';
import { checkAnswers, createBench, median, type BenchOptions, type Measurement } from '../bench.ts';
import { bodyOf, operations } from '../operations.ts';
import { round, times, type Table } from '../report.ts';

/** One worker and two, on all cores: on a machine of two, load and subgraphs have to share them. */
export async function measureWorkers(options: BenchOptions): Promise<Table[]> {
  const title = '1 and 2 workers';
  if (!readFileSync(path.join(options.root, 'gateway/main.ts'), 'utf8').includes('--workers'))
    return [{ title, notes: ['Left out: this gateway has no --workers.'], columns: ['workers'], rows: [] }];
  const ours = contenders.find(({ key }) => key === 'ours');
  if (!ours) throw new Error('There is no such contender.');
  const bench = await createBench(options);
  const rows: (string | number)[][] = [];
  const rates = new Map<string, number>();
  try {
    for (const workers of [1, 2]) {
      const running = await bench.startContender(ours, { args: ['--workers', String(workers)], core: 'any' });
      await checkAnswers(bench, running);
      for (const operation of operations) {
        const measurements: Measurement[] = [];
        for (let turn = 0; turn < options.rounds; turn += 1)
          measurements.push(await bench.measure(running, { body: bodyOf(operation) }));
        const rate = median(measurements.map(({ requestsPerSecond }) => requestsPerSecond));
        rates.set(`${workers} ${operation.name}`, rate);
        rows.push([
          workers,
          operation.name,
          round(rate),
          round(median(measurements.map(({ p99 }) => p99))),
          round(median(measurements.map(({ cpuMilliseconds }) => cpuMilliseconds))),
          round(Math.max(...measurements.map(({ megabytes }) => megabytes))),
          times(rate / (rates.get(`1 ${operation.name}`) ?? NaN)),
        ]);
      }
      await running.process.stop();
    }
  } finally {
    await bench.close();
  }
  return [
    {
      title,
      notes: ['The gateway is pinned to no core here; load and subgraphs stay on one of the two.'],
      columns: ['workers', 'operation', 'req/s', 'p99 ms', 'CPU ms/req', 'memory MB', 'of 1 worker'],
      rows,
    },
  ];
}
