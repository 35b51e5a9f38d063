import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { AnyDomainEvent } from '../domain-events.ts';
import { newId } from '../ids.ts';
import { hangUp, type RedisConnection } from '../infrastructure-redis.ts';
import { defaultMaxAttempts, deliver, type DeliveryOptions } from './delivery.ts';

export interface ConsumerOptions extends DeliveryOptions {
  readonly connection: RedisConnection;
  readonly group: string;
  readonly streams: readonly string[];
  readonly handler: (event: AnyDomainEvent) => Promise<void>;
  readonly deadAfterMilliseconds?: number;
}

export interface Consumer {
  /** Stops after the running handler, and hands what it has not handled to the rest of the group. */
  stop(): Promise<void>;
}

/** The next entry of a stream, which this consumer has to handle. */
interface Entry {
  readonly stream: string;
  readonly id: string;
  readonly json: string;
  /** how many consumers have been given it, this one included; more than one only if others died with it */
  readonly deliveries: number;
}

/** As Redis writes entries: id, then names and values in turn. The values of a trimmed entry are null. */
type RawEntry = [id: string, fields: string[] | null];
type Reply = [stream: string, entries: RawEntry[]][];

const longestBlockMilliseconds = 5_000;
const pauseAfterFailureMilliseconds = 200;
const pauseAfterObjectionMilliseconds = 5_000;
/** Marks an entry as without sign of life for so long that anybody may claim it. */
const releasedMilliseconds = 365 * 24 * 3_600_000;

