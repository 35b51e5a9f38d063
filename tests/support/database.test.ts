import { afterEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.ts';

const databases: TestDatabase[] = [];
afterEach(() => Promise.all(databases.splice(0).map((database) => database.drop())));

async function create(subgraph?: string): Promise<TestDatabase> {
  const database = await createTestDatabase(subgraph);
  databases.push(database);
  return database;
}

async function query(database: TestDatabase, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("a test's database", () => {
  it('has the migrations of its subgraph and no rows', async () => {
    const database = await create('catalog');
    expect(await query(database, 'select count(*)::int from outbox_event')).toEqual([{ count: 0 }]);
  });

  it('is its own: what one test writes no other sees', async () => {
    const [first, second] = await Promise.all([create('catalog'), create('catalog')]);
    await query(first, "insert into consumed_event (id) values ('evt_1')");
    expect(await query(second, 'select id from consumed_event')).toEqual([]);
  });

  it('can be dropped while somebody is connected', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => {}); // the server cuts it, as it should
    await client.connect();
    await database.drop();
    await expect(query(database, 'select 1')).rejects.toThrow(/does not exist/);
  });
});
