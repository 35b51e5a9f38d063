// Makes Stripe and the database agree with the plans on offer; run at every deployment.
import { createDatabase } from '../../platform/database.ts';
import { createLogger } from '../../platform/logger.ts';
import { readBillingEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { syncPlans } from './plans.ts';
import { createStripeClient } from './stripe-client.ts';

const env = readBillingEnv();
const logger = createLogger('billing', env.LOG_LEVEL);
const database = createDatabase(env.DATABASE_URL, PrismaClient, { logger });
try {
  const plans = await syncPlans(createStripeClient(env), database.prisma);
  logger.info({ plans: plans.map(({ id }) => id) }, 'plans are synchronised with Stripe');
} finally {
  await database.close();
}
