import path from 'node:path';
import { subgraphNames } from '../../local/addresses.ts';
import { loadSecrets } from '../../local/secrets.ts';
import { readGatewayEnv } from '../../gateway/env.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { createInfrastructure, type Infrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import type { TestPlatform } from './platform.ts';

export interface WideGateway {
  readonly gateway: Gateway;
  /** Everything that it logged so far. */
  readonly log: () => string;
  close(): Promise<void>;
}

/**
 * A second gateway before the subgraphs of a platform, for tests that ask thousands of times: it counts no requests,
 * lets twenty fields be asked for at once, and believes the address that a proxy names.
 */
export async function startWideGateway({ addresses, dataDir }: TestPlatform): Promise<WideGateway> {
  let log = '';
  const logger = createLogger('gateway', 'info', {
    write(line) {
      log += line;
    },
  });
  const infrastructure: Infrastructure = await createInfrastructure({ logger });
  const gateway = await createGateway({
    env: readGatewayEnv({
      PORT: '0',
      SUPERGRAPH: path.join(import.meta.dirname, '../../supergraph.yaml'),
      GATEWAY_SECRET: loadSecrets(dataDir).gateway,
      ...Object.fromEntries(
        subgraphNames.map((name) => [`SUBGRAPH_URL_${name.toUpperCase()}`, `${addresses.url(name)}/graphql`]),
      ),
      SUBGRAPH_TIMEOUT_MS: '60000',
      JWKS_URL: `${addresses.url('user')}/.well-known/jwks.json`,
      TOKEN_ISSUER: addresses.url('gateway'),
      RATE_LIMIT_PER_ADDRESS: '1000000',
      RATE_LIMIT_PER_VIEWER: '1000000',
      MAX_ALIASES: '20',
      MAX_TOKENS: '20000',
      TRUST_PROXY: '1',
    }),
    infrastructure,
    logger,
  });
  await gateway.listen();
  return {
    gateway,
    log: () => log,
    async close() {
      await gateway.close();
      await infrastructure.close();
    },
  };
}
