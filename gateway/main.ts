import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createPrimaryPubSub, createWorkerPubSub } from '../platform/events/cluster-pubsub.ts';
import { setFlagsFromString } from 'node:v8';
import { createInfrastructure } from '../platform/infrastructure.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import { runService } from '../platform/run-service.ts';
import type { Route } from '../platform/serve.ts';
import { readGatewayEnv, type GatewayEnv } from './env.ts';
import { invalidationRoute } from './execution/cache/invalidation.ts';
import { createCacheStore } from './execution/cache/store.ts';
import { createGateway } from './gateway.ts';
import { createWorkers, runPrimary, runWorker, type Workers } from './workers.ts';

const help = `Runs the gateway alone, over any Federation 2 supergraph.

  npm run gateway -- [--supergraph FILE] [--port N] [--admin-port N] [--workers N]

  --supergraph FILE   supergraph SDL (.graphql), also as https:// or s3://bucket/key; or rover's
                      configuration (.yaml) (SUPERGRAPH)
  --port N            port to listen on (PORT, 4000)
  --admin-port N      port of /metrics (ADMIN_PORT, none)
  --workers N         processes that share the port (WORKERS, 1); SIGHUP replaces them one set by another,
                      and has a single one read the supergraph again
  --help              this text

Options replace the variables in brackets; gateway/README.md lists all variables.
Without JWKS_URL and TOKEN_ISSUERS access tokens are ignored.`;

// Garbage is collected when six tenths of what lives have come on top. Left alone, V8 lets three times as much pile up where
// it finds much memory.
setFlagsFromString('--heap-growing-percent=60');
// What survived once because a request took its time is no sign that its like will live long. V8 would put them among what is
// old from then on, where collecting them is dear: a small query after many large ones then takes a third more time.
setFlagsFromString('--no-allocation-site-pretenuring');

/** Ends the process with a sentence on standard error. */
function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readFlags = () => {
  try {
    return parseArgs({
      options: {
        supergraph: { type: 'string' },
        port: { type: 'string' },
        'admin-port': { type: 'string' },
        workers: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // the first sentence names the flag; others tell how to pass what starts with a dash
    const [sentence = ''] = messageOf(error).split(/\.\s/);
    return fail(`${sentence}. See --help.`);
  }
};
const values = readFlags();
if (values.help) {
  console.log(help);
  process.exit(0);
}

const readEnv = (): GatewayEnv =>
  readGatewayEnv(undefined, {
    ...(values.supergraph !== undefined && { SUPERGRAPH: values.supergraph }),
    ...(values.port !== undefined && { PORT: values.port }),
    ...(values['admin-port'] !== undefined && { ADMIN_PORT: values['admin-port'] }),
    ...(values.workers !== undefined && { WORKERS: values.workers }),
  });

const create = async (env: GatewayEnv, measured = env.ADMIN_PORT !== undefined) => {
  const logger = createLogger('gateway', env.LOG_LEVEL);
  const infrastructure = await createInfrastructure({
    redisUrl: env.REDIS_URL,
    logger,
    ...(cluster.isWorker && env.REDIS_URL === undefined && { localPubsub: createWorkerPubSub() }),
  });
  return { service: await createGateway({ env, infrastructure, logger, measured }), infrastructure, logger };
};

/** Workers run what this process runs, with its flags; from source they need the loader of TypeScript. */
function workersOf(
  { WORKERS, HOST, ADMIN_PORT }: GatewayEnv,
  logger: Logger,
  adminRoutes: readonly Route[],
): Workers {
  const exec = fileURLToPath(import.meta.url);
  return createWorkers({
    count: WORKERS,
    exec,
    execArgv: [
      ...process.execArgv,
      // where it is not among the flags, it was registered by a script
      ...(exec.endsWith('.ts') && !process.execArgv.some((flag) => flag.startsWith('--import'))
        ? ['--import', import.meta.resolve('tsx')]
        : []),
    ],
    args: process.argv.slice(2),
    host: HOST,
    adminPort: ADMIN_PORT,
    adminRoutes,
    logger,
  });
}

/** The primary keeps no answers, but its admin port is where all workers' are invalidated. */
async function invalidationsOf(
  { CACHE, CACHE_INVALIDATION_SECRET, ADMIN_PORT, REDIS_URL }: GatewayEnv,
  logger: Logger,
): Promise<{ routes: readonly Route[]; close(): Promise<void> }> {
  if (CACHE === 'off' || CACHE_INVALIDATION_SECRET === undefined || ADMIN_PORT === undefined)
    return { routes: [], close: async () => {} };
  const { cache, pubsub, close } = await createInfrastructure({
    redisUrl: REDIS_URL,
    logger,
    ...(REDIS_URL === undefined && { localPubsub: createPrimaryPubSub() }),
  });
  // with Redis this is all workers' cache; without it each has its own, and is told
  const { invalidate } = createCacheStore(cache);
  return { routes: [invalidationRoute(CACHE_INVALIDATION_SECRET, { pubsub, invalidate, logger })], close };
}

let env: GatewayEnv;
try {
  env = readEnv();
} catch (error) {
  fail(messageOf(error));
}
// the primary shows the metrics of all workers
if (cluster.isWorker)
  await runWorker(() => create({ ...env, ADMIN_PORT: undefined }, env.ADMIN_PORT !== undefined));
else if (env.WORKERS === 1) {
  const created = create(env);
  const notStarted = (): void => undefined; // told below, by who waits for it
  process.on('SIGHUP', () => void created.then(({ service }) => service.reload(), notStarted));
  await runService(() => created);
} else {
  const logger = createLogger('gateway', env.LOG_LEVEL);
  const { routes, close } = await invalidationsOf(env, logger);
  await runPrimary(workersOf(env, logger, routes), logger, close);
}
