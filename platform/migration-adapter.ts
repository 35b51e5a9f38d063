import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** Object ids of PostgreSQL's types, from its catalogue `pg_type`. */
const CHAR = 18;
const TEXT = 25;

/**
 * How Prisma's schema engine reaches a database: through adapter-pg, with what it lacks for the engine's questions.
 * A shadow database, on which the engine tries migrations out, is made beside the database and dropped after.
 * @param databaseUrl `postgresql://user:password@host:port/name`
 * @returns what the engine takes, and a function that closes its connections: the engine leaves them open, and with
 *   them the lock that keeps others from migrating
 */
export function migrationAdapter(databaseUrl: string): { factory: object; close(): Promise<void> } {
  // the parts, not the URL: with a URL the shadow database would be the main one
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: databaseUrl });
  const connection = { host, port, user, password, database, ssl } as pg.PoolConfig;
  const open: SqlDriverAdapter[] = [];
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    async connect() {
      const adapter = await connect(connection);
      open.push(adapter);
      return adapter;
    },
    connectToShadowDb: () => connectToShadow(connection),
  });
  return {
    factory,
    async close() {
      await Promise.all(open.map((adapter) => adapter.dispose()));
    },
  };
}

async function connectToShadow(connection: pg.PoolConfig): Promise<SqlDriverAdapter> {
  const name = `shadow_${randomUUID()}`;
  const main = await connect(connection);
  await main.executeScript(`create database "${name}"`);
  const shadow = await connect({ ...connection, database: name });
  const dispose = shadow.dispose.bind(shadow);
  shadow.dispose = async () => {
    await dispose();
    await main.executeScript(`drop database "${name}" with (force)`);
    await main.dispose();
  };
  return shadow;
}

/**
 * Connects. The catalogue's columns of type "char", which adapter-pg refuses to read, are read as text and handed on
 * under the type that the engine expects of them.
 */
async function connect(connection: pg.PoolConfig): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPg(connection).connect();
  const pool = adapter.underlyingDriver();
  const query = pool.query.bind(pool) as (config: pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>;
  const charColumns = new WeakMap<unknown[], number[]>(); // by the rows they are in
  const relabelled = async (config: pg.QueryArrayConfig): Promise<pg.QueryArrayResult> => {
    const result = await query(config);
    for (const [index, field] of result.fields?.entries() ?? []) {
      if (field.dataTypeID !== CHAR) continue;
      field.dataTypeID = TEXT;
      charColumns.set(result.rows, [...(charColumns.get(result.rows) ?? []), index]);
    }
    return result;
  };
  pool.query = relabelled as typeof pool.query;

  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (request) => {
    const answer = await queryRaw(request);
    for (const index of charColumns.get(answer.rows) ?? [])
      answer.columnTypes[index] = ColumnTypeEnum.Character;
    return answer;
  };

  // whole, as the server takes it: adapter-pg cuts at each semicolon, those inside a function's body included
  adapter.executeScript = async (script) => {
    await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
  };
  return adapter;
}
