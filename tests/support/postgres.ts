import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../local/postgres.ts';
import { createLogger } from '../../platform/logger.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the database `postgres` of the server that a test run has to itself. */
    readonly postgresUrl: string;
  }
}

/** One PostgreSQL for the whole test run, in a folder among the temporary files, gone afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'postgres-'));
  const logger = createLogger('postgres', 'warn');
  const postgres = await startPostgres({ dataDir, port: 0, databases: [], logger, durable: false });
  project.provide('postgresUrl', postgres.url('postgres'));
  return () => postgres.stop();
}
