import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { collectDefaultMetrics } from 'prom-client';
import type { Infrastructure } from '../platform/infrastructure.ts';
import type { Logger } from '../platform/logger.ts';
import { createHttpService, type Route } from '../platform/serve.ts';
import type { Gateway } from './gateway.ts';
import { createWorkerMetrics, tellMetrics } from './observability/worker-metrics.ts';

/** What a worker says when it listens. */
interface Ready {
  readonly ready: string;
}

/** A worker that does not leave when told is killed after so long; it gives its own requests ten seconds. */
const LEAVE_WITHIN = 20_000;
/** Between a worker's crash and the next one; doubled for each that crashes young. Milliseconds. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;
/** A worker that lived so long was well: the next crash is a new one. Milliseconds. */
const GROWN_UP = 10_000;

export interface WorkersOptions {
  readonly count: number;
  /** What a worker runs, and its arguments. */
  readonly exec: string;
  readonly execArgv: readonly string[];
  readonly args: readonly string[];
  readonly host: string;
  /** Where all workers' metrics are, added up; nowhere without it. */
  readonly adminPort: number | undefined;
  /** What else is there. */
  readonly adminRoutes: readonly Route[];
  readonly logger: Logger;
}

/** Several processes that listen on one port, looked after by this one, which answers no request itself. */
export interface Workers {
  /** @throws if a worker ends before it listens */
  start(): Promise<void>;
  /** Starts new workers once all of the last ones listen, and lets the old ones go once the new ones listen. Where one cannot start, the old ones stay. */
  reload(): Promise<void>;
  /** Lets all workers finish what they do. */
  stop(): Promise<void>;
}

export function createWorkers(options: WorkersOptions): Workers {
  const { count, exec, execArgv, args, host, adminPort, adminRoutes, logger } = options;
  cluster.setupPrimary({ exec, execArgv: [...execArgv], args: [...args] });
  /** Those that shall live. One that ends while it is in here has crashed. */
  const current = new Set<Worker>();
  let pause = FIRST_PAUSE;
  let stopping = false;
  let url = '';

  /** Starts a worker. @throws if it ends before it listens */
  const spawn = async (): Promise<Worker> => {
    const worker = cluster.fork();
    const born = performance.now();
    worker.once('exit', () => {
      if (current.delete(worker)) crashed(worker, performance.now() - born);
    });
    url = await listening(worker);
    logger.info({ pid: worker.process.pid, url }, 'a worker listens');
    return worker;
  };

  /** Another takes the place of one that shall live and has ended. */
  const crashed = ({ process: { pid, exitCode: code, signalCode: signal } }: Worker, lived: number): void => {
    if (stopping) return;
    logger.error({ pid, code, signal }, 'a worker crashed; another takes its place');
    replace(lived);
  };

  const replace = (lived: number): void => {
    pause = lived >= GROWN_UP ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
    setTimeout(() => {
      if (isWhole()) return;
      const born = performance.now();
      spawn().then(adopt, (error: unknown) => {
        if (isWhole()) return;
        logger.error({ cause: String(error) }, 'a worker could not start');
        replace(performance.now() - born);
      });
    }, pause);
  };

  /** Whether no worker is missing. A new set may have come while a place was to be filled. */
  const isWhole = (): boolean => stopping || current.size >= count;

  /** Takes a worker that has listened among those that shall live; it may have ended while others of its set started. */
  const adopt = (worker: Worker): void => {
    if (isWhole()) void leave(worker);
    else if (worker.isDead()) crashed(worker, 0);
    else current.add(worker);
  };

  /** A whole set of workers. @throws if one cannot start, after the others have left */
  const spawnAll = async (): Promise<Worker[]> => {
    const outcomes = await Promise.allSettled(Array.from({ length: count }, spawn));
    const workers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = outcomes.find((one) => one.status === 'rejected');
    if (!failed) return workers;
    await Promise.all(workers.map(leave));
    throw failed.reason;
  };

  const metrics = createWorkerMetrics();
  const admin =
    adminPort === undefined
      ? undefined
      : createHttpService({
          host,
          port: adminPort,
          logger,
          ready: async () => {
            if (current.size < count) throw new Error(`${current.size} of ${count} workers listen.`);
            return { workers: current.size };
          },
          routes: [
            {
              method: 'GET',
              path: '/metrics',
              async handler(_request, response) {
                const text = await metrics.read(current, count);
                response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
              },
            },
            ...adminRoutes,
          ],
        });

  const begin = async (): Promise<void> => {
    (await spawnAll()).forEach(adopt);
    if (stopping) return;
    await admin?.listen();
    logger.info({ url, workers: count, ...(admin && { adminUrl: admin.url }) }, 'listening');
  };
  const renew = async (): Promise<void> => {
    if (stopping) return;
    try {
      const next = await spawnAll();
      const old = [...current];
      current.clear();
      next.forEach(adopt);
      await Promise.all(old.map(leave));
      logger.info({ workers: count }, 'all workers are new');
    } catch (error) {
      if (!stopping) logger.error({ cause: String(error) }, 'new workers could not start; the old ones stay');
    }
  };

  // one after the other: two sets of new workers would let each other go
  let last = Promise.resolve();
  return {
    start: () => (last = begin()),
    // where the start failed there is nothing to renew
    reload: () => (last = last.then(renew, () => undefined)),
    async stop() {
      stopping = true;
      await Promise.all(Object.values(cluster.workers ?? {}).flatMap((one) => (one ? [leave(one)] : [])));
      await admin?.close();
    },
  };
}

