import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createDatabase, type Database } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import { readBillingEnv } from '../subgraphs/billing/env.ts';
import { PrismaClient as BillingClient } from '../subgraphs/billing/generated/prisma/client.ts';
import { seedBilling } from '../subgraphs/billing/seed.ts';
import { createStripeClient } from '../subgraphs/billing/stripe-client.ts';
import { PrismaClient as CatalogClient } from '../subgraphs/catalog/generated/prisma/client.ts';
import { seedCatalog, type SeedReport } from '../subgraphs/catalog/seed.ts';
import { PrismaClient as PlaybackClient } from '../subgraphs/playback/generated/prisma/client.ts';
import { seedPlayback } from '../subgraphs/playback/seed.ts';
import { PrismaClient as RecommendationClient } from '../subgraphs/recommendation/generated/prisma/client.ts';
import { seedRecommendation } from '../subgraphs/recommendation/seed.ts';
import { seedUsers } from '../subgraphs/user/seed.ts';
import type { ServiceEnvironments } from './service-env.ts';

/** What a local platform keeps of its seeding. */
export interface Seeded {
  /** Told once, when the key was made; kept here for the welcome. */
  readonly partnerApiKey: string;
  /** What came of the catalogue's data, in a line. */
  readonly catalogue: string;
}

const VIEWER = { userId: 'usr_demo_viewer', profileId: 'prf_demo_viewer', planId: 'standard-monthly' };

/** What the demo viewer has watched, oldest first: two films to the end, two begun that can be played on. */
const SEEN = [
  { titleId: 'finding-nemo-2003', positionSeconds: 5_950, durationSeconds: 6_000 },
  { titleId: 'the-dark-knight-2008', positionSeconds: 9_100, durationSeconds: 9_120 },
  { titleId: 'lantern-bay-s1e1', positionSeconds: 4, durationSeconds: 12 },
  { titleId: 'demo-fractal-voyage', positionSeconds: 5, durationSeconds: 12 },
];

/** Between two looks at whether an event has arrived, and how long that may take, in milliseconds. */
const LOOK_INTERVAL = 25;
const NEWS_LIMIT = 30_000;

/**
 * Puts demo data into a platform that serves, once. Every part of it can be repeated, so a start that was cut off in
 * the middle is made good by the next.
 */
export async function seedOnce(dataDir: string, env: ServiceEnvironments, logger: Logger): Promise<Seeded> {
  const file = path.join(dataDir, 'seeded.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Seeded;

  const keyFile = path.join(dataDir, 'partner-api-key');
  const { partnerApiKey } = await seedUsers({
    databaseUrl: env.subgraphs.user['DATABASE_URL'] ?? '',
    logger,
  });
  if (partnerApiKey !== null) writeFileSync(keyFile, partnerApiKey, { mode: 0o600 });

  const { titles, catalogue } = await withDatabase(
    env.subgraphs.catalog,
    CatalogClient,
    logger,
    async ({ prisma, pool }) => {
      const report = await seedCatalog({ prisma, pool, logger });
      logger.info({ report }, 'seeded the catalogue');
      return { titles: await prisma.title.count(), catalogue: summaryOf(report) };
    },
  );
  await withDatabase(env.subgraphs.billing, BillingClient, logger, async ({ prisma }) => {
    const stripe = createStripeClient(readBillingEnv(env.subgraphs.billing));
    await seedBilling(stripe, prisma, VIEWER);
    const active = { userId: VIEWER.userId, status: 'ACTIVE' };
    await until(
      'the membership of the demo viewer',
      async () => (await prisma.membership.count({ where: active })) > 0,
    );
  });
  await withDatabase(env.subgraphs.playback, PlaybackClient, logger, async ({ prisma }) => {
    await until('the titles in playback', async () => (await prisma.titleFacts.count()) >= titles);
    await seedPlayback(prisma, { profileId: VIEWER.profileId, seen: SEEN });
  });
  await withDatabase(env.subgraphs.recommendation, RecommendationClient, logger, async ({ prisma }) => {
    await until('the titles in recommendation', async () => (await prisma.title.count()) >= titles);
    await seedRecommendation(prisma, VIEWER);
  });

  const seeded: Seeded = {
    catalogue,
    partnerApiKey: existsSync(keyFile)
      ? readFileSync(keyFile, 'utf8')
      : 'lost with a start that was cut off; make one with createApiKey',
  };
  writeFileSync(`${file}.new`, JSON.stringify(seeded));
  renameSync(`${file}.new`, file);
  return seeded;
}

/** The whole report, rule by rule with examples, is in the log. */
function summaryOf({ films, series, cleaning }: SeedReport): string {
  const found = cleaning.filter(({ count }) => count > 0);
  const rows = found.reduce((sum, { count }) => sum + count, 0);
  return `${films} films, ${series} series; ${found.length} rules mended ${rows} values of the data (see the log)`;
}

async function withDatabase<Client extends { $disconnect(): Promise<void> }, Result>(
  env: Record<string, string>,
  Prisma: Parameters<typeof createDatabase<Client>>[1],
  logger: Logger,
  work: (database: Database<Client>) => Promise<Result>,
): Promise<Result> {
  const database = createDatabase(env['DATABASE_URL'] ?? '', Prisma, { connections: 2, logger });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + NEWS_LIMIT;
  while (!(await holds())) {
    if (Date.now() > limit)
      throw new Error(`${what} did not arrive within ${NEWS_LIMIT / 1000} s; look into the log`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
  }
}
