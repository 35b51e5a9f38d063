/** `npm run migrate -- <subgraph>`: applies the subgraph's migrations to the database that DATABASE_URL names. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readEnv, subgraphVariables } from '../platform/env.ts';
import { deployMigrations } from '../platform/migrations.ts';

const [subgraph] = process.argv.slice(2);
if (!subgraph || !/^[a-z]+$/.test(subgraph)) {
  console.error('Usage: npm run migrate -- <subgraph>');
  process.exit(1);
}
try {
  const { DATABASE_URL } = readEnv(z.object({ DATABASE_URL: subgraphVariables.DATABASE_URL }));
  const applied = await deployMigrations({
    databaseUrl: DATABASE_URL,
    directory: fileURLToPath(new URL(`../subgraphs/${subgraph}/prisma/migrations`, import.meta.url)),
  });
  console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'There is nothing to apply.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
