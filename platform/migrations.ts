import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';
import type * as EngineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { DiffTarget, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import { migrationAdapter } from './migration-adapter.ts';

/** A migration could not be applied; the database is as the last migration before it left it, or partly through. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** Name and content of what Prisma writes beside the migrations. */
export const lockFile = { name: 'migration_lock.toml', content: 'provider = "postgresql"\n' };

/** Any number, the same for all who migrate: the key of an advisory lock of PostgreSQL. */
const MIGRATION_LOCK = 7_201_905;

/** All that the engine must know of a schema to apply migrations. */
const datasource = 'datasource db {\n  provider = "postgresql"\n}\n';

/** Tables that migrations do not manage: none. */
const filters = { externalTables: [], externalEnums: [] };

/**
 * Applies the migrations of a folder that a database does not have yet, in the order of their names. Of several
 * that try at once, one does it and the rest wait and find nothing left to do.
 * @param options.databaseUrl `postgresql://user:password@host:port/name`
 * @param options.directory folder in Prisma's layout: `<name>/migration.sql` each
 * @returns the names of the migrations applied now
 * @throws {MigrationError} naming the migration that failed and why
 */
export async function deployMigrations(options: {
  databaseUrl: string;
  directory: string;
}): Promise<string[]> {
  const migrationsList = readMigrations(options.directory);
  const lock = new pg.Client({ connectionString: options.databaseUrl, connectionTimeoutMillis: 10_000 });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await withEngine(options.databaseUrl, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
      return appliedMigrationNames;
    });
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const failed = await failedMigration(lock);
    if (failed === undefined) throw error;
    throw new MigrationError(
      `The migration ${failed.name} failed: ${failed.reason}. Mend it, restore the database or undo what the ` +
        `migration did, and delete its row from _prisma_migrations before the next try.`,
      { cause: error },
    );
  } finally {
    await lock.end(); // gives the lock back, too
  }
}

/** The migration that stands in the way, as the engine noted it in the database. */
async function failedMigration(client: pg.Client): Promise<{ name: string; reason: string } | undefined> {
  const { rows: tables } = await client.query("select to_regclass('_prisma_migrations') as name");
  if (tables[0]?.name == null) return undefined;
  const { rows } = await client.query<{ name: string; logs: string | null }>(
    `select migration_name as name, logs from _prisma_migrations
      where finished_at is null and rolled_back_at is null order by started_at desc limit 1`,
  );
  const [row] = rows;
  return row && { name: row.name, reason: row.logs?.match(/ERROR: .*/)?.[0] ?? 'it was interrupted' };
}

/**
 * What is missing in the migrations of a folder to get to a schema.
 * @param options.databaseUrl a server on which a database can be made and dropped; the one named stays as it is
 * @param options.directory folder of the migrations
 * @param options.schema path of the `schema.prisma`
 * @returns the SQL of the missing migration; undefined when the migrations make exactly the schema
 */
export async function migrationDrift(options: {
  databaseUrl: string;
  directory: string;
  schema: string;
}): Promise<string | undefined> {
  const from: DiffTarget = { tag: 'migrations', ...readMigrations(options.directory) };
  const files = [{ path: options.schema, content: readFileSync(options.schema, 'utf8') }];
  const to: DiffTarget = { tag: 'schemaDatamodel', files };
  return await withEngine(options.databaseUrl, async (engine) => {
    const { exitCode, stdout } = await engine.diff({ from, to, script: true, exitCode: true, filters });
    return exitCode === 0 ? undefined : (stdout ?? '');
  });
}

/** Reads a folder of migrations as the engine wants it. @throws {MigrationError} where one has no SQL */
function readMigrations(directory: string): MigrationList {
  const read = (...names: string[]): string | undefined => {
    const file = path.join(directory, ...names);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const names = existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];
  return {
    baseDir: directory,
    shadowDbInitScript: '',
    lockfile: { path: lockFile.name, content: read(lockFile.name) ?? lockFile.content },
    migrationDirectories: names.map((name) => {
      const sql = read(name, 'migration.sql');
      if (sql === undefined)
        throw new MigrationError(
          `${path.join(directory, name)} has no migration.sql: restore it or delete the folder.`,
        );
      return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } } };
    }),
  };
}

/** Runs Prisma's schema engine on a database. Its failures become {@link MigrationError}s. */
async function withEngine<Result>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const { SchemaEngine: Engine } = await loadEngine();
  const adapter = migrationAdapter(databaseUrl);
  try {
    const engine = await Engine.new(
      { datamodels: [['schema.prisma', datasource]] },
      () => {},
      adapter.factory,
    );
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } catch (error) {
    throw new MigrationError(readableMessage(error), { cause: error });
  } finally {
    await adapter.close();
  }
}

/** The part of the WebAssembly API that is used; Node's types leave it to the browser's. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

let loaded: Promise<typeof EngineModule> | undefined;

/** The engine, once a process: its JavaScript side holds the one instance that it talks to in a global of its own. */
const loadEngine = (): Promise<typeof EngineModule> => (loaded ??= instantiateEngine());

/** Instantiates by hand, since Node 20 cannot import a `.wasm` file, as the package's own entry does. */
async function instantiateEngine(): Promise<typeof EngineModule> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/[^/\\]+$/, 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': engine });
  // where the engine puts what it has to say before it aborts
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
  });
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return engine;
}

/** What the engine says, without the stack of its inside. */
const readableMessage = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\n\s+0: [^]*$/, '').trim();
