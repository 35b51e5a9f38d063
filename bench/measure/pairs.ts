import path from 'node:path';
import { contenders, oursArgs, type Contender } from '../contenders.ts';
import {
  checkAnswers,
  createBench,
  median,
  type Bench,
  type BenchOptions,
  type Measurement,
  type Running,
} from '../bench.ts';
import { bodyOf, operations, type Operation } from '../operations.ts';
import { round, type Table } from '../report.ts';

/** One of two that are compared. */
export interface Side {
  readonly name: string;
  readonly contender: Contender;
  /** Set besides the contender's own. */
  readonly env: Readonly<Record<string, string>>;
  /** What it is sent. */
  readonly authorization?: string;
}

/** Both sides' measurements of an operation, of each pair of processes. */
export type Taken = ReadonlyMap<Operation['name'], readonly (readonly [Measurement, Measurement])[]>;

/**
 * Two processes under the same load at the same time, on the same core: they differ less by what the machine does
 * meanwhile than one differs from itself a second later. Each pair is of new processes: two that do the same are not
 * equally fast, either.
 * @param told of answers that were wrong
 */
export async function comparePairs(
  bench: Bench,
  sides: readonly [Side, Side],
  pairs: number,
  told: (note: string) => void,
): Promise<Taken> {
  const taken = new Map(operations.map(({ name }) => [name, [] as [Measurement, Measurement][]]));
  for (let pair = 0; pair < pairs; pair += 1) {
    const [first, second] = sides;
    const running = [await started(bench, first), await started(bench, second)] as const;
    let warmUp = bench.options.settling;
    const measure = async (at: 0 | 1, body: string): Promise<Measurement> => {
      const { name, authorization } = sides[at];
      const measurement = await bench.measure(running[at], { body, authorization, warmUp });
      if (measurement.wrong > 0)
        told(`With ${name}, ${measurement.wrong} wrong: ${measurement.firstWrong ?? ''}`);
      return measurement;
    };
    try {
      for (const operation of operations) {
        const body = bodyOf(operation);
        taken.get(operation.name)?.push(await Promise.all([measure(0, body), measure(1, body)]));
        warmUp = bench.options.warmUp;
      }
    } finally {
      for (const { process } of running) await process.stop();
    }
    process.stderr.write(`  ${pair + 1}/${pairs} ${sides.map(({ name }) => name).join(' beside ')}\n`);
  }
  return taken;
}

async function started(bench: Bench, { contender, env }: Side): Promise<Running> {
  const running = await bench.startContender(contender, { env });
  await checkAnswers(bench, running);
  return running;
}

/** How much more CPU time the second side takes than the first, in percent, and the standard error of that. */
export function moreCpu(pairs: readonly (readonly [Measurement, Measurement])[]): {
  readonly percent: number;
  readonly error: number;
} {
  const logarithms = pairs.map(([one, other]) => Math.log(other.cpuMilliseconds / one.cpuMilliseconds));
  const mean = logarithms.reduce((sum, one) => sum + one, 0) / logarithms.length;
  const squares = logarithms.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const error = Math.sqrt(squares / (logarithms.length - 1) / logarithms.length);
  return { percent: (Math.exp(mean) - 1) * 100, error: error * 100 };
}

/** CPU time of one side, in microseconds. */
export const microseconds = (pairs: readonly (readonly [Measurement, Measurement])[], at: 0 | 1): number =>
  median(pairs.map((pair) => pair[at].cpuMilliseconds * 1000));

/**
 * @param text a contender's key, with what is added to its environment, or another folder with a built gateway:
 *   `ours+ADMIN_PORT=0`, `ours@.data/bench/other`
 * @throws if there is no such contender
 */
function parseSide(text: string, root: string): Side {
  const [whole = '', ...settings] = text.split('+');
  const [key = '', folder] = whole.split('@');
  const contender = contenders.find((one) => one.key === key);
  if (!contender) throw new Error(`There is no contender "${key}".`);
  const env = Object.fromEntries(
    settings.map((setting) => {
      const [name = '', ...value] = setting.split('=');
      return [name, value.join('=')];
    }),
  );
  if (folder === undefined) return { name: text, contender, env };
  const args: Contender['args'] = (setting) => oursArgs(setting, path.resolve(root, folder));
  return { name: text, contender: { ...contender, args }, env };
}

/** Two of any kind, side by side. */
export async function measurePairs(options: BenchOptions, sides: string): Promise<Table[]> {
  const parsed = sides.split(',').map((text) => parseSide(text, options.root));
  const [first, second] = parsed;
  if (!first || !second || parsed.length > 2) throw new Error('Name two sides, with a comma between them.');
  const bench = await createBench(options);
  const notes: string[] = [];
  try {
    const taken = await comparePairs(bench, [first, second], options.rounds, (note) => notes.push(note));
    return [
      {
        title: `${first.name} and ${second.name}`,
        notes: [
          `CPU time of a request in microseconds, of two processes under load at the same time on one core; ${options.rounds} pairs.`,
          ...notes,
        ],
        columns: ['operation', first.name, second.name, 'more', 'error'],
        rows: [...taken].map(([name, pairs]) => {
          const { percent, error } = moreCpu(pairs);
          return [
            name,
            round(microseconds(pairs, 0)),
            round(microseconds(pairs, 1)),
            `${percent.toFixed(1)}%`,
            error.toFixed(1),
          ];
        }),
      },
    ];
  } finally {
    await bench.close();
  }
}
