import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { startPostgres, type Postgres } from './postgres.ts';

const logger = createLogger('test', 'silent');

let folder: string;
let dataDir: string;
const servers: Postgres[] = [];
const processes: ChildProcess[] = [];

/** A folder as a first start leaves it, to begin from where the first start is not what is tested. */
let usedBefore: string;
const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'marquee-postgres-'));

beforeAll(async () => {
  usedBefore = newFolder();
  const server = await startPostgres({ dataDir: usedBefore, port: 0, databases: ['user'], logger });
  await server.stop();
});
afterAll(() => rmSync(usedBefore, { recursive: true }));

beforeEach(() => {
  folder = newFolder();
  dataDir = folder;
});
afterEach(async () => {
  for (const process of processes.splice(0)) process.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  // a server whose process was killed above may still be writing its last
  rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 50 });
});

async function start(
  options: { dataDir?: string; port?: number; databases?: string[] } = {},
): Promise<Postgres> {
  const server = await startPostgres({ dataDir, port: 0, databases: ['user'], logger, ...options });
  servers.push(server);
  return server;
}

const useBefore = (): void => cpSync(usedBefore, dataDir, { recursive: true });

async function stop(server: Postgres): Promise<void> {
  servers.splice(servers.indexOf(server), 1);
  await server.stop();
}

