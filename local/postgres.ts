import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Logger } from '../platform/logger.ts';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { explainFailure } from './postgres-failure.ts';
import { postgresLauncher } from './postgres-launcher.ts';
import { claimFolder, stopOrphan } from './postgres-processes.ts';

const run = promisify(execFile);

const HOST = '127.0.0.1';
const USER = 'postgres';
const PASSWORD = 'postgres';

/** How long crash recovery may take before the start counts as failed, in milliseconds. */
const START_TIMEOUT = 60_000;

/** How often a server that ends without being asked to is started again, in one minute. */
const RESTARTS_A_MINUTE = 5;

export interface PostgresOptions {
  /** Folder of the data, of the server's log and of the note who uses it; made if missing. */
  readonly dataDir: string;
  /** TCP port on loopback; 0 takes a free one. */
  readonly port: number;
  /** Databases that exist once the server has started. */
  readonly databases: readonly string[];
  readonly logger: Logger;
  /** False for tests alone: faster, and a power cut may damage the data. */
  readonly durable?: boolean;
}

export interface Postgres {
  /** `postgresql://…` of one of the databases */
  url(database: string): string;
  /** Ends all connections and stops the server. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm installed, on loopback, with user and password `postgres`. It survives `kill -9` of
 * everything: the next start stops what is left of the last one and recovers. Ctrl-C does not reach it: it stops when
 * `stop()` is called, after the services have drained. A server that breaks down is started again.
 * @throws an error of one sentence that says what to do: port in use, disk full, damaged or foreign data folder
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { logger } = options;
  const dataDir = makeDataDir(options.dataDir);
  const release = claimFolder(dataDir);
  const cluster = path.join(dataDir, 'cluster');
  try {
    const orphan = await stopOrphan(cluster);
    if (orphan) logger.info({ pid: orphan }, 'stopped the PostgreSQL that a killed platform left behind');
    const port = await freePort(options.port);
    const binaries = await postgresBinaries();
    const durable = options.durable ?? true;
    if (!existsSync(cluster)) await initialise(binaries, cluster, durable);
    const start = (): Promise<ChildProcess> => startServer({ binaries, dataDir, cluster, port, durable });
    const server = await keepRunning(start, () => stopOrphan(cluster), logger);
    const stop = async (): Promise<void> => {
      await server.stop();
      release();
    };
    await createDatabases(port, options.databases).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { url: (database) => databaseUrl(port, database), stop };
  } catch (error) {
    release();
    throw error;
  }
}

/** @returns the folder's own path, without symbolic links, by which its processes are known */
function makeDataDir(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return realpathSync(folder);
  } catch (cause) {
    throw new Error(
      `The folder ${folder} cannot be made: ${(cause as Error).message}. Set DATA_DIR to one that can.`,
      { cause },
    );
  }
}

const databaseUrl = (port: number, database: string): string =>
  `postgresql://${USER}:${PASSWORD}@${HOST}:${port}/${database}`;

/** @throws when something listens on the port already */
async function freePort(port: number): Promise<number> {
  const probe = createServer();
  probe.listen(port, HOST);
  try {
    await once(probe, 'listening');
  } catch (cause) {
    throw new Error(
      `Port ${port}, which the database wants, is in use: stop the program that has it, or set PORT to another number.`,
      { cause },
    );
  }
  const { port: found } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return found;
}

/** Makes the data folder, whole or not at all: under another name first, so that a kill in between is no harm. */
async function initialise(binaries: PostgresBinaries, cluster: string, durable: boolean): Promise<void> {
  const unfinished = `${cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const launcher = postgresLauncher(cluster);
  launcher.makeFolder(unfinished);
  const passwordFile = `${cluster}.password`;
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
  const [program, ...words] = [...launcher.prefix, binaries.initdb];
  const flags = [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Unicode's letters, and an order that is the same everywhere; macOS has no such locale
    `--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await run(
      program,
      [...words, '-D', unfinished, `--username=${USER}`, `--pwfile=${passwordFile}`, ...flags],
      { ...launcher.identity, cwd: path.parse(cluster).root },
    );
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw explainFailure(`${stderr ?? ''}${stdout ?? ''}` || String(error), path.dirname(cluster), error);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, cluster);
}

