import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bodyOf, operations } from '../operations.ts';
import { contenders, oursArgs } from '../contenders.ts';
import { createBench, type BenchOptions } from '../bench.ts';
import type { Table } from '../report.ts';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 45;

/** Where our gateway spends its time: V8's profile under each operation's load, idle time left out. */
export async function measureProfile(options: BenchOptions): Promise<Table[]> {
  const ours = contenders.find(({ key }) => key === 'ours');
  if (!ours) throw new Error('There is no such contender.');
  const bench = await createBench(options);
  const tables: Table[] = [];
  try {
    for (const operation of operations) {
      const folder = path.join(options.root, 'bench/results/profiles', operation.name);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const running = await bench.startContender({
        ...ours,
        args: (setting) => [
          '--cpu-prof',
          `--cpu-prof-dir=${folder}`,
          '--cpu-prof-interval=200',
          ...oursArgs(setting),
        ],
      });
      const { requests, cpuMilliseconds } = await bench.measure(running, { body: bodyOf(operation) });
      await running.process.stop();
      const [file] = readdirSync(folder);
      if (file === undefined) throw new Error('There is no profile.');
      const shares = selfTimes(
        JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Profile,
        options.root,
      );
      tables.push({
        title: `where ${operation.name} spends its time`,
        notes: [`${requests} requests, ${cpuMilliseconds.toFixed(3)} ms of CPU each, profiler included.`],
        columns: ['function', 'self'],
        rows: [...shares].slice(0, SHOWN).map(([name, share]) => [name, `${(share * 100).toFixed(1)}%`]),
      });
    }
  } finally {
    await bench.close();
  }
  return tables;
}

/** Shares of the busy time by function, the largest first. */
function selfTimes({ nodes, samples, timeDeltas }: Profile, root: string): Map<string, number> {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url.replace(`file://${root}/`, '').replace(/^.*node_modules\//, '')}:${lineNumber + 1}`,
    ]),
  );
  const times = new Map<string, number>();
  let busy = 0;
  // start-up is not of interest: the first third is warm-up and loading
  for (let index = Math.floor(samples.length / 3); index < samples.length; index += 1) {
    const name = names.get(samples[index] ?? -1) ?? '';
    const time = timeDeltas[index] ?? 0;
    if (name.startsWith('(idle)')) continue;
    busy += time;
    times.set(name, (times.get(name) ?? 0) + time);
  }
  return new Map([...times].sort(([, a], [, b]) => b - a).map(([name, time]) => [name, time / busy]));
}
