import { createDatabase } from '../../platform/database.ts';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import { createOutbox } from '../../platform/outbox.ts';
import type { Service } from '../../platform/run-service.ts';
import { createSubgraphServer } from '../../platform/subgraph-server.ts';
import { createContentRecommender } from './content-recommender.ts';
import type { Context } from './context.ts';
import type { RecommendationEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createProfileLoader } from './profiles.ts';
import { consumeReadModels } from './read-models.ts';
import { resolvers } from './resolvers/index.ts';

/** The recommendation service: shelves, thumbs, lists and similar titles, from what others tell in events. */
export async function createRecommendationSubgraph({
  env,
  infrastructure,
  logger,
}: {
  env: RecommendationEnv;
  infrastructure: Infrastructure;
  logger: Logger;
}): Promise<Service> {
  const database = createDatabase(env.DATABASE_URL, PrismaClient, { logger });
  const { prisma } = database;
  const { pubsub } = infrastructure;
  const recommender = createContentRecommender({ prisma, cache: infrastructure.cache });
  const outbox = createOutbox({
    pool: database.pool,
    source: 'recommendation',
    events: infrastructure.events,
    logger,
  });
  const server = await createSubgraphServer<Context>({
    host: env.HOST,
    port: env.PORT,
    logger,
    schema: new URL('schema.graphql', import.meta.url),
    resolvers,
    secret: env.GATEWAY_SECRET,
    context: (viewer) => ({
      viewer,
      prisma,
      recommender,
      profiles: createProfileLoader(prisma, pubsub, viewer),
    }),
    ready: database.ready,
  });
  const stopConsuming = await consumeReadModels(infrastructure.events, pubsub, prisma);

  return {
    name: 'recommendation',
    get url() {
      return server.url;
    },
    async listen() {
      await server.listen();
      outbox.start();
    },
    ready: database.ready,
    async close() {
      await server.close();
      await stopConsuming();
      await outbox.close();
      await database.close();
    },
  };
}
