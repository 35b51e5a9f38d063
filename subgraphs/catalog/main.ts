import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { runService } from '../../platform/run-service.ts';
import { readCatalogEnv } from './env.ts';
import { createCatalogSubgraph } from './subgraph.ts';

await runService(async () => {
  const env = readCatalogEnv();
  const logger = createLogger('catalog', env.LOG_LEVEL);
  const infrastructure = await createInfrastructure({ redisUrl: env.REDIS_URL, logger });
  return { service: await createCatalogSubgraph({ env, infrastructure, logger }), infrastructure, logger };
});