/**
 * Begins to consume streams as a new member of a group. It holds at most one entry of each stream, and always handles
 * the oldest of them next: a merge that keeps the order across streams.
 */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const { connection, group, streams, handler, logger, maxAttempts = defaultMaxAttempts } = options;
  const { deadAfterMilliseconds = 30_000 } = options;
  const name = newId('con');
  const stopping = new AbortController();
  const block = Math.min(longestBlockMilliseconds, Math.ceil(deadAfterMilliseconds / 2));

  const heads = new Map<string, Entry>();
  /** streams from which this consumer may have been given entries that did not reach it */
  const recovering = new Set<string>();
  let grouped = false;
  let nextClaimAt = 0;

  // a blocked connection can serve nobody else
  const reader = connection.duplicate({ commandTimeout: block + 2_000 });
  reader.on('error', (error: Error) => logger.debug({ err: error, group }, 'a reading connection failed'));
  let readerId: number | undefined;
  let reading = false;

  async function createGroups(redis: Redis): Promise<void> {
    for (const stream of streams) {
      try {
        await redis.xgroup('CREATE', stream, group, '0', 'MKSTREAM');
      } catch (error) {
        if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
      }
    }
    grouped = true;
  }

  /** Asks for one entry of each stream; if `waits`, until there is any. */
  async function read(from: Map<string, '0' | '>'>, waits: boolean): Promise<Reply | null> {
    reading = true;
    try {
      const places = ['STREAMS', ...from.keys(), ...from.values()] as const;
      const member = ['GROUP', group, name, 'COUNT', 1] as const;
      const reply = waits
        ? await reader.xreadgroup(...member, 'BLOCK', block, ...places)
        : await reader.xreadgroup(...member, ...places);
      return reply as Reply | null;
    } finally {
      reading = false;
    }
  }

  /** Reads until each stream has a head or has nothing new. */
  async function fill(): Promise<void> {
    for (;;) {
      const empty = streams.filter((stream) => !heads.has(stream));
      if (empty.length === 0 || stopping.signal.aborted) return;
      const lost = empty.some((stream) => recovering.has(stream));
      // '0' asks for what was given to this consumer before, '>' for what nobody has had
      const from = new Map(empty.map((stream) => [stream, recovering.has(stream) ? '0' : '>'] as const));
      const reply = await read(from, !lost && heads.size === 0);
      for (const [stream, [entry]] of reply ?? []) {
        if (entry) await take(stream, entry, 1);
        else recovering.delete(stream);
      }
      if (!lost) return;
    }
  }

  async function take(stream: string, [id, fields]: RawEntry, deliveries: number): Promise<void> {
    if (fields) heads.set(stream, { stream, id, json: fields[1] ?? '', deliveries });
    else {
      logger.error(
        { stream, id, group },
        'an event was trimmed from its stream before the group had handled it',
      );
      await connection.run((redis) => redis.xack(stream, group, id));
    }
  }

  /** Takes over entries of consumers that gave no sign of life, at most one of each stream. */
  async function claim(): Promise<void> {
    if (performance.now() < nextClaimAt) return;
    let found = false;
    for (const stream of streams.filter((stream) => !heads.has(stream) && !recovering.has(stream))) {
      let cursor = '0-0';
      do {
        const [next, entries, trimmed] = (await connection.run((redis) =>
          redis.xautoclaim(stream, group, name, deadAfterMilliseconds, cursor, 'COUNT', 1),
        )) as [string, (RawEntry | null)[], string[] | undefined];
        for (const id of trimmed ?? [])
          logger.error(
            { stream, id, group },
            'an event was trimmed from its stream before the group had handled it',
          );
        const [entry] = entries;
        if (entry) {
          found = true;
          await take(stream, entry, await deliveriesOf(stream, entry[0]));
        }
        cursor = next;
      } while (cursor !== '0-0' && !heads.has(stream));
    }
    // what is found is rarely alone
    if (!found) nextClaimAt = performance.now() + deadAfterMilliseconds / 2;
  }

  async function deliveriesOf(stream: string, id: string): Promise<number> {
    const [pending] = (await connection.run((redis) => redis.xpending(stream, group, id, id, 1))) as [
      [id: string, consumer: string, idle: number, deliveries: number]?,
    ];
    return pending?.[3] ?? 1;
  }

  async function handle(entry: Entry): Promise<void> {
    const { stream, id } = entry;
    const { signal } = stopping;
    const problem = await outcomeOf(entry, () =>
      deliver(JSON.parse(entry.json) as AnyDomainEvent, handler, { ...options, signal }),
    );
    if (problem === 'stopped') return;
    await connection.run(async (redis) => {
      const transaction = redis.multi().xack(stream, group, id);
      if (problem !== undefined) {
        const reason = ['group', group, 'error', problem, 'event', entry.json];
        transaction.xadd(`${stream}:dead`, 'MAXLEN', '~', 10_000, '*', ...reason);
      }
      for (const [error] of (await transaction.exec()) ?? []) if (error) throw error;
    });
    heads.delete(stream);
  }

  /** Undefined when all is well, 'stopped', or why the event is to be set aside. */
  async function outcomeOf(
    entry: Entry,
    work: () => ReturnType<typeof deliver>,
  ): Promise<string | undefined> {
    const { stream, id, deliveries } = entry;
    if (deliveries > maxAttempts) {
      logger.error(
        { stream, id, group, deliveries },
        'an event was set aside: every consumer that had it died',
      );
      return `${deliveries - 1} consumers died with it`;
    }
    try {
      const outcome = await work();
      if (outcome.status === 'set aside') return String(outcome.error);
      return outcome.status === 'stopped' ? 'stopped' : undefined;
    } catch (error) {
      logger.error({ err: error, stream, id, group }, 'an event was set aside: it cannot be read');
      return String(error);
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (!grouped) await connection.run(createGroups);
        readerId ??= await reader.client('ID');
        await claim();
        await fill();
        const entry = oldest(heads.values());
        if (entry && !stopping.signal.aborted) await handle(entry);
      } catch (error) {
        if (stopping.signal.aborted) return;
        await recover(error as Error);
      }
    }
  }

  /** After a failure nothing is certain: what Redis thinks that this consumer has is read again. */
  async function recover(error: Error): Promise<void> {
    // connections come back soon and have their own line in the log; what Redis objects to is a fault to be mended
    const objection = error.name === 'ReplyError' && !error.message.startsWith('NOGROUP');
    logger[objection ? 'error' : 'debug']({ err: error, group }, 'a consumer reads its streams anew');
    if (error.message === 'Command timed out') hangUp(reader);
    heads.clear();
    for (const stream of streams) recovering.add(stream);
    grouped = false;
    readerId = undefined;
    const pause = objection ? pauseAfterObjectionMilliseconds : pauseAfterFailureMilliseconds;
    await wait(pause, undefined, { signal: stopping.signal }).catch(() => undefined); // aborted: the loop sees it
  }

  /** Tells Redis that the entries held are in good hands, however long the handler and its retries take. */
  async function giveSign(): Promise<void> {
    for (const { stream, id } of heads.values())
      await connection.run((redis) => redis.xclaim(stream, group, name, 0, id, 'JUSTID'));
  }
  const signs = setInterval(() => {
    giveSign().catch((error: unknown) => logger.debug({ err: error, group }, 'a sign of life was not given'));
  }, deadAfterMilliseconds / 3).unref();

  /** Gives what is left to the others at once, or takes this consumer off the list if nothing is. */
  async function release(redis: Redis): Promise<void> {
    for (const stream of streams) {
      const pending = (await redis.xpending(stream, group, '-', '+', 100, name)) as [id: string][];
      const ids = pending.map(([id]) => id);
      if (ids.length === 0) await redis.xgroup('DELCONSUMER', stream, group, name);
      else await redis.xclaim(stream, group, name, 0, ...ids, 'IDLE', releasedMilliseconds, 'JUSTID');
    }
  }

  async function stop(running: Promise<void>): Promise<void> {
    stopping.abort();
    // a connection that is cut while it waits could take an entry with it: it is asked to return instead, again if
    // the question overtook the read
    for (let tries = 0; reading && tries < 25; tries++) {
      const asked = connection.run((redis) => redis.client('UNBLOCK', readerId ?? 0));
      const away = await asked.then(() => false).catch(() => true);
      if (away) break;
      await Promise.race([running, wait(20)]);
    }
    if (reading || readerId === undefined) reader.disconnect();
    await running;
    clearInterval(signs);
    reader.disconnect();
    hangUp(reader);
    await connection.run(release).catch((error: unknown) => {
      logger.debug({ err: error, group }, 'what a consumer had will be claimed when it counts as dead');
    });
  }

  try {
    await connection.run(createGroups);
  } catch (error) {
    logger.warn({ err: error, group }, 'a consumer waits for Redis');
  }
  const running = run();
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= stop(running)) };
}

/**
 * The entry that was published first. Ids begin with the millisecond; within one, ids of different streams cannot be
 * compared, but the sequence of one source can.
 */
function oldest(entries: Iterable<Entry>): Entry | undefined {
  return [...entries].sort((a, b) => {
    const [[timeA = 0], [timeB = 0]] = [a.id.split('-').map(Number), b.id.split('-').map(Number)];
    return timeA - timeB || compareWithinMillisecond(a.json, b.json);
  })[0];
}

function compareWithinMillisecond(a: string, b: string): number {
  try {
    const [first, second] = [JSON.parse(a), JSON.parse(b)] as [AnyDomainEvent, AnyDomainEvent];
    if (first.source !== second.source) return first.source < second.source ? -1 : 1;
    return first.sequence - second.sequence;
  } catch {
    return 0; // one of them is no event, and its order means nothing
  }
}
