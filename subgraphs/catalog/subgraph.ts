import { invalidateCaches } from '../../platform/cache-invalidations.ts';
import { createDatabase } from '../../platform/database.ts';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import { createOutbox } from '../../platform/outbox.ts';
import type { Service } from '../../platform/run-service.ts';
import { createSubgraphServer } from '../../platform/subgraph-server.ts';
import { createContext, type Context } from './context.ts';
import type { CatalogEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import type { Parts } from './parts.ts';
import { noteAsset } from './playable.ts';
import { resolvers } from './resolvers/index.ts';
import { createPostgresSearch } from './search/postgres-search.ts';
import { LISTS, tellGateways } from './tell-gateways.ts';

/** The catalog service: titles, people, genres, and the search for them. */
export async function createCatalogSubgraph({
  env,
  infrastructure,
  logger,
}: {
  env: CatalogEnv;
  infrastructure: Infrastructure;
  logger: Logger;
}): Promise<Service> {
  const database = createDatabase(env.DATABASE_URL, PrismaClient, { logger });
  const { prisma, pool } = database;
  const parts: Parts = { prisma, pool, search: createPostgresSearch(pool) };
  const outbox = createOutbox({ pool, source: 'catalog', events: infrastructure.events, logger });
  const stopConsuming = await infrastructure.events.consume('catalog', ['asset.changed'], async (event) => {
    await noteAsset(prisma, event);
    // lists of what can be played
    await invalidateCaches(infrastructure.pubsub, [LISTS], event.id);
  });
  const stopTelling = await tellGateways(infrastructure);
  const server = await createSubgraphServer<Context>({
    host: env.HOST,
    port: env.PORT,
    logger,
    schema: new URL('schema.graphql', import.meta.url),
    resolvers,
    secret: env.GATEWAY_SECRET,
    context: (viewer) => createContext(parts, viewer),
    ready: database.ready,
  });

  return {
    name: 'catalog',
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
      await stopTelling();
      await database.close();
    },
  };
}
