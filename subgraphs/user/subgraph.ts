import { createDatabase } from '../../platform/database.ts';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import type { Logger } from '../../platform/logger.ts';
import { createOutbox } from '../../platform/outbox.ts';
import type { Service } from '../../platform/run-service.ts';
import { createSubgraphServer } from '../../platform/subgraph-server.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createCleanup } from './cleanup.ts';
import { createContext, type Context } from './context.ts';
import type { UserEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { introspectionRoute } from './introspect.ts';
import { keySetRoute } from './key-set-route.ts';
import { createMailQueue } from './mail-queue.ts';
import type { Parts } from './parts.ts';
import { createPasswords } from './passwords.ts';
import { resolvers } from './resolvers/index.ts';
import { createSeal } from './seal.ts';
import { createSigningKeys } from './signing-keys.ts';
import { tellGateways } from './tell-gateways.ts';

/** The user service: accounts, sign-ins, profiles and API keys, and the keys that others check tokens with. */
export async function createUserSubgraph({
  env,
  infrastructure,
  logger,
}: {
  env: UserEnv;
  infrastructure: Infrastructure;
  logger: Logger;
}): Promise<Service> {
  const database = createDatabase(env.DATABASE_URL, PrismaClient, { logger });
  const { prisma } = database;
  const seal = createSeal(env.KEY_ENCRYPTION_SECRET);
  const keys = createSigningKeys({
    prisma,
    seal,
    logger,
    tokenSeconds: env.ACCESS_TOKEN_SECONDS,
    rotateAfterDays: env.SIGNING_KEY_DAYS,
  });
  const parts: Parts = {
    prisma,
    env,
    seal,
    limits: infrastructure.limits,
    passwords: await createPasswords(),
    accessTokens: createAccessTokens({
      keys,
      issuer: env.TOKEN_ISSUER,
      audience: env.TOKEN_AUDIENCE,
      lifetimeSeconds: env.ACCESS_TOKEN_SECONDS,
    }),
    mail: createMailQueue({
      prisma,
      logger,
      smtpUrl: env.SMTP_URL,
      from: env.MAIL_FROM,
      publicUrl: env.PUBLIC_URL,
    }),
  };
  const outbox = createOutbox({ pool: database.pool, source: 'user', events: infrastructure.events, logger });
  const server = await createSubgraphServer<Context>({
    host: env.HOST,
    port: env.PORT,
    logger,
    schema: new URL('schema.graphql', import.meta.url),
    resolvers,
    secret: env.GATEWAY_SECRET,
    context: (viewer) => createContext(parts, viewer),
    ready: database.ready,
    routes: [keySetRoute(keys), introspectionRoute(parts)],
  });
  const stopTelling = await tellGateways(infrastructure);
  const cleanup = createCleanup(prisma, keys, logger);

  return {
    name: 'user',
    get url() {
      return server.url;
    },
    async listen() {
      await server.listen();
      outbox.start();
      parts.mail.start();
      cleanup.start();
    },
    ready: database.ready,
    async close() {
      await server.close();
      await cleanup.close();
      await parts.mail.close();
      await outbox.close();
      await stopTelling();
      await database.close();
    },
  };
}
