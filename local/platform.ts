import path from 'node:path';
import { createInfrastructure } from '../platform/infrastructure.ts';
import type { Logger } from '../platform/logger.ts';
import { deployMigrations } from '../platform/migrations.ts';
import { addressesFrom, subgraphNames, type Addresses, type SubgraphName } from './addresses.ts';
import type { LocalEnv } from './env.ts';
import { openLogs } from './logs.ts';
import { requireFreePorts } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { loadSecrets } from './secrets.ts';
import { seedOnce, type Seeded } from './seed.ts';
import { startSeedingClips } from './seed-clips.ts';
import { serviceEnvironments } from './service-env.ts';
import { createServiceProcesses, createServicesInProcess } from './services.ts';
import { createStandIns, type Part } from './stand-ins.ts';
import type { Steps } from './steps.ts';

export interface Platform {
  readonly addresses: Addresses;
  readonly logFile: string;
  readonly seeded: Seeded;
  /** Stops all of it, the last started first. */
  close(): Promise<void>;
}

/**
 * Starts a whole platform on this machine: PostgreSQL, the stand-ins for outside systems, migrations, the five
 * subgraphs, demo data once, the gateway. If a step fails, what was started is stopped again.
 * @param onExit is told when a part ends by itself
 * @throws {StepFailed} with one sentence that names the step, what was wrong and the remedy
 */
export async function startPlatform(
  env: LocalEnv,
  steps: Steps,
  onExit: (reason: string) => void,
): Promise<Platform> {
  const addresses = addressesFrom(env.port);
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  };
  const begin = async (part: Part): Promise<void> => {
    stops.push(() => part.close());
    await part.listen();
  };
  try {
    await steps.run('Ports', () => requireFreePorts(addresses, ['postgres']));
    const logs = openLogs(env.dataDir, env.logLevel);
    stops.push(async () => logs.flush());
    const secrets = loadSecrets(env.dataDir);

    const postgres = await steps.run('PostgreSQL', () =>
      startPostgres({
        dataDir: path.join(env.dataDir, 'postgres'),
        port: addresses.port('postgres'),
        databases: subgraphNames,
        logger: logs.loggerOf('postgres'),
      }),
    );
    stops.push(() => postgres.stop());

    const standIns = await createStandIns(env, addresses, secrets, logs.loggerOf);
    for (const [name, standIn] of Object.entries(standIns)) await steps.run(name, () => begin(standIn));

    const databaseUrl = (name: SubgraphName): string => postgres.url(name);
    await steps.run(
      'Migrations',
      () => migrate(databaseUrl),
      (note) => note,
    );

    const environments = serviceEnvironments(env, addresses, secrets, databaseUrl);
    const { redisUrl } = env;
    if (redisUrl !== undefined)
      await steps.run('Redis', () => requireRedis(redisUrl, logs.loggerOf('redis')));
    const services =
      redisUrl === undefined
        ? await steps.run('Services', () => createServicesInProcess(environments, logs.loggerOf))
        : createServiceProcesses(environments, addresses, env.inherited, logs, onExit);
    stops.push(() => services.close());
    await Promise.all(
      subgraphNames.map((name) => steps.run(`Subgraph ${name}`, () => begin(services.subgraphs[name]))),
    );
    const seeded = await steps.run(
      'Demo data',
      () => seedOnce(env.dataDir, environments, logs.loggerOf('seed')),
      ({ catalogue }) => catalogue,
    );
    // last: a gateway that is ready means that all of it is there
    await steps.run('Gateway', () => begin(services.gateway));
    if (env.demoClips) stops.push(startSeedingClips(env, addresses, logs.loggerOf('seed')));
    return { addresses, logFile: logs.file, seeded, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws with one sentence that names the address and the remedy if Redis does not answer */
async function requireRedis(redisUrl: string, logger: Logger): Promise<void> {
  const infrastructure = await createInfrastructure({ redisUrl, logger });
  try {
    await infrastructure.ready();
  } catch (error) {
    const { host } = new URL(redisUrl);
    throw new Error(`Redis at ${host} does not answer. Start it, or start without REDIS_URL.`, {
      cause: error,
    });
  } finally {
    await infrastructure.close();
  }
}

/** Applies what is new to each database; says how many migrations that was. */
async function migrate(databaseUrl: (name: SubgraphName) => string): Promise<string> {
  let applied = 0;
  for (const name of subgraphNames) {
    const directory = path.join(import.meta.dirname, '..', 'subgraphs', name, 'prisma', 'migrations');
    applied += (await deployMigrations({ databaseUrl: databaseUrl(name), directory })).length;
  }
  return applied === 0 ? 'nothing new' : `${applied} applied`;
}
