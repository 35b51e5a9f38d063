import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Supergraph } from '@apollo/federation-internals';
import { execute, parse } from 'graphql';
import { contenders, type Contender } from './contenders.ts';
import { benchFolder } from './folders.ts';
import type { LoadMessage, LoadOrder, LoadResult } from './load/load.ts';
import { bodyOf, operations, type Operation } from './operations.ts';
import { cpuSeconds, residentMegabytes, start, untilAnswers, type Core, type Started } from './processes.ts';
import { createData } from './subgraphs/data.ts';
import { composeSupergraph } from './supergraph.ts';

export interface BenchOptions {
  readonly root: string;
  /** First of the ports that are used, one after the other. */
  readonly firstPort: number;
  readonly rounds: number;
  /** Seconds of one measurement, and of the warm-up before it. */
  readonly seconds: number;
  readonly warmUp: number;
  /** Seconds under load before the first measurement of a pair: code that runs rarely takes long to become fast. */
  readonly settling: number;
  readonly connections: number;
  /** Keys of the contenders to measure. */
  readonly keys: readonly string[];
}

/** A contender that runs. */
export interface Running {
  readonly contender: Contender;
  readonly process: Started;
  readonly url: string;
}

/** Where a measurement takes place: subgraphs that answer, a supergraph over them, a load process. */
export interface Bench {
  readonly options: BenchOptions;
  readonly supergraph: string;
  readonly subgraphs: Started;
  readonly subgraphsUrl: string;
  /** The right answers, found without any gateway. */
  readonly reference: ReadonlyMap<Operation['name'], unknown>;
  startContender(contender: Contender, options?: Partial<StartContenderOptions>): Promise<Running>;
  /** May be called again before it is done: both gateways are then under load at the same time. */
  measure(
    running: Running,
    order: Omit<LoadOrder, 'url' | 'connections' | 'warmUp' | 'seconds'> & { readonly warmUp?: number },
  ): Promise<Measurement>;
  counts(): Promise<Counts>;
  close(): Promise<void>;
}

export interface StartContenderOptions {
  readonly merging: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly core: Core;
}

export interface Counts {
  readonly calls: number;
  readonly misses: number;
  readonly streams: number;
}

export interface Measurement extends LoadResult {
  readonly requestsPerSecond: number;
  readonly cpuMilliseconds: number;
  readonly subgraphCalls: number;
  /** Subgraph requests that were not answered from memory. */
  readonly misses: number;
  readonly megabytes: number;
  /** How busy load and subgraphs kept their own core, 1 being all of it: close to 1 they are the bottleneck. */
  readonly otherCore: number;
}

let nextPort: number | undefined;
/** The next port that nothing of this run has. */
export const takePort = ({ firstPort }: BenchOptions): number => {
  nextPort ??= firstPort;
  nextPort += 1;
  return nextPort - 1;
};

