import type { Infrastructure } from './infrastructure.ts';
import type { Logger } from './logger.ts';

/** A service that a process runs: a subgraph, or the gateway. */
export interface Service {
  readonly name: string;
  readonly url: string;
  /** Opens the port and starts background work. */
  listen(): Promise<void>;
  /** Rejects while it cannot do its work. */
  ready(): Promise<void>;
  /** Drains and stops. */
  close(): Promise<void>;
}

/**
 * The main file of a service, whole: makes it, listens, and stops it by draining on SIGTERM or SIGINT. A second signal
 * ends the process at once. What goes wrong at the start is one message on standard error, and exit code 1.
 */
export async function runService(
  create: () => Promise<{ service: Service; infrastructure?: Infrastructure; logger: Logger }>,
): Promise<void> {
  try {
    const { service, infrastructure, logger } = await create();
    let stopping = false;
    const stop = (signal: string): void => {
      if (stopping) process.exit(1);
      stopping = true;
      logger.info({ signal }, 'stopping');
      service
        .close()
        .then(() => infrastructure?.close())
        .then(
          () => process.exit(0),
          (error: unknown) => {
            logger.error({ error }, 'the stop failed');
            process.exit(1);
          },
        );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    await service.listen();
    logger.info({ url: service.url }, 'listening');
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
