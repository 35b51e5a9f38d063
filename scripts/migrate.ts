/**
 * `npm run migrate -- [subgraph …]`: applies the migrations of these subgraphs, or of all, to the databases that
 * DATABASE_URL names; `{subgraph}` in it stands for the subgraph's name.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { readEnv } from '../platform/env.ts';
import { deployMigrations } from '../platform/migrations.ts';

const folder = path.join(import.meta.dirname, '..', 'subgraphs');
const directoryOf = (subgraph: string): string => path.join(folder, subgraph, 'prisma', 'migrations');

async function main(): Promise<void> {
  const subgraphs = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(folder).toSorted();
  const unknown = subgraphs.filter((subgraph) => !existsSync(directoryOf(subgraph)));
  if (unknown.length > 0)
    throw new Error(`There is no subgraph with migrations called ${unknown.join(', ')}.`);
  const { DATABASE_URL } = readEnv(z.object({ DATABASE_URL: z.string().startsWith('postgres') }));
  if (subgraphs.length > 1 && !DATABASE_URL.includes('{subgraph}'))
    throw new Error('Each subgraph has a database of its own: write {subgraph} into DATABASE_URL.');
  for (const subgraph of subgraphs) {
    const databaseUrl = DATABASE_URL.replaceAll('{subgraph}', subgraph);
    const applied = await deployMigrations({ databaseUrl, directory: directoryOf(subgraph) });
    console.log(`${subgraph}: ${applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to apply'}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
