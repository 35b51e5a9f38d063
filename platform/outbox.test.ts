import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import type { AnyDomainEvent } from './domain-events.ts';
import type { EventBus } from './events/events.ts';
import { createLogger } from './logger.ts';
import { createOutbox, enqueue, once, pruneConsumedEvents, type Outbox, type Transaction } from './outbox.ts';

const logger = createLogger('test', 'silent');

let database: TestDatabase;
let pool: pg.Pool;
const outboxes: Outbox[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  pool.on('error', () => {}); // tests cut connections on purpose
  await pool.query(`
    create table outbox_event (
      sequence bigserial primary key, id text not null unique, type text not null, payload jsonb not null,
      trace_id text, occurred_at timestamptz(3) not null default now());
    create table consumed_event (id text primary key, consumed_at timestamptz(3) not null default now())`);
});

afterEach(async () => {
  await Promise.all(outboxes.splice(0).map((outbox) => outbox.close()));
  await pool.end();
  await database.drop();
});

/** What Prisma's transactions are to the outbox, over plain pg. */
const prisma = {
  async $transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const client = await pool.connect();
    const transaction: Transaction = {
      async $executeRaw(query, ...values) {
        const text = query.reduce((left, right, index) => `${left}$${index}${right}`);
        return (await client.query(text, values)).rowCount ?? 0;
      },
    };
    try {
      await client.query('begin');
      const result = await work(transaction);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  },
};

const tell = (userId: string): Promise<void> =>
  prisma.$transaction((transaction) =>
    enqueue(transaction, 'user.changed', { userId, email: `${userId}@marquee.test`, emailVerified: true }),
  );

/** A bus that notes whose events were published, and fails as often as it is told to. */
function recordingBus(
  failures = 0,
): EventBus & { users: string[]; events: AnyDomainEvent[]; failures: number } {
  const events: AnyDomainEvent[] = [];
  return {
    events,
    failures,
    get users() {
      return events.map(({ payload }) => (payload as { userId: string }).userId);
    },
    async publish(event) {
      if (this.failures-- > 0) throw new Error('the bus is down');
      events.push(event);
    },
    consume: async () => async () => {},
    close: async () => {},
  };
}

function startOutbox(events: EventBus, pollInterval = 60_000): Outbox {
  const outbox = createOutbox({ pool, source: 'user', events, logger, pollInterval, retryDelay: 10 });
  outboxes.push(outbox);
  outbox.start();
  return outbox;
}

const remaining = async (): Promise<number> =>
  Number((await pool.query<{ count: string }>('select count(*) from outbox_event')).rows[0]?.count);

