import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { runService } from '../../platform/run-service.ts';
import { readBillingEnv } from './env.ts';
import { createBillingSubgraph } from './subgraph.ts';

await runService(async () => {
  const env = readBillingEnv();
  const logger = createLogger('billing', env.LOG_LEVEL);
  const infrastructure = await createInfrastructure({ redisUrl: env.REDIS_URL, logger });
  return { service: await createBillingSubgraph({ env, infrastructure, logger }), infrastructure, logger };
});
