import type { Logger } from '../../platform/logger.ts';
import type { SubgraphClients } from '../execution/subgraph-client.ts';
import { MarqueeGateway, type Supergraph } from './apollo-gateway.ts';
import { createSupergraphSource } from './source.ts';

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
 * @param file path of SDL (`.graphql`) or of rover's configuration (`.yaml`)
 * @param variables what `${env.NAME}` in the configuration may name
 * @throws {SupergraphError} or Apollo's error, if the first one is not good: there is nothing to serve then
 */
export async function createLiveSupergraph(
  file: string,
  variables: Record<string, string | undefined>,
  clients: SubgraphClients,
  logger: Logger,
): Promise<LiveSupergraph> {
  const source = createSupergraphSource(file, variables);
  const gateway = new MarqueeGateway((await source.load()).sdl, clients, logger);
  await gateway.load();
  let problem: string | undefined;

  const read = async (): Promise<void> => {
    try {
      const { sdl } = await source.load();
      const before = gateway.current.id;
      gateway.swap(sdl);
      problem = undefined;
      if (gateway.current.id !== before)
        logger.info({ supergraph: gateway.current.id }, 'a new supergraph serves');
    } catch (error) {
      problem = (error as Error).message;
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
