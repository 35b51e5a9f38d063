import { parseArgs } from 'node:util';
import { createInfrastructure } from '../platform/infrastructure.ts';
import { createLogger } from '../platform/logger.ts';
import { runService } from '../platform/run-service.ts';
import { readGatewayEnv } from './env.ts';
import { createGateway } from './gateway.ts';

const help = `Runs the gateway alone, over any Federation 2 supergraph.

  npm run gateway -- [--supergraph FILE] [--port N] [--admin-port N]

  --supergraph FILE   supergraph SDL (.graphql), also as https:// or s3://bucket/key; or rover's
                      configuration (.yaml) (SUPERGRAPH)
  --port N            port to listen on (PORT, 4000)
  --admin-port N      port of /metrics (ADMIN_PORT, none)
  --help              this text

Options replace the variables in brackets; gateway/README.md lists all variables.
Without JWKS_URL there is no identity: everyone is a visitor.`;

await runService(async () => {
  const { values } = parseArgs({
    options: {
      supergraph: { type: 'string' },
      port: { type: 'string' },
      'admin-port': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const env = readGatewayEnv(undefined, {
    ...(values.supergraph !== undefined && { SUPERGRAPH: values.supergraph }),
    ...(values.port !== undefined && { PORT: values.port }),
    ...(values['admin-port'] !== undefined && { ADMIN_PORT: values['admin-port'] }),
  });
  const logger = createLogger('gateway', env.LOG_LEVEL);
  const infrastructure = createInfrastructure({ redisUrl: env.REDIS_URL, logger });
  return { service: await createGateway({ env, infrastructure, logger }), infrastructure, logger };
});