export async function createBench(options: BenchOptions): Promise<Bench> {
  const { root } = options;
  const built = benchFolder(root);
  const subgraphPort = takePort(options);
  const subgraphsUrl = `http://127.0.0.1:${subgraphPort}`;
  const sdl = composeSupergraph(subgraphsUrl);
  const supergraph = path.join(root, '.data', 'bench', `supergraph-${subgraphPort}.graphql`);
  mkdirSync(path.dirname(supergraph), { recursive: true });
  writeFileSync(supergraph, sdl);
  const subgraphs = start({
    name: 'the subgraphs',
    args: [path.join(built, 'subgraphs/main.js'), String(subgraphPort)],
    core: 'other',
  });
  await untilAnswers(subgraphs, `${subgraphsUrl}/products`, '{"query":"{topProducts{upc}}"}');
  const startLoad = (): Started =>
    start({ name: 'the load', args: [path.join(built, 'load/main.js')], core: 'other', ipc: true });
  const loads: Started[] = [startLoad()];
  /** Of measurements at the same time, each has its own. */
  const idle = [...loads];
  const takeLoad = (): Started => {
    const load = idle.pop() ?? startLoad();
    if (!loads.includes(load)) loads.push(load);
    return load;
  };

  const counts = async (): Promise<Counts> =>
    (await (await fetch(`${subgraphsUrl}/counts`)).json()) as Counts;

  return {
    options,
    supergraph,
    subgraphs,
    subgraphsUrl,
    reference: referenceAnswers(sdl),
    counts,
    async startContender(contender, { merging = false, env = {}, args = [], core = 'gateway' } = {}) {
      const port = takePort(options);
      const setting = { root, port, supergraph, subgraphs: subgraphsUrl, merging };
      const process = start({
        name: contender.name,
        args: [...contender.args(setting), ...args],
        env: { ...contender.env(setting), ...env },
        core,
      });
      const url = `http://127.0.0.1:${port}${contender.path}`;
      await untilAnswers(process, url, bodyOf(operationNamed('small')));
      return { contender, process, url };
    },
    measure({ process, url }, order) {
      const { warmUp, seconds, connections } = options;
      const load = takeLoad();
      const snapshot = async () => ({
        cpu: cpuSeconds(process.pid),
        other: cpuSeconds(subgraphs.pid) + cpuSeconds(load.pid),
        ...(await counts()),
      });
      return new Promise((resolve, reject) => {
        let before: ReturnType<typeof snapshot> | undefined;
        let measurement: Promise<Measurement> | undefined;
        const over = (): void => {
          load.child.off('message', listen);
          load.child.off('exit', died);
        };
        const died = (): void => {
          over();
          reject(new Error(`The load process died: ${load.output()}`));
        };
        const listen = (message: LoadMessage): void => {
          if (message.type === 'measuring') before = snapshot();
          else if (message.type === 'measured')
            measurement = Promise.all([before, snapshot()]).then(([first, last]) => {
              if (!first) throw new Error('The load measured without a beginning.');
              const { result } = message;
              return {
                ...result,
                requestsPerSecond: result.requests / result.seconds,
                cpuMilliseconds: ((last.cpu - first.cpu) * 1000) / result.requests,
                subgraphCalls: (last.calls - first.calls) / result.requests,
                misses: last.misses - first.misses,
                megabytes: residentMegabytes(process.pid),
                otherCore: (last.other - first.other) / result.seconds,
              };
            });
          else {
            over();
            idle.push(load);
            measurement?.then(resolve, reject);
          }
        };
        load.child.on('message', listen);
        load.child.once('exit', died);
        load.child.send({ url, warmUp, seconds, connections, ...order } satisfies LoadOrder);
      });
    },
    async close() {
      for (const load of loads) await load.stop();
      await subgraphs.stop();
    },
  };
}

export const contendersOf = ({ keys }: BenchOptions): Contender[] =>
  contenders.filter(({ key }) => keys.includes(key));

export function operationNamed(name: Operation['name']): Operation {
  const found = operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`There is no operation "${name}".`);
  return found;
}

/** Runs the operations on the data itself: one schema, no subgraphs, no plan. */
function referenceAnswers(sdl: string): Map<Operation['name'], unknown> {
  const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  const { users, products } = createData();
  const rootValue = {
    users,
    topProducts: ({ first }: { first: number }) => products.slice(0, first),
  };
  return new Map(
    operations.map(({ name, query }) => {
      const result: unknown = execute({ schema, document: parse(query), rootValue });
      return [name, JSON.parse(JSON.stringify(result))];
    }),
  );
}

/**
 * How many times as many requests a second, the median of each round's own: what the machine does meanwhile differs less
 * within a round than between them.
 */
export const ratioOf = (measurements: readonly Measurement[], bases: readonly Measurement[]): number =>
  median(
    measurements.map(
      ({ requestsPerSecond }, turn) => requestsPerSecond / (bases[turn]?.requestsPerSecond ?? NaN),
    ),
  );

/**
 * Asks a contender each operation and compares what it answers, as JSON, with the reference.
 * @returns the bytes of each answer: under load, answers of another length are counted as wrong
 * @throws if an answer is another
 */
export async function checkAnswers(
  bench: Bench,
  { contender, url }: Running,
): Promise<Map<Operation['name'], number>> {
  const bytes = new Map<Operation['name'], number>();
  for (const operation of operations) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: bodyOf(operation),
    });
    const text = await response.text();
    const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
    const right = (bench.reference.get(operation.name) as { data: unknown }).data;
    if (errors !== undefined || !isDeepStrictEqual(data, right))
      throw new Error(`${contender.name} answers "${operation.name}" wrongly: ${text.slice(0, 600)}`);
    bytes.set(operation.name, Buffer.byteLength(text));
  }
  return bytes;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};
