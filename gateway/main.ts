import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { createInfrastructure } from '../platform/infrastructure.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import { runService } from '../platform/run-service.ts';
import { readGatewayEnv, type GatewayEnv } from './env.ts';
import { createGateway } from './gateway.ts';
import { createWorkers, runPrimary, runWorker, type Workers } from './workers.ts';

const help = `Runs the gateway alone, over any Federation 2 supergraph.

  npm run gateway -- [--supergraph FILE] [--port N] [--admin-port N] [--workers N]

  --supergraph FILE   supergraph SDL (.graphql), also as https:// or s3://bucket/key; or rover's
                      configuration (.yaml) (SUPERGRAPH)
  --port N            port to listen on (PORT, 4000)
  --admin-port N      port of /metrics (ADMIN_PORT, none)
  --workers N         processes that share the port (WORKERS, 1); SIGHUP replaces them one set by another
  --help              this text

Options replace the variables in brackets; gateway/README.md lists all variables.
Without JWKS_URL there is no identity: everyone is a visitor.`;

// Garbage is collected when 40% as much has come as lives. Left alone, V8 lets three times as much pile up where it finds
// much memory.
setFlagsFromString('--heap-growing-percent=40');

const { values } = parseArgs({
  options: {
    supergraph: { type: 'string' },
    port: { type: 'string' },
    'admin-port': { type: 'string' },
    workers: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
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
  const infrastructure = await createInfrastructure({ redisUrl: env.REDIS_URL, logger });
  return { service: await createGateway({ env, infrastructure, logger, measured }), infrastructure, logger };
};

/** Workers run what this process runs, with its flags; from source they need the loader of TypeScript. */
function workersOf({ WORKERS, HOST, ADMIN_PORT }: GatewayEnv, logger: Logger): Workers {
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
    logger,
  });
}

let env: GatewayEnv;
try {
  env = readEnv();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
// the primary shows the metrics of all workers
if (cluster.isWorker)
  await runWorker(() => create({ ...env, ADMIN_PORT: undefined }, env.ADMIN_PORT !== undefined));
else if (env.WORKERS === 1) await runService(() => create(env));
else {
  const logger = createLogger('gateway', env.LOG_LEVEL);
  await runPrimary(workersOf(env, logger), logger);
}
