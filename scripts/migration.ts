/**
 * `npm run migration -- <subgraph> <name>`: writes the migration from what `subgraphs/<subgraph>/prisma/migrations`
 * makes to what `prisma/schema.prisma` says. Read it before you commit it: a rename looks like a drop and an add.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../local/postgres.ts';
import { createLogger } from '../platform/logger.ts';
import { lockFile, migrationDrift } from '../platform/migrations.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const [subgraph, name] = process.argv.slice(2);
if (!subgraph || !name || !/^[a-z0-9_]+$/.test(name)) {
  console.error('Usage: npm run migration -- <subgraph> <name_in_snake_case>');
  process.exit(1);
}

const schema = `subgraphs/${subgraph}/prisma/schema.prisma`;
const directory = `subgraphs/${subgraph}/prisma/migrations`;
const dataDir = mkdtempSync(path.join(tmpdir(), 'marquee-migration-'));
const postgres = await startPostgres({
  dataDir,
  port: 0,
  databases: [],
  durable: false,
  logger: createLogger('migration', 'error'),
});
try {
  const sql = await migrationDrift({ databaseUrl: postgres.url('postgres'), directory, schema });
  if (sql === undefined) {
    console.log(`The migrations of ${subgraph} make its schema already.`);
  } else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = path.join(directory, `${stamp}_${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'migration.sql'), sql);
    writeFileSync(path.join(directory, lockFile.name), lockFile.content);
    console.log(path.join(folder, 'migration.sql'));
  }
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true });
}
