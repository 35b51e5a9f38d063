import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { runService } from '../../platform/run-service.ts';
import { readUserEnv } from './env.ts';
import { createUserSubgraph } from './subgraph.ts';

await runService(async () => {
  const env = readUserEnv();
  const logger = createLogger('user', env.LOG_LEVEL);
  const infrastructure = await createInfrastructure({ redisUrl: env.REDIS_URL, logger });
  return { service: await createUserSubgraph({ env, infrastructure, logger }), infrastructure, logger };
});
