import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { runService } from '../../platform/run-service.ts';
import { readRecommendationEnv } from './env.ts';
import { createRecommendationSubgraph } from './subgraph.ts';

await runService(async () => {
  const env = readRecommendationEnv();
  const logger = createLogger('recommendation', env.LOG_LEVEL);
  const infrastructure = await createInfrastructure({ redisUrl: env.REDIS_URL, logger });
  return {
    service: await createRecommendationSubgraph({ env, infrastructure, logger }),
    infrastructure,
    logger,
  };
});
