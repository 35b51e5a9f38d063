import type pg from 'pg';
import type { Logger } from './logger.ts';

export interface Periodic {
  /** Runs it at once, and then as often as was said. */
  start(): void;
  /** Runs it now, or once more after the running one. */
  wake(): void;
  /** Waits for the running one and starts no other. */
  close(): Promise<void>;
}

/**
 * Work that is done again and again, never twice at a time; what it throws is logged and it goes on.
 * @param name of the work, for the log
 * @param milliseconds from the beginning of one run to that of the next
 */
export function createPeriodic(
  name: string,
  milliseconds: number,
  logger: Logger,
  work: () => Promise<unknown>,
): Periodic {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let open = false;
  const run = (): void => {
    if (!open) return;
    if (running) {
      again = true;
      return;
    }
    again = false;
    running = work()
      .then(
        () => undefined,
        (error: unknown) => logger.error({ error, job: name }, 'a periodic job failed'),
      )
      .finally(() => {
        running = undefined;
        if (again) run();
      });
  };
  return {
    start() {
      open = true;
      timer = setInterval(run, milliseconds);
      timer.unref();
      run();
    },
    wake: run,
    async close() {
      open = false;
      clearInterval(timer);
      await running;
    },
  };
}

/**
 * Does work that only one copy of the service may do at a time.
 * @param lock any number, the same for all copies
 * @returns false if another copy is at it
 */
export async function alone(pool: pg.Pool, lock: number, work: () => Promise<unknown>): Promise<boolean> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      lock,
    ]);
    if (!rows[0]?.taken) return false;
    try {
      await work();
      return true;
    } finally {
      await client.query('select pg_advisory_unlock($1)', [lock]);
    }
  } finally {
    client.release();
  }
}
