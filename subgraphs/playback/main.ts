import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { runService } from '../../platform/run-service.ts';
import { readPlaybackEnv } from './env.ts';
import { createPlaybackSubgraph } from './subgraph.ts';

await runService(async () => {
  const env = readPlaybackEnv();
  const logger = createLogger('playback', env.LOG_LEVEL);
  const infrastructure = await createInfrastructure({ redisUrl: env.REDIS_URL, logger });
  return { service: await createPlaybackSubgraph({ env, infrastructure, logger }), infrastructure, logger };
});