/** Resolves with a worker's address once it listens. @throws if it ends before that */
const listening = (worker: Worker): Promise<string> =>
  new Promise((resolve, reject) => {
    worker.on('message', (message: Partial<Ready>) => {
      if (message.ready !== undefined) resolve(message.ready);
    });
    worker.once('exit', (code, signal) =>
      reject(new Error(`A worker ended before it listened (${signal ?? `exit code ${code}`}).`)),
    );
  });

/**
 * Connections that the primary handed over just when this worker stopped to listen: by parting in good order they are
 * given to others, where a process that simply ended would leave them hanging.
 */
async function handBackConnections(): Promise<void> {
  if (!process.connected) return;
  const parted = once(process, 'disconnect');
  cluster.worker?.disconnect();
  await parted;
}

/**
 * Lets a worker finish what it does, and waits until it is gone. It is told by a signal, which ends one that has not
 * begun to listen for it, where a message would be lost until then.
 */
async function leave(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const gone = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  const force = setTimeout(() => worker.process.kill('SIGKILL'), LEAVE_WITHIN);
  await gone;
  clearTimeout(force);
}

/**
 * A worker's process, whole: makes its gateway, listens, and drains on SIGTERM. Signals of the terminal reach workers too;
 * it is the primary that acts on them.
 */
export async function runWorker(
  create: () => Promise<{ service: Gateway; infrastructure: Infrastructure; logger: Logger }>,
): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  try {
    const { service, infrastructure, logger } = await create();
    tellMetrics(service.metrics);
    collectDefaultMetrics({ register: service.metrics });
    let stopping = false;
    const stop = async (): Promise<void> => {
      if (stopping) return;
      stopping = true;
      try {
        await service.close();
        await handBackConnections();
        await infrastructure.close();
        process.exit(0);
      } catch (error) {
        logger.error({ error }, 'the stop failed');
        process.exit(1);
      }
    };
    // before this it has nothing to finish, and the signal ends it
    process.on('SIGTERM', () => void stop());
    await service.listen();
    process.send?.({ ready: service.url } satisfies Ready);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

/**
 * The primary's process, whole: starts the workers, renews them on SIGHUP, stops them on SIGTERM or SIGINT.
 * @param close what else is to be closed when all have stopped
 */
export async function runPrimary(
  workers: Workers,
  logger: Logger,
  close: () => Promise<void>,
): Promise<void> {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    await workers.stop();
    await close();
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
  process.on('SIGHUP', () => void workers.reload());
  try {
    await workers.start();
  } catch (error) {
    // those that were starting were told to leave
    if (stopping) return;
    // its own message is on standard error already
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
