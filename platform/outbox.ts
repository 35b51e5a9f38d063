import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { AnyDomainEvent, DomainEvents, EventType } from './domain-events.ts';
import type { EventBus } from './events/events.ts';
import { newId } from './ids.ts';
import type { Logger } from './logger.ts';
import { currentTrace } from './trace.ts';

/** The part of a Prisma transaction that the outbox and the inbox use. */
export interface Transaction {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<number>;
}

/**
 * Notes an event in the transaction of the change it tells of: both happen or neither does. The relay that
 * {@link createOutbox} runs is told on commit.
 */
export async function enqueue<Type extends EventType>(
  transaction: Transaction,
  type: Type,
  payload: DomainEvents[Type],
): Promise<void> {
  await transaction.$executeRaw`
    insert into outbox_event (id, type, payload, trace_id)
    values (${newId('evt')}, ${type}, ${JSON.stringify(payload)}::jsonb, ${currentTrace()?.traceId ?? null})`;
  await transaction.$executeRaw`select pg_notify('outbox', '')`;
}

/**
 * Does `work` for an event unless it was done before; the memory of it is part of the same transaction.
 * @param prisma the consuming service's client
 */
export async function once<Tx extends Transaction>(
  prisma: { $transaction<Result>(work: (transaction: Tx) => Promise<Result>): Promise<Result> },
  event: AnyDomainEvent,
  work: (transaction: Tx) => Promise<void>,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const fresh = await transaction.$executeRaw`
      insert into consumed_event (id) values (${event.id}) on conflict do nothing`;
    if (fresh === 1) await work(transaction);
  });
}

export interface Outbox {
  /** Begins to publish: what a crash left over first, then each event as its transaction commits. */
  start(): void;
  /** Stops after the running event. What is left is published by the next relay. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  /** The service's connections. The relay makes one of its own, beside the pool's. */
  readonly pool: pg.Pool;
  /** Name of the service. */
  readonly source: string;
  readonly events: EventBus;
  readonly logger: Logger;
  /**
   * Milliseconds after which the relay looks for events that it was not told of, and for the place of a relay that is
   * gone. @default 5000
   */
  readonly pollInterval?: number;
  /** Milliseconds before the first repetition after a failure; doubles up to five seconds. @default 100 */
  readonly retryDelay?: number;
}

/** Events that are read at once. */
const BATCH = 100;
const LONGEST_RETRY_DELAY = 5_000;
const HOUR = 3_600_000;

/** Any number, the same in all copies of a service: the key of the lock that the active relay holds. */
const RELAY_LOCK = 7_201_907;

interface OutboxRow {
  sequence: string;
  id: string;
  type: EventType;
  payload: never;
  trace_id: string | null;
  occurred_at: Date;
}

/**
 * Publishes the events of a database, each at least once, in the order of their sequence. Of several copies of a
 * service one relay is active; another takes over when its connection ends. While the bus fails the events wait, in
 * order; while the database is away the relay tries to connect again.
 *
 * Two transactions at the same time can commit in another order than that of their sequences. For one entity that does
 * not happen as long as the row is changed before the event is noted: the second transaction then waits for the first
 * to commit before it gets its number.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { pool, source, events, logger, pollInterval = 5_000, retryDelay = 100 } = options;
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let prunedAt = -Infinity;

  /** Resolves after the delay, or at once when the relay closes. */
  const rest = (failures: number): Promise<void> =>
    delay(Math.min(retryDelay * 2 ** failures, LONGEST_RETRY_DELAY), undefined, {
      signal: closing.signal,
    }).catch(
      () => {}, // closing is the reason not to rest
    );

  async function run(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; failures++) {
      try {
        await relayOverOneConnection(() => (failures = 0));
      } catch (error) {
        logger.warn(
          { error: (error as Error).message },
          'the outbox lost its database and will connect again',
        );
        await rest(failures);
      }
    }
  }

  /** All that a relay does goes over the connection that holds its lock: without the lock it can do nothing. */
  async function relayOverOneConnection(connected: () => void): Promise<void> {
    const client = new pg.Client({
      ...pool.options,
      password: pool.options.password, // which the spread leaves out, being hidden from enumeration
      keepAlive: true,
      query_timeout: 10_000,
    });
    const bell = createBell();
    let lost: Error | undefined;
    client.on('error', (error) => {
      lost = error;
      bell.ring();
    });
    client.on('notification', bell.ring);
    closing.signal.addEventListener('abort', bell.ring);
    try {
      await client.connect();
      await client.query('listen outbox');
      connected();
      let active = false;
      while (!closing.signal.aborted) {
        active ||= await becomeActive(client);
        if (active) await relay(client);
        if (active) await pruneHourly(client);
        await bell.rung(pollInterval);
        if (lost) throw lost;
      }
    } finally {
      closing.signal.removeEventListener('abort', bell.ring);
      await client.end().catch(() => {}); // it is closed then, which was the aim
    }
  }

  /** Publishes until nothing is left or the relay closes. A bus that fails is asked again, ever more slowly. */
  async function relay(client: pg.Client): Promise<void> {
    for (let failures = 0; !closing.signal.aborted;) {
      const { rows } = await client.query<OutboxRow>(
        'select * from outbox_event order by sequence limit $1',
        [BATCH],
      );
      const published = await publish(rows);
      // by number, not "up to": a lower one may have been committed meanwhile
      await client.query('delete from outbox_event where sequence = any($1)', [published]);
      if (published.length < rows.length) await rest(failures++);
      else if (rows.length < BATCH) return;
      else failures = 0;
    }
  }

  /** @returns the sequences that were published: all, unless the bus failed or the relay closes */
  async function publish(rows: readonly OutboxRow[]): Promise<string[]> {
    const published: string[] = [];
    for (const row of rows) {
      if (closing.signal.aborted) break;
      try {
        await events.publish({
          id: row.id,
          type: row.type,
          source,
          sequence: Number(row.sequence),
          occurredAt: row.occurred_at.toISOString(),
          ...(row.trace_id !== null && { traceId: row.trace_id }),
          payload: row.payload,
        });
      } catch (error) {
        logger.warn(
          { error: (error as Error).message, event: row.id },
          'an event could not be published and will be',
        );
        break;
      }
      published.push(row.sequence);
    }
    return published;
  }

  async function pruneHourly(client: pg.Client): Promise<void> {
    if (performance.now() - prunedAt < HOUR) return;
    prunedAt = performance.now();
    const forgotten = await pruneConsumedEvents(client);
    if (forgotten > 0) logger.info({ forgotten }, 'forgot events consumed long ago');
  }

  return {
    start() {
      running ??= run();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Takes the lock of the active relay, which is given back when the connection ends. */
async function becomeActive(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ active: boolean }>('select pg_try_advisory_lock($1) as active', [
    RELAY_LOCK,
  ]);
  return rows[0]?.active ?? false;
}

/** Something to wait for that may have happened before one waits. */
function createBell(): { ring: () => void; rung: (timeout: number) => Promise<void> } {
  let ringing = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      ringing = true;
      wake?.();
    },
    async rung(timeout) {
      if (!ringing)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeout);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      ringing = false;
      wake = undefined;
    },
  };
}

/**
 * Forgets which events were handled more than 30 days ago: by then they do not come again. The relay does it hourly.
 * @returns how many
 */
export async function pruneConsumedEvents(database: Pick<pg.ClientBase, 'query'>): Promise<number> {
  const { rowCount } = await database.query(
    "delete from consumed_event where consumed_at < now() - interval '30 days'",
  );
  return rowCount ?? 0;
}
