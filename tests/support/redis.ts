import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import type { Logger } from '../../platform/logger.ts';
import { newId } from '../../platform/ids.ts';
import { connectRedis, type RedisConnection } from '../../platform/infrastructure-redis.ts';

/** A Redis for tests: the one that REDIS_URL names, or a server of their own. */
export interface TestRedis {
  readonly url: string;
  /** A key prefix that nobody else uses. */
  prefix(): string;
  /** A connection that is closed after the file's tests. */
  connect(logger: Logger): RedisConnection;
}

/**
 * Finds or starts a Redis for the tests of a file, and stops it after them. Without one it says what is missing, and
 * returns undefined: the file then tests its memory half.
 */
export async function redisForTests(): Promise<TestRedis | undefined> {
  const given = process.env['REDIS_URL'];
  const binary = given ? undefined : findOnPath('redis-server');
  if (!given && !binary) {
    console.warn(
      'Servers not found: Redis (no redis-server on the PATH, no REDIS_URL). Only the memory half is tested.',
    );
    return undefined;
  }
  const server = binary ? await startServer(binary) : undefined;
  const url = given ?? `redis://127.0.0.1:${server?.port}`;
  const connections: RedisConnection[] = [];
  const prefixes: string[] = [];
  afterAll(async () => {
    if (given) await removeKeys(given, prefixes);
    await Promise.all(connections.map((connection) => connection.close()));
    await server?.stop();
  });
  return {
    url,
    prefix() {
      const prefix = `${newId('test')}:`;
      prefixes.push(prefix);
      return prefix;
    },
    connect(logger) {
      const connection = connectRedis({ url, logger });
      connections.push(connection);
      return connection;
    },
  };
}

/** Leaves a Redis that is not ours as it was. */
async function removeKeys(url: string, prefixes: readonly string[]): Promise<void> {
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: 'test_*', count: 1_000 }) as AsyncIterable<string[]>) {
    const ours = keys.filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
    if (ours.length > 0) await redis.unlink(...ours);
  }
  await redis.quit();
}

function findOnPath(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false; // not there, or not for us: the next folder may have it
    }
  });
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startServer(binary: string): Promise<{ port: number; stop(): Promise<void> }> {
  // another process may take the port first; then the next one is tried
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const server = spawn(
      binary,
      ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      {
        cwd: '/',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    // a test process that is killed takes its server along
    const killed = () => server.kill('SIGKILL');
    process.once('exit', killed);
    if (await accepts(server)) {
      return {
        port,
        async stop() {
          process.removeListener('exit', killed);
          const exited = once(server, 'exit');
          server.kill('SIGKILL');
          await exited;
        },
      };
    }
    if (tries === 5) throw new Error(`${binary} does not start.`);
  }
}

/** Whether the server came up, read from its own log. */
function accepts(server: ChildProcess): Promise<boolean> {
  let log = '';
  return new Promise((resolve) => {
    server.stdout?.on('data', (chunk) => {
      log = `${log}${String(chunk)}`.slice(-4_096);
      if (log.includes('Ready to accept connections')) resolve(true);
    });
    server.once('exit', () => resolve(false));
    server.once('error', () => resolve(false));
  });
}

/** The way to a Redis, which a test can cut and mend: to its clients the server is stopped and started. */
export interface Wire {
  readonly url: string;
  /** False after `cut`. */
  listening(): boolean;
  /** As if the server were stopped: connections break, new ones are refused. */
  cut(): Promise<void>;
  /** As if the server hung: connections stay open, and nothing comes through. */
  freeze(): void;
  /** Undoes `cut` and `freeze`. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function createWire(url: string): Promise<Wire> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 6379), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        if (!frozen) to.write(chunk);
      });
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function cut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  return {
    url: through.href,
    listening: () => server.listening,
    cut,
    freeze: () => {
      frozen = true;
    },
    async mend() {
      if (frozen) for (const socket of sockets) socket.destroy(); // what was swallowed cannot be made good
      frozen = false;
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: cut,
  };
}
