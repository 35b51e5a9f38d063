import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWire, redisForTests, type Wire } from '../tests/support/redis.ts';
import type { AnyDomainEvent } from './domain-events.ts';
import { newId } from './ids.ts';
import { createInfrastructure, type Infrastructure } from './infrastructure.ts';
import { createLogger } from './logger.ts';

const redis = await redisForTests();
const unavailable = { extensions: { code: 'SERVICE_UNAVAILABLE' } };
let log: { level: string; message: string }[] = [];
const logger = createLogger('test', 'info', {
  write: (line) => void log.push(JSON.parse(line) as (typeof log)[0]),
});
const logged = (message: string) => log.filter((line) => line.message === message);

let sequence = 0;
const userChanged = (): AnyDomainEvent => ({
  id: newId('evt'),
  type: 'user.changed',
  source: 'user',
  sequence: ++sequence,
  occurredAt: new Date().toISOString(),
  payload: { userId: 'usr_1', email: 'viewer@marquee.test', emailVerified: true },
});

const sessionRevoked = (): AnyDomainEvent => ({
  id: newId('evt'),
  type: 'session.revoked',
  source: 'user',
  sequence: ++sequence,
  occurredAt: new Date().toISOString(),
  payload: { userId: 'usr_1', sessionId: 'ses_1' },
});

const open: (Infrastructure | Wire)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  log = [];
});

const kinds: [string, () => Promise<Infrastructure>][] = [['memory', () => createInfrastructure({ logger })]];
if (redis) {
  kinds.push(['Redis', () => createInfrastructure({ redisUrl: redis.url, logger, prefix: redis.prefix() })]);
}

describe.each(kinds)('the infrastructure in %s', (_name, create) => {
  it('is ready, and does all its work', async () => {
    const infrastructure = await create();
    open.push(infrastructure);
    await infrastructure.ready();
    const { events, pubsub, cache, limits, leases } = infrastructure;
    const heard = await pubsub.subscribe<number>('changes');
    await events.consume('playback', ['user.changed'], (event) => pubsub.publish('changes', event.sequence));
    const event = userChanged();
    await events.publish(event);
    expect(await heard.next()).toEqual({ done: false, value: event.sequence });
    await cache.set('key', 1, 60);
    expect(await cache.get('key')).toBe(1);
    expect(await limits.consume('key', 1, 1, 60)).toMatchObject({ allowed: true });
    expect(await leases.acquire('key', 'holder', 1, 60)).toBe(true);
  });

  it('lets a running handler use everything until it ends, then closes', async () => {
    const { events, cache, leases, close } = await create();
    let result: unknown;
    const begun = new Promise<void>((resolve) => {
      void events.consume('playback', ['user.changed'], async () => {
        resolve();
        await new Promise((wait) => setTimeout(wait, 100));
        await cache.set('key', 'written', 60);
        result = [await cache.get('key'), await leases.acquire('key', 'holder', 1, 60)];
      });
    });
    const publishing = events.publish(userChanged());
    await begun;
    await close();
    await publishing;
    expect(result).toEqual(['written', true]);
  });

  it('closes twice without complaint', async () => {
    const infrastructure = await create();
    await infrastructure.ready();
    await infrastructure.close();
    await infrastructure.close();
  });
});

