import type pg from 'pg';
import { createDatabase } from '../../platform/database.ts';
import { createInfrastructure, type Infrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { signViewer, VIEWER_HEADER, type Viewer } from '../../platform/viewer.ts';
import { createTestDatabase } from '../../tests/support/database.ts';
import { genres } from './clean-facts.ts';
import { readCatalogEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { seedCatalog, type SeedReport } from './seed.ts';
import { createCatalogSubgraph } from './subgraph.ts';

const SECRET = 'a secret that only these tests know';

export const viewers = {
  visitor: { scopes: [], region: 'DE' },
  editor: { userId: 'usr_editor', scopes: ['catalog:read', 'catalog:write'], region: 'DE' },
  viewer: { userId: 'usr_viewer', scopes: ['catalog:read'], region: 'DE' },
} satisfies Record<string, Viewer>;

export interface Answer {
  // the tests know what they asked for
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

export interface TestCatalog {
  readonly url: string;
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  readonly infrastructure: Infrastructure;
  /** What the first seed did. */
  readonly seeded: SeedReport | undefined;
  seed(): Promise<SeedReport>;
  /** Asks the served subgraph over HTTP as the gateway would, for this viewer. */
  ask(query: string, variables?: object, viewer?: Viewer): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * The catalog service on a database and a port of its own.
 * @param options.films whether the demo catalogue is in it; without it there are only its genres
 */
export async function startTestCatalog({ films = true } = {}): Promise<TestCatalog> {
  const testDatabase = await createTestDatabase('catalog');
  const logger = createLogger('catalog', 'silent');
  const infrastructure = await createInfrastructure({ redisUrl: undefined, logger });
  const database = createDatabase(testDatabase.url, PrismaClient, { logger });
  const seed = () => seedCatalog({ ...database, logger });
  const seeded = films ? await seed() : undefined;
  if (!films) await database.prisma.genre.createMany({ data: [...genres] });
  const env = readCatalogEnv({ DATABASE_URL: testDatabase.url, GATEWAY_SECRET: SECRET, PORT: '0' });
  const service = await createCatalogSubgraph({ env, infrastructure, logger });
  await service.listen();
  return {
    url: service.url,
    prisma: database.prisma,
    pool: database.pool,
    infrastructure,
    seeded,
    seed,
    async ask(query, variables = {}, viewer = viewers.visitor) {
      const response = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [VIEWER_HEADER]: signViewer(viewer, SECRET) },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    async close() {
      await service.close();
      await infrastructure.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}
