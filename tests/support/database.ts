import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { inject } from 'vitest';
import { deployMigrations } from '../../platform/migrations.ts';

export interface TestDatabase {
  readonly url: string;
  /** Takes it away, with whatever is still connected. */
  drop(): Promise<void>;
}

/** Any number: the key of the advisory lock under which one test worker makes a template and the rest wait for it. */
const TEMPLATE_LOCK = 7_201_906;

/**
 * A database for one test file, with a subgraph's migrations applied and nothing in it. They are applied once a test
 * run, to a template of which each call makes a copy (some 30 ms).
 * @param subgraph name of its folder; none for an empty database
 */
export async function createTestDatabase(subgraph?: string): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${subgraph ?? 'empty'}_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, async (admin) => {
    const template = subgraph ? await templateDatabase(admin, server, subgraph) : 'template0';
    await admin.query(`create database ${name} template ${template}`);
  });
  return {
    url: urlOf(server, name),
    drop: () =>
      asAdmin(server, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/** The migrated database of a subgraph that others are copied from; made by whoever needs it first. */
async function templateDatabase(admin: pg.Client, server: string, subgraph: string): Promise<string> {
  const name = `template_${subgraph}`;
  await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) {
      // under another name until it is whole, so that a failed migration leaves no half of it
      await admin.query(`drop database if exists unfinished_${subgraph} with (force)`);
      await admin.query(`create database unfinished_${subgraph}`);
      await deployMigrations({
        databaseUrl: urlOf(server, `unfinished_${subgraph}`),
        directory: fileURLToPath(new URL(`../../subgraphs/${subgraph}/prisma/migrations`, import.meta.url)),
      });
      await admin.query(`alter database unfinished_${subgraph} rename to ${name}`);
    }
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return name;
}

async function asAdmin(server: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