if (redis) {
  describe('while Redis is away', () => {
    async function createBehindWire(): Promise<{
      infrastructure: Infrastructure;
      wire: Wire;
      prefix: string;
    }> {
      const wire = await createWire(redis?.url ?? '');
      const prefix = redis?.prefix() ?? '';
      const infrastructure = await createInfrastructure({ redisUrl: wire.url, logger, prefix });
      await infrastructure.ready();
      open.push(infrastructure, wire);
      return { infrastructure, wire, prefix };
    }
    const untilReady = (infrastructure: Infrastructure) =>
      vi.waitFor(() => infrastructure.ready(), { timeout: 10_000, interval: 20 });
    const untilAway = () => vi.waitFor(() => expect(logged('Redis is away')).toHaveLength(1));

    async function expectDocumentedModes({ events, pubsub, cache, limits, leases, ready }: Infrastructure) {
      await expect(events.publish(userChanged())).rejects.toMatchObject(unavailable);
      await expect(pubsub.publish('channel', 1)).rejects.toMatchObject(unavailable);
      await expect(pubsub.subscribe('channel')).rejects.toMatchObject(unavailable);
      expect(await cache.get('key')).toBeUndefined();
      await cache.set('key', 'set while away', 60);
      await cache.delete('key');
      const answers = await Promise.all([1, 2, 3].map(async () => limits.consume('key', 1, 2, 60)));
      expect(answers.map((answer) => answer.allowed)).toEqual([true, true, false]);
      await limits.reset('key');
      await expect(leases.acquire('key', 'holder', 5, 60)).rejects.toMatchObject(unavailable);
      await expect(leases.renew('key', 'holder', 60)).rejects.toMatchObject(unavailable);
      await expect(leases.holders('key')).rejects.toMatchObject(unavailable);
      await expect(ready()).rejects.toMatchObject(unavailable);
    }

    it('behaves as documented and at once when Redis has stopped, and works again when it is back', async () => {
      const { infrastructure, wire } = await createBehindWire();
      const { cache, leases, limits } = infrastructure;
      await wire.cut();
      await untilAway();
      const begun = Date.now();
      await expectDocumentedModes(infrastructure);
      expect(Date.now() - begun).toBeLessThan(200);
      await wire.mend();
      await untilReady(infrastructure);
      await cache.set('key', 'value', 60);
      expect(await cache.get('key')).toBe('value');
      expect(await leases.acquire('key', 'holder', 1, 60)).toBe(true);
      expect(await limits.consume('key', 1, 2, 60)).toMatchObject({ allowed: true, remaining: 1 });
      expect(logged('Redis is away')).toHaveLength(1);
      expect(logged('Redis is back')).toHaveLength(1);
      expect(logged('limits are counted per process until Redis is back')).toHaveLength(1);
    });

    it('keeps nobody waiting for more than two seconds when Redis hangs, and only the first at all', async () => {
      const { infrastructure, wire } = await createBehindWire();
      wire.freeze();
      const begun = Date.now();
      await expect(infrastructure.ready()).rejects.toMatchObject(unavailable);
      expect(Date.now() - begun).toBeLessThan(2_500);
      await untilAway();
      const second = Date.now();
      await expectDocumentedModes(infrastructure);
      expect(Date.now() - second).toBeLessThan(200);
      await wire.mend();
      await untilReady(infrastructure);
    });

    it('lets one caller of limits or cache wait for a quarter of a second when Redis hangs, and tells of it', async () => {
      const { infrastructure, wire } = await createBehindWire();
      const { cache, limits } = infrastructure;
      const told: string[] = [];
      cache.onFailure?.((kind) => told.push(kind));
      limits.onAlone?.(() => told.push('alone'));
      await limits.consume('key', 1, 2, 60);
      expect(told).toEqual([]);
      wire.freeze();
      const begun = Date.now();
      expect(await limits.consume('key', 1, 2, 60)).toMatchObject({ allowed: true, remaining: 1 });
      expect(Date.now() - begun).toBeGreaterThan(200);
      expect(Date.now() - begun).toBeLessThan(1_000);
      const second = Date.now();
      expect(await limits.consume('key', 1, 2, 60)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await limits.consume('key', 1, 2, 60)).toMatchObject({ allowed: false });
      expect(await cache.get('key')).toBeUndefined();
      expect(Date.now() - second).toBeLessThan(200);
      expect(told).toEqual(['alone', 'alone', 'alone', 'read']);
      await cache.set('key', 'value', 60);
      expect(told).toEqual(['alone', 'alone', 'alone', 'read', 'write']);
      expect(logged('limits are counted per process until Redis is back')).toHaveLength(1);
      await wire.mend();
      await untilReady(infrastructure);
      await vi.waitFor(async () => expect(await cache.get('key')).toBeUndefined());
      expect(await limits.consume('other', 1, 2, 60)).toMatchObject({ remaining: 1 });
      expect(told).toHaveLength(5);
    });

    it('starts while Redis is away, and begins when it comes', async () => {
      const wire = await createWire(redis.url);
      await wire.cut();
      const infrastructure = await createInfrastructure({
        redisUrl: wire.url,
        logger,
        prefix: redis.prefix(),
      });
      open.push(infrastructure, wire);
      const seen: number[] = [];
      await infrastructure.events.consume('playback', ['user.changed'], async (event) => {
        seen.push(event.sequence);
      });
      await expect(infrastructure.ready()).rejects.toMatchObject(unavailable);
      await wire.mend();
      await untilReady(infrastructure);
      const event = userChanged();
      await infrastructure.events.publish(event);
      await vi.waitFor(() => expect(seen).toEqual([event.sequence]), { timeout: 10_000 });
    });

    it('goes on with the events that a consumer held when the connection broke, in their order', async () => {
      const { infrastructure, wire } = await createBehindWire();
      const { events } = infrastructure;
      const seen: number[] = [];
      let finish = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const publish = async (event: AnyDomainEvent) => {
        await events.publish(event);
        return event.sequence;
      };
      const sequences = [await publish(userChanged()), await publish(sessionRevoked())];
      await events.consume('playback', ['user.changed', 'session.revoked'], async (event) => {
        seen.push(event.sequence);
        await finished;
      });
      await vi.waitFor(() => expect(seen).toHaveLength(1));
      sequences.push(await publish(sessionRevoked()), await publish(userChanged()));
      await wire.cut();
      await untilAway();
      finish();
      await wire.mend();
      await vi.waitFor(() => expect([...new Set(seen)]).toHaveLength(4), { timeout: 10_000 });
      expect([...new Set(seen)]).toEqual(sequences);
    });

    it('loses no event and no order to outages, whenever they come', async () => {
      const { infrastructure, wire } = await createBehindWire();
      const { events } = infrastructure;
      const seen: number[] = [];
      await events.consume('playback', ['user.changed'], async (event) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.push(event.sequence);
      });
      const published: number[] = [];
      for (let index = 0; index < 120; index++) {
        if (index % 40 === 20) await wire.cut();
        if (index % 40 === 25) await wire.mend();
        const event = userChanged();
        const inStream = await events.publish(event).then(
          () => true,
          () => false,
        );
        if (inStream) published.push(event.sequence);
        else if (wire.listening()) await untilReady(infrastructure);
      }
      await vi.waitFor(() => expect(seen.at(-1)).toBe(published.at(-1)), { timeout: 15_000 });
      // an event that was handled as the connection broke comes a second time, in its place
      const once = seen.filter((one, index) => seen.indexOf(one) === index);
      expect(once.filter((one) => published.includes(one))).toEqual(published);
      expect(once).toEqual([...once].sort((a, b) => a - b));
      expect(seen.length - once.length).toBeLessThanOrEqual(3);
    });

    it('keeps iterators open, which hear again when Redis is back, and forgets those that left', async () => {
      const { infrastructure, wire, prefix } = await createBehindWire();
      const { pubsub } = infrastructure;
      const staying = await pubsub.subscribe<number>('job');
      const leaving = await pubsub.subscribe<number>('other');
      await pubsub.publish('job', 1);
      expect(await staying.next()).toMatchObject({ value: 1 });
      await wire.cut();
      await untilAway();
      await leaving.return?.();
      await wire.mend();
      await untilReady(infrastructure);
      const heard = staying.next();
      let said = false;
      void heard.then(() => {
        said = true;
      });
      await vi.waitFor(
        async () => {
          await pubsub.publish('job', 2);
          expect(said).toBe(true);
        },
        { timeout: 5_000, interval: 20 },
      );
      expect(await heard).toMatchObject({ value: 2 });
      const counts = await redis
        .connect(logger)
        .run((client) => client.pubsub('NUMSUB', `${prefix}pubsub:job`, `${prefix}pubsub:other`));
      expect(counts).toEqual([`${prefix}pubsub:job`, 1, `${prefix}pubsub:other`, 0]);
    });

    it('does not bring back what was deleted from the cache, or set anew, during the outage', async () => {
      const { infrastructure, wire } = await createBehindWire();
      const { cache } = infrastructure;
      await cache.set('deleted', 'old', 60);
      await cache.set('replaced', 'old', 60);
      await cache.set('untouched', 'kept', 60);
      await wire.cut();
      await untilAway();
      await cache.delete('deleted');
      await cache.set('replaced', 'new', 60);
      await wire.mend();
      await untilReady(infrastructure);
      expect(await cache.get('deleted')).toBeUndefined();
      expect(await cache.get('replaced')).toBeUndefined();
      expect(await cache.get('untouched')).toBe('kept');
    });

    it('sets what is said to be there instead, where a set was missed', async () => {
      const { infrastructure, wire } = await createBehindWire();
      const { cache } = infrastructure;
      await cache.set('key', 'old', 60);
      await wire.cut();
      await untilAway();
      await cache.set('key', 'missed', 60, 'instead');
      await wire.mend();
      await untilReady(infrastructure);
      expect(await cache.get('key')).toBe('instead');
      await cache.set('key', 'new', 60, 'instead');
      expect(await cache.get('key')).toBe('new');
    });

    it('closes when Redis hangs, and tells of it', async () => {
      const { infrastructure, wire } = await createBehindWire();
      wire.freeze();
      await infrastructure.close();
      expect(logged('Redis did not answer at the stop')).toHaveLength(1);
    });

    it('closes at once, with a consumer running', async () => {
      const { infrastructure, wire } = await createBehindWire();
      await infrastructure.events.consume('playback', ['user.changed'], async () => {});
      await infrastructure.pubsub.subscribe('job');
      await wire.cut();
      await untilAway();
      const begun = Date.now();
      await infrastructure.close();
      expect(Date.now() - begun).toBeLessThan(1_000);
    });

    it('closes within seconds when Redis hangs', async () => {
      const { infrastructure, wire } = await createBehindWire();
      await infrastructure.events.consume('playback', ['user.changed'], async () => {});
      wire.freeze();
      const begun = Date.now();
      await infrastructure.close();
      expect(Date.now() - begun).toBeLessThan(5_000);
    });
  });
}
