import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Logger } from './logger.ts';

/** The part of a generated Prisma client that the platform uses. */
interface Client {
  $disconnect(): Promise<void>;
}

export interface Database<PrismaClient> {
  /** Typed access; every query of a service goes through it or through `pool`. */
  readonly prisma: PrismaClient;
  /** The same connections, for SQL that Prisma has no words for. */
  readonly pool: pg.Pool;
  /** Rejects unless the database answers within two seconds. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a service's database. Connections are made when first needed, so this works while the database is down.
 * @param url `postgresql://user:password@host:port/name`
 * @param Prisma the class that `prisma generate` made for the service
 * @param connections the most that the service may hold open
 */
export function createDatabase<PrismaClient extends Client>(
  url: string,
  Prisma: new (options: {
    adapter: PrismaPg;
    transactionOptions: { maxWait: number; timeout: number };
  }) => PrismaClient,
  { connections = 10, logger }: { connections?: number; logger: Logger },
): Database<PrismaClient> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
  });
  // an idle connection that breaks is replaced by the pool; without a listener it would end the process
  pool.on('error', (error) => logger.warn({ error: error.message }, 'a database connection was lost'));
  const prisma = new Prisma({
    adapter: new PrismaPg(pool),
    // longer than Prisma's five seconds: handlers of events write up to 200 titles in one transaction
    transactionOptions: { maxWait: 5_000, timeout: 20_000 },
  });
  return {
    prisma,
    pool,
    async ready() {
      await pool.query({ text: 'select 1', query_timeout: 2_000 } as pg.QueryConfig);
    },
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** `character_not_in_repertoire` (https://www.postgresql.org/docs/current/errcodes-appendix.html) */
const NOT_IN_REPERTOIRE = '22021';

/** Whether a query failed since PostgreSQL keeps no text that holds the character U+0000, and it was given one. */
export function isUnstorableText(error: unknown): boolean {
  const { code, meta } = (error ?? {}) as {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { code?: unknown } } };
  };
  return code === NOT_IN_REPERTOIRE || meta?.driverAdapterError?.cause?.code === NOT_IN_REPERTOIRE;
}
