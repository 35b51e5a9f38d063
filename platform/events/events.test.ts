import { afterEach, describe, expect, it, vi } from 'vitest';
import { redisForTests } from '../../tests/support/redis.ts';
import type { AnyDomainEvent, DomainEvent } from '../domain-events.ts';
import { newId } from '../ids.ts';
import { createLogger } from '../logger.ts';
import { currentTrace } from '../trace.ts';
import type { EventBus } from './events.ts';
import { createMemoryEventBus } from './memory.ts';
import { createRedisEventBus, type RedisEventBusOptions } from './redis.ts';

const redis = await redisForTests();

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}
let log: LogLine[] = [];
const logger = createLogger('test', 'warn', { write: (line) => void log.push(JSON.parse(line) as LogLine) });
const quick = { logger, maxAttempts: 3, backoff: () => 5 };

const implementations: [string, () => EventBus][] = [['memory', () => createMemoryEventBus(quick)]];
if (redis) {
  implementations.push([
    'Redis',
    () => createRedisEventBus({ ...quick, connection: redis.connect(logger), prefix: redis.prefix() }),
  ]);
}

let sequence = 0;
function userChanged(email = 'viewer@marquee.test'): DomainEvent<'user.changed'> {
  const payload = { userId: 'usr_1', email, emailVerified: true };
  const occurredAt = new Date().toISOString();
  return {
    id: newId('evt'),
    type: 'user.changed',
    source: 'user',
    sequence: ++sequence,
    occurredAt,
    payload,
  };
}
function sessionRevoked(): DomainEvent<'session.revoked'> {
  const payload = { userId: 'usr_1', sessionId: 'ses_1' };
  const occurredAt = new Date().toISOString();
  return {
    id: newId('evt'),
    type: 'session.revoked',
    source: 'user',
    sequence: ++sequence,
    occurredAt,
    payload,
  };
}
const sequencesOf = (events: readonly AnyDomainEvent[]) => events.map((event) => event.sequence);
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 5 });
/** A promise, and the function that resolves it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

afterEach(() => {
  log = [];
});

describe.each(implementations)('an event bus in %s', (_name, create) => {
  let bus: EventBus;
  afterEach(() => bus.close());

  it('hands an event, whole, to every group that consumes its type', async () => {
    bus = create();
    const billing: AnyDomainEvent[] = [];
    const playback: AnyDomainEvent[] = [];
    const others: AnyDomainEvent[] = [];
    await bus.consume('billing', ['user.changed'], async (event) => void billing.push(event));
    await bus.consume('playback', ['user.changed'], async (event) => void playback.push(event));
    await bus.consume('catalog', ['session.revoked'], async (event) => void others.push(event));
    const event = { ...userChanged(), traceId: 'a'.repeat(32) };
    await bus.publish(event);
    await eventually(() => expect([billing, playback]).toEqual([[event], [event]]));
    expect(others).toEqual([]);
  });

  it('keeps the order of a source across types, however slow the handler', async () => {
    bus = create();
    const seen: AnyDomainEvent[] = [];
    await bus.consume('playback', ['user.changed', 'session.revoked', 'titles.changed'], async (event) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      seen.push(event);
    });
    const events = Array.from({ length: 40 }, (_, index) =>
      index % 3 === 0 ? sessionRevoked() : userChanged(),
    );
    await Promise.all(events.map((event) => bus.publish(event)));
    await eventually(() => expect(seen).toHaveLength(40));
    expect(sequencesOf(seen)).toEqual(sequencesOf(events));
  });

  it('handles one event at a time', async () => {
    bus = create();
    let running = 0;
    let most = 0;
    let done = 0;
    await bus.consume('playback', ['user.changed', 'session.revoked'], async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      done++;
    });
    await Promise.all(
      [userChanged(), sessionRevoked(), userChanged(), sessionRevoked()].map((e) => bus.publish(e)),
    );
    await eventually(() => expect(done).toBe(4));
    expect(most).toBe(1);
  });

  it('lets two members of a group share its events', async () => {
    bus = create();
    const first: AnyDomainEvent[] = [];
    const second: AnyDomainEvent[] = [];
    const take = (seen: AnyDomainEvent[]) => async (event: AnyDomainEvent) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.push(event);
    };
    await bus.consume('playback', ['user.changed'], take(first));
    await bus.consume('playback', ['user.changed'], take(second));
    const events = Array.from({ length: 30 }, () => userChanged());
    await Promise.all(events.map((event) => bus.publish(event)));
    await eventually(() => expect(first.length + second.length).toBe(30));
    expect(sequencesOf([...first, ...second]).sort((a, b) => a - b)).toEqual(sequencesOf(events));
    expect(Math.min(first.length, second.length)).toBeGreaterThan(0);
  });

  it('calls a handler that throws twice a third time, and holds back what comes after', async () => {
    bus = create();
    const calls: number[] = [];
    const poor = userChanged();
    const next = sessionRevoked();
    await bus.consume('playback', ['user.changed', 'session.revoked'], async (event) => {
      calls.push(event.sequence);
      if (calls.length < 3) throw new Error('the database is away');
    });
    await Promise.all([bus.publish(poor), bus.publish(next)]);
    await eventually(() => expect(calls).toHaveLength(4));
    expect(calls).toEqual([poor.sequence, poor.sequence, poor.sequence, next.sequence]);
    expect(log.map((line) => line.level)).toEqual(['warn', 'warn']);
  });

  it('sets a poisoned event aside with an error in the log, and delivers the next', async () => {
    bus = create();
    const poisoned = userChanged('poison');
    const next = userChanged();
    let attempts = 0;
    const handled: AnyDomainEvent[] = [];
    await bus.consume('playback', ['user.changed'], async (event) => {
      if (event.payload.email === 'poison') {
        attempts++;
        throw new Error('cannot be handled');
      }
      handled.push(event);
    });
    await bus.publish(poisoned);
    await bus.publish(next);
    await eventually(() => expect(sequencesOf(handled)).toEqual([next.sequence]));
    expect(attempts).toBe(3);
    expect(log.at(-1)).toMatchObject({
      level: 'error',
      group: 'playback',
      eventId: poisoned.id,
      err: { message: 'cannot be handled' },
    });
  });

  it('does not let a group that fails keep an event from another', async () => {
    bus = create();
    const seen: AnyDomainEvent[] = [];
    await bus.consume('billing', ['user.changed'], async () => {
      throw new Error('always');
    });
    await bus.consume('playback', ['user.changed'], async (event) => void seen.push(event));
    await bus.publish(userChanged());
    await eventually(() => expect(seen).toHaveLength(1));
  });

  it('runs a handler in the trace of the change that the event tells of', async () => {
    bus = create();
    const traces: (string | undefined)[] = [];
    await bus.consume('playback', ['user.changed'], async () => void traces.push(currentTrace()?.traceId));
    await bus.publish({ ...userChanged(), traceId: '0123456789abcdef'.repeat(2) });
    await bus.publish(userChanged());
    await eventually(() => expect(traces).toHaveLength(2));
    expect(traces[0]).toBe('0123456789abcdef'.repeat(2));
    expect(traces[1]).toMatch(/^[\da-f]{32}$/);
    expect(traces[1]).not.toBe(traces[0]);
  });

  it('gives a consumer that stopped nothing more, and stops after the running handler', async () => {
    bus = create();
    const { opened, open } = gate();
    let begun = 0;
    let ended = 0;
    const stop = await bus.consume('playback', ['user.changed'], async () => {
      begun++;
      await opened;
      ended++;
    });
    const publishing = Promise.allSettled([bus.publish(userChanged()), bus.publish(userChanged())]);
    await eventually(() => expect(begun).toBe(1));
    const stopped = stop().then(() => expect(ended).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBe(0);
    open();
    await stopped;
    await publishing;
    expect([begun, ended]).toEqual([1, 1]);
  });

  it('goes on with another member where one stopped between two attempts', async () => {
    bus = create();
    const { opened: failed, open: fail } = gate();
    const stop = await bus.consume('playback', ['user.changed'], async () => {
      fail();
      throw new Error('not here');
    });
    const seen: AnyDomainEvent[] = [];
    const event = userChanged();
    const publishing = bus.publish(event);
    await failed;
    await Promise.all([
      bus.consume('playback', ['user.changed'], async (taken) => void seen.push(taken)),
      stop(),
    ]);
    await publishing;
    await eventually(() => expect(sequencesOf(seen)).toEqual([event.sequence]));
  });

  it('closes after the running handler, and takes nothing more', async () => {
    bus = create();
    const { opened, open } = gate();
    const { opened: begun, open: begin } = gate();
    let ended = false;
    await bus.consume('playback', ['user.changed'], async () => {
      begin();
      await opened;
      ended = true;
    });
    const publishing = bus.publish(userChanged());
    await begun;
    const closing = bus.close().then(() => expect(ended).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    open();
    await closing;
    await publishing;
    const refusal = { extensions: { code: 'SERVICE_UNAVAILABLE' } };
    await expect(bus.publish(userChanged())).rejects.toMatchObject(refusal);
    await expect(bus.consume('late', ['user.changed'], async () => {})).rejects.toMatchObject(refusal);
  });
});

describe('the event bus in memory', () => {
  it('resolves publish only when every group has handled the event', async () => {
    const bus = createMemoryEventBus(quick);
    const { opened, open } = gate();
    let published = false;
    await bus.consume('billing', ['user.changed'], async () => {});
    await bus.consume('playback', ['user.changed'], async () => await opened);
    const publishing = bus.publish(userChanged()).then(() => {
      published = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(published).toBe(false);
    open();
    await publishing;
  });

  it('refuses an event for a group whose members have all stopped, so that the outbox keeps it', async () => {
    const bus = createMemoryEventBus(quick);
    const refusal = { extensions: { code: 'SERVICE_UNAVAILABLE' } };
    const stop = await bus.consume('playback', ['user.changed'], async () => {});
    await stop();
    await expect(bus.publish(userChanged())).rejects.toMatchObject(refusal);
    await expect(bus.publish(sessionRevoked())).resolves.toBeUndefined();
  });

  it('refuses what waits when it closes, so that the outbox keeps it', async () => {
    const bus = createMemoryEventBus(quick);
    const { opened, open } = gate();
    await bus.consume('playback', ['user.changed'], async () => await opened);
    const publishing = [bus.publish(userChanged()), bus.publish(userChanged())];
    const results = Promise.allSettled(publishing);
    await new Promise((resolve) => setImmediate(resolve));
    const closing = bus.close();
    open();
    await closing;
    expect((await results).map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
  });
});

if (redis) {
  describe('the event bus in Redis', () => {
    const open: EventBus[] = [];
    const createBus = (prefix: string, options: Partial<RedisEventBusOptions> = {}) => {
      const bus = createRedisEventBus({ ...quick, connection: redis.connect(logger), prefix, ...options });
      open.push(bus);
      return bus;
    };
    afterEach(() => Promise.all(open.splice(0).map((bus) => bus.close())));

    it('keeps events for a group that comes later, and goes on after a restart where the group stopped', async () => {
      const prefix = redis.prefix();
      const publisher = createBus(prefix);
      const events = Array.from({ length: 6 }, (_, index) => (index % 2 ? userChanged() : sessionRevoked()));
      for (const event of events.slice(0, 2)) await publisher.publish(event);
      const seen: AnyDomainEvent[] = [];
      const consume = (bus: EventBus) =>
        bus.consume('playback', ['user.changed', 'session.revoked'], async (event) => void seen.push(event));
      const before = createBus(prefix);
      await consume(before);
      await eventually(() => expect(seen).toHaveLength(2));
      await before.close();
      for (const event of events.slice(2)) await publisher.publish(event);
      await consume(createBus(prefix));
      await eventually(() => expect(seen).toHaveLength(6));
      expect(sequencesOf(seen)).toEqual(sequencesOf(events));
    });

    it('hands over at once, and in order, what a consumer had not handled when it stopped', async () => {
      const prefix = redis.prefix();
      const before = createBus(prefix, { backoff: () => 60_000 });
      let attempts = 0;
      await before.consume('playback', ['user.changed', 'session.revoked'], async () => {
        attempts++;
        throw new Error('not in this process');
      });
      const events = [userChanged(), sessionRevoked(), userChanged(), sessionRevoked()];
      for (const event of events) await before.publish(event);
      await eventually(() => expect(attempts).toBe(1));
      await before.close();
      const seen: AnyDomainEvent[] = [];
      const after = createBus(prefix);
      await after.consume(
        'playback',
        ['user.changed', 'session.revoked'],
        async (event) => void seen.push(event),
      );
      await eventually(() => expect(seen).toHaveLength(4));
      expect(sequencesOf(seen)).toEqual(sequencesOf(events));
    });

    it('gives an event of a consumer that died to another, and not one of a consumer that is slow', async () => {
      const prefix = redis.prefix();
      const deadAfterMilliseconds = 300;
      const bus = createBus(prefix, { deadAfterMilliseconds });
      const connection = redis.connect(logger);
      const stream = `${prefix}{events}:user.changed`;
      const lost = userChanged();
      const slow = userChanged();
      await bus.publish(lost);
      await connection.run(async (client) => {
        await client.xgroup('CREATE', stream, 'playback', '0');
        await client.xreadgroup('GROUP', 'playback', 'died', 'COUNT', 1, 'STREAMS', stream, '>');
      });
      const calls: number[] = [];
      const { opened, open: finish } = gate();
      const consume = () =>
        bus.consume('playback', ['user.changed'], async (event) => {
          calls.push(event.sequence);
          if (event.sequence === slow.sequence) await opened;
        });
      await Promise.all([consume(), consume()]);
      await bus.publish(slow);
      await eventually(() => expect(new Set(calls)).toEqual(new Set([lost.sequence, slow.sequence])));
      await new Promise((resolve) => setTimeout(resolve, 3 * deadAfterMilliseconds));
      finish();
      expect(calls).toHaveLength(2);
    });

    it('gives an event of a consumer that died to another while the clock is put back', async () => {
      const prefix = redis.prefix();
      const bus = createBus(prefix, { deadAfterMilliseconds: 1_000 });
      const stream = `${prefix}{events}:user.changed`;
      const [lost, next] = [userChanged(), userChanged()];
      await bus.publish(lost);
      await redis.connect(logger).run(async (client) => {
        await client.xgroup('CREATE', stream, 'playback', '0');
        await client.xreadgroup('GROUP', 'playback', 'died', 'COUNT', 1, 'STREAMS', stream, '>');
      });
      const seen: AnyDomainEvent[] = [];
      await bus.consume('playback', ['user.changed'], async (event) => void seen.push(event));
      await bus.publish(next);
      await eventually(() => expect(seen).toHaveLength(1));
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
      try {
        await eventually(() => expect(sequencesOf(seen)).toContain(lost.sequence));
      } finally {
        vi.useRealTimers();
      }
    });

    it('sets aside an event that took its consumers down, as often as it may fail', async () => {
      const prefix = redis.prefix();
      const connection = redis.connect(logger);
      const stream = `${prefix}{events}:user.changed`;
      const bus = createBus(prefix, { deadAfterMilliseconds: 100 });
      const deadly = userChanged();
      const next = userChanged();
      await bus.publish(deadly);
      await connection.run(async (client) => {
        await client.xgroup('CREATE', stream, 'playback', '0');
        await client.xreadgroup('GROUP', 'playback', 'first', 'STREAMS', stream, '>');
        for (const name of ['second', 'third'])
          await client.xautoclaim(stream, 'playback', name, 0, '0-0', 'COUNT', 1);
      });
      await bus.publish(next);
      const seen: AnyDomainEvent[] = [];
      await bus.consume('playback', ['user.changed'], async (event) => void seen.push(event));
      await eventually(() => expect(log.some((line) => line.level === 'error')).toBe(true));
      await eventually(() => expect(sequencesOf(seen)).toEqual([next.sequence]));
    });

    it('keeps what was set aside in a stream of its own, with group and reason', async () => {
      const prefix = redis.prefix();
      const connection = redis.connect(logger);
      const bus = createBus(prefix);
      const event = userChanged();
      await bus.consume('playback', ['user.changed'], async () => {
        throw new Error('cannot be handled');
      });
      await bus.publish(event);
      const stream = `${prefix}{events}:user.changed`;
      await vi.waitFor(async () => {
        const [entry] = await connection.run((client) => client.xrange(`${stream}:dead`, '-', '+'));
        const [, fields] = entry ?? [];
        expect(fields).toEqual([
          'group',
          'playback',
          'error',
          'Error: cannot be handled',
          'event',
          JSON.stringify(event),
        ]);
      });
      const [pending] = (await connection.run((client) => client.xpending(stream, 'playback'))) as [number];
      expect(pending).toBe(0);
    });

    it('sets aside what is no event at all, and delivers the next', async () => {
      const prefix = redis.prefix();
      const bus = createBus(prefix);
      const seen: AnyDomainEvent[] = [];
      await redis
        .connect(logger)
        .run((client) => client.xadd(`${prefix}{events}:user.changed`, '*', 'event', '{"id":'));
      await bus.consume('playback', ['user.changed'], async (event) => void seen.push(event));
      await bus.publish(userChanged());
      await eventually(() => expect(seen).toHaveLength(1));
      expect(log.map((line) => line.level)).toEqual(['error']);
    });

    it('makes its groups again when Redis has lost them', async () => {
      const prefix = redis.prefix();
      const bus = createBus(prefix);
      const seen: AnyDomainEvent[] = [];
      await bus.consume(
        'playback',
        ['user.changed', 'session.revoked'],
        async (event) => void seen.push(event),
      );
      await redis
        .connect(logger)
        .run((client) => client.del(`${prefix}{events}:user.changed`, `${prefix}{events}:session.revoked`));
      const event = userChanged();
      await bus.publish(event);
      await eventually(() => expect(sequencesOf(seen)).toEqual([event.sequence]));
    });

    it('keeps about as many events as it may', async () => {
      const prefix = redis.prefix();
      const bus = createBus(prefix, { maxLength: 100 });
      for (let index = 0; index < 500; index++) await bus.publish(userChanged());
      const length = await redis
        .connect(logger)
        .run((client) => client.xlen(`${prefix}{events}:user.changed`));
      expect(length).toBeGreaterThanOrEqual(100);
      expect(length).toBeLessThan(250);
    });

    it('leaves no consumer behind when it closes', async () => {
      const prefix = redis.prefix();
      const bus = createBus(prefix);
      let handled = 0;
      await bus.consume('playback', ['user.changed'], async () => void handled++);
      await bus.publish(userChanged());
      await eventually(() => expect(handled).toBe(1));
      await bus.close();
      const consumers = await redis
        .connect(logger)
        .run((client) => client.xinfo('CONSUMERS', `${prefix}{events}:user.changed`, 'playback'));
      expect(consumers).toEqual([]);
    });
  });
}
