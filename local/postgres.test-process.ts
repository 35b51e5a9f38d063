/** A process that runs PostgreSQL as a platform does, for the tests to kill: tells the URL, then each SIGINT. */
import { createLogger } from '../platform/logger.ts';
import { startPostgres } from './postgres.ts';

const [dataDir = ''] = process.argv.slice(2);
const logger = createLogger('test', 'silent');
try {
  const postgres = await startPostgres({ dataDir, port: 0, databases: ['user'], logger });
  process.on('SIGINT', () => process.send?.({ interrupted: true }));
  process.on('message', () => void postgres.stop().then(() => process.exit()));
  process.send?.({ url: postgres.url('user') });
} catch (error) {
  process.send?.({ error: (error as Error).message }, () => process.exit(1));
}