/** Settings for a machine that a developer works on: little memory, no socket files, as durable as in production. */
const settings = (port: number, durable: boolean): Record<string, string | number> => ({
  listen_addresses: HOST,
  port,
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '48MB',
  jit: 'off',
  log_checkpoints: 'off',
  log_min_messages: 'log', // the server's own troubles; a statement's error goes to whoever sent it
  timezone: 'UTC',
  ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
});

/** Starts the server on its data folder. @returns its process, once it answers */
async function startServer(options: {
  binaries: PostgresBinaries;
  dataDir: string;
  cluster: string;
  port: number;
  durable: boolean;
}): Promise<ChildProcess> {
  const { binaries, cluster, port } = options;
  const launcher = postgresLauncher(cluster);
  const logFile = path.join(options.dataDir, 'server.log');
  // a file, not a pipe: the server can go on writing when this process is gone
  const log = openSync(logFile, 'w');
  const flags = Object.entries(settings(port, options.durable)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const [program = binaries.postgres, ...words] = [
    ...launcher.prefix,
    binaries.postgres,
    '-D',
    cluster,
    ...flags,
  ];
  const server = spawn(program, words, {
    ...launcher.identity,
    cwd: path.parse(cluster).root,
    detached: true, // a process group of its own: Ctrl-C in the terminal is for the services, which drain first
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = once(server, 'exit');
  const starting = new AbortController();
  try {
    await Promise.race([
      exited.then(() => {
        throw new Error('it ended');
      }),
      answers(port, starting.signal),
    ]);
  } catch (cause) {
    starting.abort();
    server.kill('SIGQUIT'); // which does nothing where it has ended
    await exited.catch(() => {}); // it may never have begun: that is the cause
    const said = readFileSync(logFile, 'utf8').trim();
    throw explainFailure(said === '' ? String(cause) : said, options.dataDir, cause);
  }
  return server;
}

/** SQLSTATE of a server that is still starting up. */
const CANNOT_CONNECT_NOW = '57P03';

/**
 * Resolves when the server takes connections. It tells nobody when that is, so it is asked.
 * @throws what the server says when it refuses for another reason than that it is still starting
 */
async function answers(port: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  while (!signal.aborted) {
    const client = new pg.Client({ connectionString: databaseUrl(port, 'postgres') });
    client.on('error', () => {}); // connect() rejects with it, too
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      const refused = error instanceof pg.DatabaseError && error.code !== CANNOT_CONNECT_NOW;
      if (refused || Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}

/** Starts a server, and again whenever it ends without being told to. */
async function keepRunning(
  start: () => Promise<ChildProcess>,
  cleanUp: () => Promise<unknown>,
  logger: Logger,
): Promise<{ stop(): Promise<void> }> {
  let stopping = false;
  let server: ChildProcess | undefined = await start();
  let restarting: Promise<void> | undefined;
  let restarts: number[] = [];

  const watch = (running: ChildProcess): void => {
    running.once('exit', (code, signal) => {
      server = undefined;
      if (!stopping) restarting = restart(code, signal);
    });
  };
  async function restart(code: number | null, signal: string | null): Promise<void> {
    logger.error({ code, signal }, 'PostgreSQL ended unexpectedly');
    restarts = [...restarts.filter((time) => time > Date.now() - 60_000), Date.now()];
    if (restarts.length > RESTARTS_A_MINUTE) {
      logger.fatal('PostgreSQL ends again and again: see server.log in its data folder');
      return;
    }
    try {
      await cleanUp();
      server = await start();
      watch(server);
      logger.info('PostgreSQL runs again');
    } catch (error) {
      logger.error({ error }, 'PostgreSQL could not be started again');
      if (!stopping) await restart(null, null);
    }
  }
  watch(server);

  return {
    async stop() {
      stopping = true;
      await restarting;
      if (!server) return;
      const exit = once(server, 'exit');
      server.kill('SIGINT'); // fast shutdown: ends connections, writes everything down
      const impatience = setTimeout(() => server?.kill('SIGQUIT'), 10_000);
      await exit;
      clearTimeout(impatience);
    },
  };
}

async function createDatabases(port: number, databases: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(port, 'postgres') });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const existing = new Set(rows.map(({ datname }) => datname));
    for (const name of databases)
      if (!existing.has(name)) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
