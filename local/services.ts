import { createGateway } from '../gateway/gateway.ts';
import { readGatewayEnv } from '../gateway/env.ts';
import { createInfrastructure, type Infrastructure } from '../platform/infrastructure.ts';
import type { Logger } from '../platform/logger.ts';
import { readBillingEnv } from '../subgraphs/billing/env.ts';
import { createBillingSubgraph } from '../subgraphs/billing/subgraph.ts';
import { readCatalogEnv } from '../subgraphs/catalog/env.ts';
import { createCatalogSubgraph } from '../subgraphs/catalog/subgraph.ts';
import { readPlaybackEnv } from '../subgraphs/playback/env.ts';
import { createPlaybackSubgraph } from '../subgraphs/playback/subgraph.ts';
import { readRecommendationEnv } from '../subgraphs/recommendation/env.ts';
import { createRecommendationSubgraph } from '../subgraphs/recommendation/subgraph.ts';
import { readUserEnv } from '../subgraphs/user/env.ts';
import { createUserSubgraph } from '../subgraphs/user/subgraph.ts';
import { subgraphNames, type Addresses, type SubgraphName } from './addresses.ts';
import type { ServiceEnvironments } from './service-env.ts';
import { createServiceProcess } from './service-process.ts';
import type { Part } from './stand-ins.ts';

/** The services of a platform: they may not listen before all of them are made, so that no event is missed. */
export interface Services {
  readonly subgraphs: Record<SubgraphName, Part>;
  readonly gateway: Part;
  /** Closes what they share; after the last of them. */
  close(): Promise<void>;
}

/** All services in this process, with what they share in memory. */
export async function createServicesInProcess(
  { subgraphs: env, gateway }: ServiceEnvironments,
  loggerOf: (service: string) => Logger,
): Promise<Services> {
  const infrastructure = await createInfrastructure({ logger: loggerOf('infrastructure') });
  const parts = (service: SubgraphName): { infrastructure: Infrastructure; logger: Logger } => ({
    infrastructure,
    logger: loggerOf(service),
  });
  const [user, billing, catalog, playback, recommendation] = await Promise.all([
    createUserSubgraph({ env: readUserEnv(env.user), ...parts('user') }),
    createBillingSubgraph({ env: readBillingEnv(env.billing), ...parts('billing') }),
    createCatalogSubgraph({ env: readCatalogEnv(env.catalog), ...parts('catalog') }),
    createPlaybackSubgraph({ env: readPlaybackEnv(env.playback), ...parts('playback') }),
    createRecommendationSubgraph({
      env: readRecommendationEnv(env.recommendation),
      ...parts('recommendation'),
    }),
  ]);
  return {
    subgraphs: { user, billing, catalog, playback, recommendation },
    gateway: await createGateway({
      env: readGatewayEnv(gateway),
      infrastructure,
      logger: loggerOf('gateway'),
    }),
    close: () => infrastructure.close(),
  };
}

/**
 * Each service as a process of its own, with Redis between them.
 * @param onExit is told when one ends by itself
 */
export function createServiceProcesses(
  { subgraphs, gateway }: ServiceEnvironments,
  addresses: Addresses,
  inherited: Readonly<Record<string, string>>,
  log: { write(lines: Buffer | string): void },
  onExit: (reason: string) => void,
): Services {
  const processOf = (name: 'gateway' | SubgraphName, main: string, env: Record<string, string>): Part =>
    createServiceProcess({
      name,
      main,
      env: { ...inherited, ...env },
      url: addresses.url(name),
      log,
      onExit,
    });
  const parts = subgraphNames.map((name) => [
    name,
    processOf(name, `subgraphs/${name}/main.ts`, subgraphs[name]),
  ]);
  return {
    subgraphs: Object.fromEntries(parts) as Record<SubgraphName, Part>,
    gateway: processOf('gateway', 'gateway/main.ts', gateway),
    close: async () => {},
  };
}