/** Ends the connections that listen for the outbox, as a restart of the database would. @returns how many */
const cutRelays = async (): Promise<number> =>
  (
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid in (select pid from pg_locks where locktype = 'advisory')`)
  ).rowCount ?? 0;

describe('the outbox', () => {
  it('publishes what was left over, then each event as its transaction commits, in order', async () => {
    for (let i = 0; i < 250; i++) await tell(`before-${i}`);
    const bus = recordingBus();
    startOutbox(bus);
    await expect.poll(() => bus.events.length).toBe(250);
    for (let i = 0; i < 20; i++) await tell(`after-${i}`);
    // the poll is a minute away: only the notification can have told it
    await expect.poll(() => bus.events.length).toBe(270);
    expect(bus.users[0]).toBe('before-0');
    expect(bus.users.at(-1)).toBe('after-19');
    const sequences = bus.events.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    await expect.poll(remaining).toBe(0);
  });

  it('hands on all that an event is made of', async () => {
    const bus = recordingBus();
    startOutbox(bus);
    await tell('usr_1');
    await expect.poll(() => bus.events.length).toBe(1);
    expect(bus.events[0]).toEqual({
      id: expect.stringMatching(/^evt_/),
      type: 'user.changed',
      source: 'user',
      sequence: 1,
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      payload: { userId: 'usr_1', email: 'usr_1@marquee.test', emailVerified: true },
    });
  });

  it('tells nothing of a transaction that was rolled back', async () => {
    const bus = recordingBus();
    startOutbox(bus);
    const failed = prisma.$transaction(async (transaction) => {
      await enqueue(transaction, 'user.changed', { userId: 'ghost', email: 'ghost', emailVerified: false });
      throw new Error('the change failed');
    });
    await expect(failed).rejects.toThrow('the change failed');
    await tell('usr_1');
    await expect.poll(() => bus.users).toEqual(['usr_1']);
  });

  it('publishes an event again when it broke down between publishing and forgetting it', async () => {
    const bus = recordingBus();
    const { publish } = bus;
    bus.publish = async (event) => {
      await publish.call(bus, event);
      // the connection is gone before the relay can delete
      if (bus.events.length === 1) expect(await cutRelays()).toBe(1);
    };
    await tell('usr_1');
    await tell('usr_2');
    startOutbox(bus);
    await expect.poll(() => bus.users.at(-1)).toBe('usr_2');
    await expect.poll(remaining).toBe(0);
    expect(bus.users.filter((user) => user === 'usr_1')).toHaveLength(2);
  });

  it('keeps the order while the bus fails, and goes on when it is back', async () => {
    for (const user of ['usr_1', 'usr_2', 'usr_3']) await tell(user);
    const bus = recordingBus(4);
    startOutbox(bus);
    await expect.poll(() => bus.users).toEqual(['usr_1', 'usr_2', 'usr_3']);
    await expect.poll(remaining).toBe(0);
  });

  it('lets one relay of several be active, and another take over', async () => {
    const first = recordingBus();
    const second = recordingBus();
    const active = startOutbox(first, 50);
    await tell('usr_1');
    await expect.poll(() => first.users).toEqual(['usr_1']);
    startOutbox(second, 50);
    for (let i = 0; i < 10; i++) await tell(`usr_${i}`);
    await expect.poll(() => first.events.length).toBe(11);
    expect(second.events).toEqual([]);
    await active.close();
    await tell('usr_after');
    await expect.poll(() => second.users).toEqual(['usr_after']);
  });

  it('finds by polling what no notification told it of', async () => {
    const bus = recordingBus();
    startOutbox(bus, 50);
    await tell('usr_1');
    await expect.poll(() => bus.events.length).toBe(1);
    await pool.query(
      `insert into outbox_event (id, type, payload) values ('evt_x', 'user.changed', '{"userId":"x"}')`,
    );
    await expect.poll(() => bus.users).toEqual(['usr_1', 'x']);
  });

  it('connects again after its connection was cut', async () => {
    const bus = recordingBus();
    startOutbox(bus);
    await tell('usr_1');
    await expect.poll(remaining).toBe(0);
    expect(await cutRelays()).toBe(1);
    await tell('usr_2');
    await expect.poll(() => bus.users).toEqual(['usr_1', 'usr_2']);
  });

  it('waits for the running event when it closes, and leaves the rest to the next relay', async () => {
    for (const user of ['usr_1', 'usr_2', 'usr_3']) await tell(user);
    const bus = recordingBus();
    const { publish } = bus;
    let begun = (): void => {};
    let finish = (): void => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const mayFinish = new Promise<void>((resolve) => (finish = resolve));
    bus.publish = async (event) => {
      begun();
      await mayFinish;
      await publish.call(bus, event);
    };
    const outbox = startOutbox(bus);
    await hasBegun;
    const closed = outbox.close();
    finish();
    await closed;
    expect(bus.users).toEqual(['usr_1']);
    expect(await remaining()).toBe(2);
  });

  it('closes while the database is away', async () => {
    const away = new pg.Pool({ connectionString: 'postgresql://postgres:postgres@127.0.0.1:9/none' });
    const outbox = createOutbox({ pool: away, source: 'user', events: recordingBus(), logger });
    outbox.start();
    await outbox.close();
    await away.end();
  });
});

describe('an event that comes twice', () => {
  const event: AnyDomainEvent = {
    id: 'evt_1',
    type: 'user.changed',
    source: 'user',
    sequence: 1,
    occurredAt: new Date(0).toISOString(),
    payload: { userId: 'usr_1', email: 'a@marquee.test', emailVerified: true },
  };

  it('does its work once, also when both come at the same time', async () => {
    let works = 0;
    const handle = (): Promise<void> =>
      once(prisma, event, async (transaction) => {
        works++;
        await transaction.$executeRaw`select pg_sleep(0.05)`;
      });
    await Promise.all(Array.from({ length: 8 }, handle));
    await handle();
    expect(works).toBe(1);
  });

  it('does its work the second time when the first time failed', async () => {
    const failing = once(prisma, event, () => Promise.reject(new Error('the work failed')));
    await expect(failing).rejects.toThrow('the work failed');
    let works = 0;
    await once(prisma, event, async () => void works++);
    expect(works).toBe(1);
  });

  it('is remembered for thirty days', async () => {
    await pool.query(`insert into consumed_event values
      ('old', now() - interval '31 days'), ('recent', now() - interval '29 days')`);
    expect(await pruneConsumedEvents(pool)).toBe(1);
    expect((await pool.query('select id from consumed_event')).rows).toEqual([{ id: 'recent' }]);
  });
});
