import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.ts';
import type { SubgraphClients } from '../execution/subgraph/client.ts';
import { buildSupergraph, type Supergraph } from './build.ts';
import { unusedTags, type Contract } from './contract.ts';
import type { SupergraphSource } from './source.ts';

/** What is to be done when another supergraph is to serve. */
export interface SwapHooks {
  /** Makes ready what is most used; the old one serves until it is done. Must not reject. */
  before(next: Supergraph): Promise<void>;
  /** The new one serves. */
  after(next: Supergraph): void;
}

export interface LiveSupergraph {
  /** The newest good one. */
  readonly current: Supergraph;
  /** A contract's view of it. @throws for a name that is none's */
  variant(name: string): Supergraph;
  /** Why the newest version of the files is not what serves; undefined when it is. */
  readonly problem: string | undefined;
  /** Has work done around swaps, in the place of what was said before. */
  onSwap(hooks: SwapHooks): void;
  /** Reads the source again, now. Never rejects: a bad version leaves the last good one serving. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface LiveSupergraphOptions {
  readonly source: SupergraphSource;
  readonly clients: SubgraphClients;
  readonly logger: Logger;
  /** Subsets of the schema that are served besides the whole. */
  readonly contracts?: readonly Contract[];
  /** How long one operation may be planned. */
  readonly planMilliseconds?: number;
  /** Milliseconds to wait for a remote source that is away at the start; 0 if not given. */
  readonly patience?: number;
  /** File with the last good supergraph of a remote source, which serves where the source is away at the start. */
  readonly copy?: string | undefined;
}

/**
 * Loads the supergraph and keeps it up to date with its source. A remote source that is away at the start is waited
 * for, unless there is a copy of what it had last.
 * @throws {SupergraphError} or Apollo's error, if the first one is not good: there is nothing to serve then
 */
export async function createLiveSupergraph(options: LiveSupergraphOptions): Promise<LiveSupergraph> {
  const { source, clients, logger, contracts = [], planMilliseconds } = options;
  const copy = source.remote ? options.copy : undefined;
  let hooks: SwapHooks | undefined;
  const first = await firstReading(options, copy);
  let { problem } = first;
  /** What was not good last: a source that is polled brings it again and again, and building takes a second. */
  let refused: { readonly sdl: string; readonly error: unknown } | undefined;
  const build = (sdl: string): Supergraph => {
    if (sdl === refused?.sdl) throw refused.error;
    try {
      const built = buildSupergraph(sdl, clients, contracts, planMilliseconds);
      refused = undefined;
      for (const unused of unusedTags(contracts, built.annotations.tags))
        logger.warn(unused, 'a variant filters by a tag that nothing in the supergraph has');
      return built;
    } catch (error) {
      refused = { sdl, error };
      throw error;
    }
  };
  const firstGood = async (): Promise<Supergraph> => {
    try {
      return build(first.sdl);
    } catch (error) {
      // as for those that run: a bad version leaves the last good one serving
      const last = copy === undefined || problem !== undefined ? undefined : await readCopy(copy);
      if (last === undefined) throw error;
      const good = buildSupergraph(last, clients, contracts, planMilliseconds);
      problem = (error as Error).message;
      logger.error({ problem, copy }, 'the supergraph is not good; its copy serves');
      return good;
    }
  };
  let current = await firstGood();
  if (copy !== undefined && problem === undefined) await keepCopy(copy, first.sdl, logger);

  const read = async (): Promise<void> => {
    try {
      const { sdl } = await source.load();
      const next = sdl === current.sdl ? current : build(sdl);
      problem = undefined;
      if (next === current) return;
      await hooks?.before(next);
      current = next;
      hooks?.after(next);
      logger.info({ supergraph: next.id }, 'a new supergraph serves');
      if (copy !== undefined) await keepCopy(copy, sdl, logger);
    } catch (error) {
      // a reading that the stop has broken off
      if (closed) return;
      const before = problem;
      problem = (error as Error).message;
      // a source that is polled brings the same bad version again and again
      if (problem !== before)
        logger.error({ problem }, 'the new supergraph is not good; the last good one keeps serving');
    }
  };
  // one after the other: an older reading must not come last
  let reading = Promise.resolve();
  /** One that has not begun yet: it is for all who ask meanwhile, or a slow source would have them pile up. */
  let next: Promise<void> | undefined;
  let closed = false;
  const reload = (): Promise<void> =>
    (next ??= reading =
      reading.then(() => {
        next = undefined;
        return closed ? undefined : read();
      }));
  const stopWatching = source.watch(
    () => void reload(),
    (error) =>
      logger.warn({ cause: String(error) }, 'the supergraph is not watched; a change needs a restart'),
  );

  return {
    get current() {
      return current;
    },
    variant(name) {
      const variant = current.variants.get(name);
      if (!variant) throw new Error(`There is no contract "${name}".`);
      return variant;
    },
    get problem() {
      return problem;
    },
    onSwap(wanted) {
      hooks = wanted;
    },
    reload,
    async close() {
      closed = true;
      stopWatching();
      await reading;
    },
  };
}

/** Between two attempts to reach a source at the start; doubled each time. Milliseconds. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/**
 * What the source has; if it is remote and away, what the copy has, or what the source has once it is back.
 * @returns `problem` if it is the copy
 * @throws {SupergraphError} if the source cannot be read in time
 */
async function firstReading(
  { source, logger, patience = 0 }: LiveSupergraphOptions,
  copy: string | undefined,
): Promise<{ sdl: string; problem?: string }> {
  const end = performance.now() + (source.remote ? patience : 0);
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return { sdl: (await source.load()).sdl };
    } catch (error) {
      const { message: problem } = error as Error;
      const sdl = copy === undefined ? undefined : await readCopy(copy);
      if (sdl !== undefined) {
        logger.error({ problem, copy }, 'the supergraph cannot be read; its copy serves');
        return { sdl, problem };
      }
      const left = Math.round(end - performance.now());
      if (left <= 0) throw error;
      logger.warn({ problem, left }, 'the supergraph cannot be read yet; it is tried again');
      await setTimeout(Math.min(pause, left));
    }
  }
}

/** @returns undefined if there is none yet */
async function readCopy(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A copy that cannot be written is told of, and keeps nobody from being served. */
async function keepCopy(file: string, sdl: string, logger: Logger): Promise<void> {
  // workers write it at the same time, and a reader must never see half of it
  const whole = `${file}.${process.pid}`;
  try {
    await writeFile(whole, sdl);
    await rename(whole, file);
  } catch (error) {
    logger.warn({ file, cause: String(error) }, 'the copy of the supergraph cannot be written');
  }
}
