import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { deployMigrations, migrationDrift, MigrationError } from './migrations.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(path.join(tmpdir(), 'marquee-migrations-'));
});
afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

async function migration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(directory, name), { recursive: true });
  await writeFile(path.join(directory, name, 'migration.sql'), sql);
}

const deploy = (): Promise<string[]> => deployMigrations({ databaseUrl: database.url, directory });

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('deploying migrations', () => {
  it('applies what is new, in the order of the names, and nothing twice', async () => {
    await migration('20260102000000_second', 'alter table film add column year int');
    await migration('20260101000000_first', 'create table film (name text)');
    expect(await deploy()).toEqual(['20260101000000_first', '20260102000000_second']);
    expect(await deploy()).toEqual([]);
    await migration('20260103000000_third', "insert into film values ('Metropolis', 1927)");
    expect(await deploy()).toEqual(['20260103000000_third']);
    expect(await query('select * from film')).toEqual([{ name: 'Metropolis', year: 1927 }]);
  });

  it('applies a migration once when several services try at the same time', async () => {
    await migration('20260101000000_first', "create table film (name text); insert into film values ('M')");
    const applied = await Promise.all(Array.from({ length: 4 }, deploy));
    expect(applied.flat()).toEqual(['20260101000000_first']);
    expect(await query('select count(*)::int from film')).toEqual([{ count: 1 }]);
  });

  it('runs scripts whole: functions, extensions, quotes', async () => {
    await migration(
      '20260101000000_first',
      `create extension pg_trgm; create extension unaccent;
       create function plain(value text) returns text language plpgsql immutable as $$
         begin value := lower(value); return unaccent('unaccent', value); end $$;
       create table "odd;name" (at timestamptz default now(), note text default 'a;b''c');`,
    );
    await deploy();
    expect(await query("select plain('AMÉLIE')")).toEqual([{ plain: 'amelie' }]);
  });

  it('names the migration that failed and why, at the first try and at the next', async () => {
    await migration('20260101000000_first', 'create table film (name text)');
    await migration('20260102000000_second', 'create table film (name text)');
    const failure = /20260102000000_second failed: .*"film" already exists/;
    await expect(deploy()).rejects.toThrow(MigrationError);
    await expect(deploy()).rejects.toThrow(failure);
  });

  it('takes back a migration that failed half way', async () => {
    await migration(
      '20260101000000_first',
      'create table film (name text); create tabel person (name text);',
    );
    await expect(deploy()).rejects.toThrow(/syntax error at or near "tabel"/);
    expect(await query("select to_regclass('film') as film")).toEqual([{ film: null }]);
    await query("delete from _prisma_migrations where migration_name = '20260101000000_first'");
    await migration('20260101000000_first', 'create table film (name text)');
    expect(await deploy()).toEqual(['20260101000000_first']);
  });

  it('says that a folder holds no SQL', async () => {
    await mkdir(path.join(directory, '20260101000000_first'));
    await expect(deploy()).rejects.toThrow(/20260101000000_first/);
  });

  it('fails when there is no such database', async () => {
    const databaseUrl = database.url.replace(/[^/]+$/, 'nothing_of_that_name');
    await expect(deployMigrations({ databaseUrl, directory })).rejects.toThrow(/does not exist/);
  });
});

describe('drift between migrations and schema', () => {
  const schemaOf = async (model: string): Promise<string> => {
    const file = path.join(directory, 'schema.prisma');
    await writeFile(file, `datasource db {\n  provider = "postgresql"\n}\n${model}`);
    return file;
  };

  it('is the SQL that is missing, and none once it is a migration', async () => {
    const schema = await schemaOf(
      'model Film {\n  id Int @id\n  names String[]\n  at DateTime @db.Timestamptz(3)\n}\n',
    );
    const drift = (): Promise<string | undefined> =>
      migrationDrift({ databaseUrl: database.url, directory, schema });
    const sql = await drift();
    expect(sql).toContain('CREATE TABLE "Film"');
    await migration('20260101000000_first', String(sql));
    expect(await drift()).toBeUndefined();
  });

  it('leaves the database as it was, and no other behind', async () => {
    await migration('20260101000000_first', 'create table "Film" (id int primary key)');
    const schema = await schemaOf('model Film {\n  id Int @id\n}\n');
    expect(await migrationDrift({ databaseUrl: database.url, directory, schema })).toBeUndefined();
    expect(await query('select to_regclass(\'"Film"\') as film')).toEqual([{ film: null }]);
    expect(await query("select datname from pg_database where datname like 'shadow%'")).toEqual([]);
  });
});
