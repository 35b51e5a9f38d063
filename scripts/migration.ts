/**
 * `npm run migration -- <subgraph> <name>`: writes the migration from what `subgraphs/<subgraph>/prisma/migrations`
 * makes to what `prisma/schema.prisma` says. Read it before you commit it: a rename looks like a drop and an add.
 * `npm run migration -- --check`: fails if any subgraph's schema asks for a migration that is not written.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../local/postgres.ts';
import { createLogger } from '../platform/logger.ts';
import { lockFile, migrationDrift } from '../platform/migrations.ts';

const directoryOf = (subgraph: string): string => `subgraphs/${subgraph}/prisma/migrations`;

/** The SQL that a subgraph's migrations lack; undefined if they make its schema. */
const lacking = (databaseUrl: string, subgraph: string): Promise<string | undefined> =>
  migrationDrift({
    databaseUrl,
    directory: directoryOf(subgraph),
    schema: `subgraphs/${subgraph}/prisma/schema.prisma`,
  });

async function write(databaseUrl: string, subgraph: string, name: string): Promise<void> {
  const sql = await lacking(databaseUrl, subgraph);
  if (sql === undefined) return console.log(`The migrations of ${subgraph} make its schema already.`);
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = path.join(directoryOf(subgraph), `${stamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'migration.sql'), sql);
  writeFileSync(path.join(directoryOf(subgraph), lockFile.name), lockFile.content);
  console.log(path.join(folder, 'migration.sql'));
}

async function check(databaseUrl: string): Promise<void> {
  for (const subgraph of readdirSync('subgraphs').toSorted()) {
    const sql = await lacking(databaseUrl, subgraph);
    if (sql === undefined) continue;
    console.error(`The migrations of ${subgraph} do not make its schema; they lack:\n${sql}`);
    process.exitCode = 1;
  }
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const [subgraph, name] = process.argv.slice(2);
if (subgraph !== '--check' && (!subgraph || !name || !/^[a-z0-9_]+$/.test(name))) {
  console.error(
    'Usage: npm run migration -- <subgraph> <name_in_snake_case>, or npm run migration -- --check',
  );
  process.exit(1);
}
const dataDir = mkdtempSync(path.join(tmpdir(), 'marquee-migration-'));
const logger = createLogger('migration', 'error');
const postgres = await startPostgres({ dataDir, port: 0, databases: [], durable: false, logger });
try {
  const databaseUrl = postgres.url('postgres');
  await (subgraph === '--check' ? check(databaseUrl) : write(databaseUrl, subgraph, name ?? ''));
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true });
}
