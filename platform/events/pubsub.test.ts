import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWire, redisForTests } from '../../tests/support/redis.ts';
import { connectRedis, type RedisConnection } from '../infrastructure-redis.ts';
import { createLogger } from '../logger.ts';
import type { PubSub } from './events.ts';
import { createMemoryPubSub } from './memory.ts';
import { createRedisPubSub } from './redis-pubsub.ts';

const redis = await redisForTests();
const logger = createLogger('test', 'silent');
const implementations: [string, () => PubSub][] = [['memory', createMemoryPubSub]];
if (redis) {
  implementations.push([
    'Redis',
    () => createRedisPubSub({ connection: redis.connect(logger), logger, prefix: redis.prefix() }),
  ]);
}
const unavailable = { extensions: { code: 'SERVICE_UNAVAILABLE' } };

/** Reads so many messages. */
async function read<Message>(iterator: AsyncIterableIterator<Message>, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) {
    const { done, value } = await iterator.next();
    if (done) break;
    messages.push(value);
  }
  return messages;
}

describe.each(implementations)('pub/sub in %s', (_name, create) => {
  let pubsub: PubSub;
  afterEach(() => pubsub.close());

  it('says a message to all who listen to its channel, and to nobody else', async () => {
    pubsub = create();
    const [first, second, other] = await Promise.all([
      pubsub.subscribe<object>('job 1'),
      pubsub.subscribe<object>('job 1'),
      pubsub.subscribe<object>('job 2'),
    ]);
    await pubsub.publish('job 1', { percent: 10, phase: null });
    await pubsub.publish('job 2', { percent: 99 });
    expect(await first.next()).toEqual({ done: false, value: { percent: 10, phase: null } });
    expect(await second.next()).toEqual({ done: false, value: { percent: 10, phase: null } });
    expect(await other.next()).toEqual({ done: false, value: { percent: 99 } });
  });

  it('keeps nothing for those who come later', async () => {
    pubsub = create();
    await pubsub.publish('job', 1);
    const late = await pubsub.subscribe<number>('job');
    await pubsub.publish('job', 2);
    expect(await read(late, 1)).toEqual([2]);
  });

  it('listens as soon as subscribe resolves, and keeps the order', async () => {
    pubsub = create();
    const iterator = await pubsub.subscribe<number>('job', 1_000);
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    await Promise.all(numbers.map((number) => pubsub.publish('job', number)));
    expect(await read(iterator, 500)).toEqual(numbers);
  });

  it('gives messages to reads that already wait, in their order', async () => {
    pubsub = create();
    const iterator = await pubsub.subscribe<number>('job');
    const reads = [iterator.next(), iterator.next()];
    await pubsub.publish('job', 1);
    await pubsub.publish('job', 2);
    expect(await Promise.all(reads)).toMatchObject([{ value: 1 }, { value: 2 }]);
  });

  it('drops the oldest messages for a reader that is slow, and for that one only', async () => {
    pubsub = create();
    const slow = await pubsub.subscribe<number>('job', 3);
    const quick = await pubsub.subscribe<number>('job', 100);
    for (let number = 1; number <= 10; number++) await pubsub.publish('job', number);
    // it has all when the one beside it has
    expect(await read(quick, 10)).toHaveLength(10);
    expect(await read(slow, 3)).toEqual([8, 9, 10]);
  });

  it('gives each reader a message of its own', async () => {
    pubsub = create();
    const first = await pubsub.subscribe<string[]>('job');
    const second = await pubsub.subscribe<string[]>('job');
    await pubsub.publish('job', ['a']);
    const [message] = await read(first, 1);
    message?.push('b');
    expect(await read(second, 1)).toEqual([['a']]);
  });

  it('ends an iterator on return, waiting reads included, and lets the others listen on', async () => {
    pubsub = create();
    const leaving = await pubsub.subscribe<number>('job');
    const staying = await pubsub.subscribe<number>('job');
    const waiting = leaving.next();
    await leaving.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await leaving.next()).toEqual({ done: true, value: undefined });
    await pubsub.publish('job', 1);
    expect(await read(staying, 1)).toEqual([1]);
  });

  it('ends a for-await loop that breaks', async () => {
    pubsub = create();
    const iterator = await pubsub.subscribe<number>('job');
    for (let number = 1; number <= 5; number++) await pubsub.publish('job', number);
    const seen: number[] = [];
    for await (const number of iterator) {
      seen.push(number);
      if (number === 2) break;
    }
    expect(seen).toEqual([1, 2]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('hears a channel again after it was left', async () => {
    pubsub = create();
    for (let round = 0; round < 20; round++) {
      const before = await pubsub.subscribe<number>('job');
      // leaving and joining cross: the second must not lose what the first gives up
      const [after] = await Promise.all([pubsub.subscribe<number>('job'), before.return?.()]);
      await pubsub.publish('job', round);
      expect(await read(after, 1)).toEqual([round]);
      await after.return?.();
    }
  });

  it('ends all iterators when it closes, after what they have not read', async () => {
    pubsub = create();
    const waiting = await pubsub.subscribe<number>('quiet');
    const behind = await pubsub.subscribe<number>('job');
    const witness = await pubsub.subscribe<number>('job');
    const read = waiting.next();
    await pubsub.publish('job', 1);
    await witness.next();
    await pubsub.close();
    expect(await read).toEqual({ done: true, value: undefined });
    expect(await behind.next()).toEqual({ done: false, value: 1 });
    expect(await behind.next()).toEqual({ done: true, value: undefined });
    await expect(pubsub.publish('job', 2)).rejects.toMatchObject(unavailable);
    await expect(pubsub.subscribe('job')).rejects.toMatchObject(unavailable);
  });

  it('refuses a subscription that may hold nothing', async () => {
    pubsub = create();
    await expect(pubsub.subscribe('job', 0)).rejects.toThrow(RangeError);
  });
});

if (redis) {
  describe('pub/sub in Redis', () => {
    it('reaches other processes, over one subscription a channel, and gives it up with the last listener', async () => {
      const prefix = redis.prefix();
      const connection = redis.connect(logger);
      const here = createRedisPubSub({ connection, logger, prefix });
      const there = createRedisPubSub({ connection: redis.connect(logger), logger, prefix });
      const listeners = await Promise.all([
        here.subscribe('job'),
        here.subscribe('job'),
        here.subscribe('job'),
      ]);
      const count = async () => {
        const [, subscribers] = await connection.run((client) =>
          client.pubsub('NUMSUB', `${prefix}pubsub:job`),
        );
        return subscribers;
      };
      expect(await count()).toBe(1);
      await there.publish('job', 'hello');
      for (const listener of listeners) expect(await listener.next()).toMatchObject({ value: 'hello' });
      for (const listener of listeners) await listener.return?.();
      await vi.waitFor(async () => expect(await count()).toBe(0));
      await Promise.all([here.close(), there.close()]);
    });

    /** Pub/sub on a connection that is ready, and the connection of its own that listens, which may not be yet. */
    async function createWithListener(): Promise<{ pubsub: PubSub; listener: Redis }> {
      const connection = redis?.connect(logger) as RedisConnection;
      await connection.run((client) => client.ping());
      let listener!: Redis;
      const duplicate: RedisConnection['duplicate'] = (options) => (listener = connection.duplicate(options));
      const pubsub = createRedisPubSub({
        connection: { ...connection, duplicate },
        logger,
        prefix: redis?.prefix() ?? '',
      });
      return { pubsub, listener };
    }

    it.each(['connecting', 'connect', 'ready'])(
      'hears all that is said after subscribe resolved, if the connection that listens was at "%s" then',
      async (status) => {
        const { pubsub, listener } = await createWithListener();
        if (listener.status !== status) await once(listener, status);
        const iterator = await pubsub.subscribe<number>('job', 100_000);
        let said = 0;
        do await pubsub.publish('job', ++said);
        while (listener.status !== 'ready');
        // by now the listener knows of all channels, so that the last message is heard in any case
        await pubsub.subscribe('other');
        await pubsub.publish('job', 'last');
        const heard: unknown[] = [];
        for await (const message of iterator) {
          heard.push(message);
          if ((message as unknown) === 'last') break;
        }
        expect(heard).toHaveLength(said + 1);
        await pubsub.close();
      },
    );

    it('listens when subscribe resolves, also to a channel that its connection lost a moment ago', async () => {
      const { pubsub, listener } = await createWithListener();
      await pubsub.subscribe('job');
      listener.stream.destroy();
      await once(listener, 'close');
      const iterator = await pubsub.subscribe<number>('job');
      await pubsub.publish('job', 1);
      await pubsub.subscribe('other');
      await pubsub.publish('job', 2);
      expect(await read(iterator, 1)).toEqual([1]);
      await pubsub.close();
    });

    it('goes on listening when somebody wants to subscribe while the connection that publishes is away', async () => {
      const wire = await createWire(redis.url);
      const connection = connectRedis({ url: wire.url, logger });
      const direct = redis.connect(logger);
      const prefix = redis.prefix();
      const pubsub = createRedisPubSub({
        connection: { ...connection, duplicate: direct.duplicate },
        logger,
        prefix,
      });
      const iterator = await pubsub.subscribe<number>('job');
      await wire.cut();
      await vi.waitFor(() => expect(pubsub.publish('job', 0)).rejects.toMatchObject(unavailable));
      await expect(pubsub.subscribe('other')).rejects.toMatchObject(unavailable);
      await direct.run((client) => client.publish(`${prefix}pubsub:job`, '1'));
      await wire.mend();
      await vi.waitFor(() => pubsub.publish('job', 2), { timeout: 5_000 });
      expect(await read(iterator, 1)).toEqual([1]);
      await pubsub.close();
      await connection.close();
      await wire.close();
    });
  });
}

if (redis)
  it('goes on listening when somebody says what is not JSON', async () => {
    const prefix = redis.prefix();
    const connection = redis.connect(logger);
    const pubsub = createRedisPubSub({ connection, logger, prefix });
    const heard = await pubsub.subscribe<number>('job');
    await connection.run((client) => client.publish(`${prefix}pubsub:job`, 'not JSON'));
    await pubsub.publish('job', 1);
    expect(await heard.next()).toEqual({ done: false, value: 1 });
    await pubsub.close();
  });
