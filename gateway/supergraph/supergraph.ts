import type { Logger } from '../../platform/logger.ts';
import type { SubgraphClients } from '../execution/subgraph-client.ts';
import { MarqueeGateway, type Supergraph } from './apollo-gateway.ts';
import type { SupergraphSource } from './source.ts';

export interface LiveSupergraph {
  /** The newest good one. */
  readonly current: Supergraph;
  /** Why the newest version of the files is not what serves; undefined when it is. */
  readonly problem: string | undefined;
  /** Reads the files again, now. Never rejects: a bad version leaves the last good one serving. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Loads the supergraph and keeps it up to date with its files.
 * @param beforeSwap awaited before a new one serves, to make ready what is most used; the old one serves meanwhile
 * @throws {SupergraphError} or Apollo's error, if the first one is not good: there is nothing to serve then
 */
export async function createLiveSupergraph(
  source: SupergraphSource,
  clients: SubgraphClients,
  logger: Logger,
  beforeSwap: (next: Supergraph) => Promise<void> = async () => undefined,
): Promise<LiveSupergraph> {
  const gateway = new MarqueeGateway((await source.load()).sdl, clients, logger);
  await gateway.load();
  let problem: string | undefined;

  const read = async (): Promise<void> => {
    try {
      const { sdl } = await source.load();
      const next = gateway.stage(sdl);
      problem = undefined;
      if (next === gateway.current) return;
      await beforeSwap(next);
      gateway.activate(next);
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
      return gateway.current;
    },
    get problem() {
      return problem;
    },
    reload,
    async close() {
      stopWatching();
      await reading;
      await gateway.stop();
    },
  };
}
