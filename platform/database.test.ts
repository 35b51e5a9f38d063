import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { createDatabase, isUnstorableText } from './database.ts';
import { createLogger } from './logger.ts';

/** Stands where a service has its generated client. */
class Client {
  closed = false;
  async $disconnect(): Promise<void> {
    this.closed = true;
  }
}

describe('a database', () => {
  const logger = createLogger('test', 'silent');
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('answers when its server does', async () => {
    const database = createDatabase(test.url, Client, { logger });
    await database.ready();
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await database.close();
    expect(database.prisma.closed).toBe(true);
  });

  it('keeps no text with the character U+0000, and tells it from other failures', async () => {
    const database = createDatabase(test.url, Client, { logger });
    const failure = (sql: string, values: unknown[]): Promise<unknown> =>
      database.pool.query(sql, values).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(isUnstorableText(await failure('select $1::text', ['a\u0000b']))).toBe(true);
    expect(isUnstorableText(await failure('select $1::int', ['a']))).toBe(false);
    expect(isUnstorableText(undefined)).toBe(false);
    await database.close();
  });

  it('is not ready within two seconds when nothing listens, and can be made all the same', async () => {
    const database = createDatabase('postgresql://postgres:postgres@127.0.0.1:9/none', Client, { logger });
    const start = Date.now();
    await expect(database.ready()).rejects.toThrow(/ECONNREFUSED/);
    expect(Date.now() - start).toBeLessThan(2_500);
    await database.close();
  });

  it('outlives the loss of its connections', async () => {
    const database = createDatabase(test.url, Client, { logger, connections: 2 });
    await database.ready();
    const other = createDatabase(test.url, Client, { logger });
    await other.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await expect
      .poll(() =>
        database.ready().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await Promise.all([database.close(), other.close()]);
  });
});
