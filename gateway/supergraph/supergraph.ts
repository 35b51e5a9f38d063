import type { Logger } from '../../platform/logger.ts';
import type { SubgraphClients } from '../execution/subgraph-client.ts';
import { buildSupergraph, type Supergraph } from './build.ts';
import type { Contract } from './contract.ts';
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
}

/**
 * Loads the supergraph and keeps it up to date with its source.
 * @throws {SupergraphError} or Apollo's error, if the first one is not good: there is nothing to serve then
 */
export async function createLiveSupergraph(options: LiveSupergraphOptions): Promise<LiveSupergraph> {
  const { source, clients, logger, contracts } = options;
  let hooks: SwapHooks | undefined;
  let current = buildSupergraph((await source.load()).sdl, clients, contracts);
  let problem: string | undefined;

  const read = async (): Promise<void> => {
    try {
      const { sdl } = await source.load();
      const next = sdl === current.sdl ? current : buildSupergraph(sdl, clients, contracts);
      problem = undefined;
      if (next === current) return;
      await hooks?.before(next);
      current = next;
      hooks?.after(next);
      logger.info({ supergraph: next.id }, 'a new supergraph serves');
    } catch (error) {
      const before = problem;
      problem = (error as Error).message;
      // a source that is polled brings the same bad version again and again
      if (problem !== before)
        logger.error({ problem }, 'the new supergraph is not good; the last good one keeps serving');
    }
  };
  // one after the other: an older reading must not come last
  let reading = Promise.resolve();
  const reload = (): Promise<void> => (reading = reading.then(read));
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
      stopWatching();
      await reading;
    },
  };
}
