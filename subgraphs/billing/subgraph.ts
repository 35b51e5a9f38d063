import { createDatabase } from '../../platform/database.ts';
import type { Infrastructure } from '../../platform/infrastructure.ts';
import { loaderById } from '../../platform/loaders.ts';
import type { Logger } from '../../platform/logger.ts';
import { createOutbox } from '../../platform/outbox.ts';
import type { Service } from '../../platform/run-service.ts';
import { createSubgraphServer } from '../../platform/subgraph-server.ts';
import type { Context } from './context.ts';
import { consumeUsers } from './customers.ts';
import type { BillingEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import type { Billing } from './memberships.ts';
import { createReconciler } from './reconcile.ts';
import { resolvers } from './resolvers/index.ts';
import { createStripeClient } from './stripe-client.ts';
import { webhookRoute } from './webhook.ts';

/** The billing service: plans, memberships and bills as Stripe has them, and what they entitle to. */
export async function createBillingSubgraph({
  env,
  infrastructure,
  logger,
}: {
  env: BillingEnv;
  infrastructure: Infrastructure;
  logger: Logger;
}): Promise<Service> {
  const database = createDatabase(env.DATABASE_URL, PrismaClient, { logger });
  const { prisma, pool } = database;
  const stripe = createStripeClient(env);
  const billing: Billing = { stripe, prisma, pubsub: infrastructure.pubsub, graceDays: env.GRACE_DAYS };
  const pages = { successUrl: env.CHECKOUT_SUCCESS_URL, cancelUrl: env.CHECKOUT_CANCEL_URL };
  const outbox = createOutbox({ pool, source: 'billing', events: infrastructure.events, logger });
  const server = await createSubgraphServer<Context>({
    host: env.HOST,
    port: env.PORT,
    logger,
    schema: new URL('schema.graphql', import.meta.url),
    resolvers,
    secret: env.GATEWAY_SECRET,
    context: (viewer) => ({
      viewer,
      billing,
      pages,
      portalReturnUrl: env.PORTAL_RETURN_URL,
      plans: loaderById((ids) => prisma.plan.findMany({ where: { id: { in: ids } } })),
    }),
    ready: database.ready,
    routes: [webhookRoute(billing, env.STRIPE_WEBHOOK_SECRET, logger)],
  });
  const stopConsuming = await consumeUsers(infrastructure.events, prisma);
  const reconciler = createReconciler(billing, logger);

  return {
    name: 'billing',
    get url() {
      return server.url;
    },
    async listen() {
      await server.listen();
      outbox.start();
      reconciler.start();
    },
    ready: database.ready,
    async close() {
      await server.close();
      await reconciler.close();
      await stopConsuming();
      await outbox.close();
      await database.close();
    },
  };
}