async function query(server: Pick<Postgres, 'url'>, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url('user') });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const serverPid = (): number =>
  Number(readFileSync(path.join(dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);

const lives = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

interface OtherProcess {
  readonly process: ChildProcess;
  url(): string;
}

/** Another process that starts PostgreSQL in the same folder, as a platform does. */
async function startInProcess(options: { uid?: number; path?: string } = {}): Promise<OtherProcess> {
  const child = fork(fileURLToPath(new URL('postgres.test-process.ts', import.meta.url)), [dataDir], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    env: { ...process.env, PATH: options.path ?? process.env.PATH },
  });
  processes.push(child);
  const [message] = (await once(child, 'message')) as [{ url?: string; error?: string }];
  const { url, error } = message;
  if (url === undefined) throw new Error(error);
  return { process: child, url: () => url };
}

async function endProcess({ process: child }: OtherProcess): Promise<void> {
  child.send('stop');
  await once(child, 'exit');
}

describe('the embedded PostgreSQL', () => {
  it('starts on an empty folder, with its databases, and keeps its data over a restart', async () => {
    const first = await start({ databases: ['user', 'billing'] });
    await query(first, 'create table film (name text)');
    await query(first, "insert into film values ('M')");
    await stop(first);
    const second = await start({ databases: ['user', 'catalog'] });
    expect(await query(second, 'select * from film')).toEqual([{ name: 'M' }]);
    expect(
      await query(second, "select datname from pg_database where datname in ('billing', 'catalog')"),
    ).toHaveLength(2);
  });

  it('is durable: fsync and synchronous commits are on', async () => {
    useBefore();
    const server = await start();
    expect(await query(server, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(server, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('asks for a password', async () => {
    useBefore();
    const server = await start();
    const wrong = { url: (database: string) => server.url(database).replace(':postgres@', ':wrong@') };
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('begins again after a first start that was killed half way', async () => {
    mkdirSync(path.join(dataDir, 'cluster.new'));
    writeFileSync(path.join(dataDir, 'cluster.new/PG_VERSION'), '18\n');
    await start();
  });

  it('runs again by itself after the server was killed, and has lost nothing', async () => {
    useBefore();
    const server = await start();
    await query(server, 'create table film (name text)');
    await query(server, "insert into film values ('M')");
    process.kill(serverPid(), 'SIGKILL');
    await expect
      .poll(() => query(server, 'select * from film').catch(() => 'away'), { timeout: 20_000 })
      .toEqual([{ name: 'M' }]);
  });

  it.runIf(process.platform === 'linux')(
    'ends with a process that is killed, and starts again after it',
    async () => {
      useBefore();
      const killed = await startInProcess();
      await query(killed, 'create table film (name text)');
      const pid = serverPid();
      killed.process.kill('SIGKILL');
      await expect.poll(() => lives(pid), { timeout: 10_000 }).toBe(false);
      expect(await query(await start(), 'select * from film')).toEqual([]);
    },
  );

  it('stops a server that was left behind, and starts again on its data', async () => {
    useBefore();
    const killed = await startInProcess();
    await query(killed, 'create table film (name text)');
    const pid = serverPid();
    process.kill(pid, 'SIGSTOP'); // so that it cannot end with its parent
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    process.kill(pid, 'SIGCONT');
    expect(await query(await start(), 'select * from film')).toEqual([]);
    expect(serverPid()).not.toBe(pid);
  });

  it('recovers when everything was killed at once', async () => {
    useBefore();
    const killed = await startInProcess();
    await query(killed, 'create table film (name text)');
    process.kill(serverPid(), 'SIGKILL');
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    expect(await query(await start(), 'select * from film')).toEqual([]);
  });

  it('takes no notice of a note that names a process which is something else by now', async () => {
    useBefore();
    writeFileSync(path.join(dataDir, 'cluster/postmaster.pid'), `${process.pid}\n${dataDir}/cluster\n`);
    await start();
  });

  it('does not hear Ctrl-C, which goes to the whole process group', async () => {
    useBefore();
    const platform = await startInProcess();
    const pid = platform.process.pid;
    if (pid === undefined) throw new Error('it has not started');
    process.kill(-pid, 'SIGINT');
    const [message] = await once(platform.process, 'message');
    expect(message).toEqual({ interrupted: true });
    expect(await query(platform, 'select 1 as one')).toEqual([{ one: 1 }]);
    await endProcess(platform);
    expect(existsSync(path.join(dataDir, 'cluster/postmaster.pid'))).toBe(false);
  });
});

describe('the embedded PostgreSQL says in a sentence what to do when', () => {
  it('its port is in use', async () => {
    useBefore();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toThrow(`Port ${port}, which the database wants, is in use: stop`);
    other.close();
    await start(); // and nothing of the failed try is in the way
  });

  it('another platform has its folder', async () => {
    useBefore();
    const other = await startInProcess();
    await expect(start()).rejects.toThrow(`is in use by process ${other.process.pid}: stop that platform`);
    expect(await query(other, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('this very process has its folder already', async () => {
    useBefore();
    const first = await start();
    await expect(start()).rejects.toThrow(`is in use by process ${process.pid}`);
    expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it.each([
    ['global/pg_control', 'was emptied', (file: string) => writeFileSync(file, '')],
    ['PG_VERSION', 'is missing', (file: string) => rmSync(file)],
    ['global/pg_filenode.map', 'is garbage', (file: string) => writeFileSync(file, Buffer.alloc(512, 7))],
  ])('its data is damaged: %s %s', async (file, _, damage) => {
    useBefore();
    damage(path.join(dataDir, 'cluster', file));
    await expect(start()).rejects.toThrow(/is damaged: delete the folder/);
  });

  it('its data is of another version', async () => {
    useBefore();
    writeFileSync(path.join(dataDir, 'cluster/PG_VERSION'), '14\n');
    await expect(start()).rejects.toThrow(/was made by another version of PostgreSQL: move it away/);
  });

  it('its folder cannot be written', async () => {
    const file = path.join(dataDir, 'file');
    writeFileSync(file, '');
    await expect(start({ dataDir: path.join(file, 'data') })).rejects.toThrow(/cannot be made/);
  });
});

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'the embedded PostgreSQL runs',
  () => {
    const nobody = 65_534;
    const work = async (options: { uid?: number; path?: string }): Promise<void> => {
      const server = await startInProcess(options);
      await query(server, 'create table if not exists film (name text)');
      await endProcess(server);
    };
    /** A folder with no more programs in it than are named. */
    const pathWith = (...programs: string[]): string => {
      const bin = path.join(dataDir, `programs-${programs.join('-')}`);
      mkdirSync(bin, { recursive: true });
      for (const program of ['true', 'chown', ...programs])
        symlinkSync(path.join('/usr/bin', program), path.join(bin, program));
      return bin;
    };

    it('as root in a home folder of mode 0700, more than once', async () => {
      dataDir = path.join(dataDir, 'home/data');
      mkdirSync(path.dirname(dataDir), { mode: 0o700 });
      await work({});
      await work({});
      expect(statSync(path.join(dataDir, 'cluster')).uid).toBe(0);
    });

    it('as root where there are no user namespaces, on a folder of mode 0700, also one made in a namespace', async () => {
      const programs = pathWith('setpriv');
      await work({});
      await work({ path: programs });
      await work({ path: programs });
      expect(statSync(path.join(dataDir, 'cluster')).uid).not.toBe(0);
      await work({});
    });

    it('as root with neither namespaces nor capabilities, on a folder that others may enter', async () => {
      const programs = pathWith();
      await expect(work({ path: programs })).rejects.toThrow(/may not enter .*: run as an ordinary user/);
      chmodSync(dataDir, 0o755);
      await work({ path: programs });
      await work({ path: programs });
    });

    it('as an ordinary user, who gets told when the data is of another', async () => {
      chownSync(dataDir, nobody, nobody);
      await work({ uid: nobody });
      await work({ uid: nobody });
      execFileSync('chown', ['-R', '0:0', path.join(dataDir, 'cluster')]);
      await expect(work({ uid: nobody })).rejects.toThrow(
        /belongs to another user \(uid 0\): give it to yourself/,
      );
    });
  },
);
