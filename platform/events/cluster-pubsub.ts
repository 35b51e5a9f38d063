import cluster, { type Worker } from 'node:cluster';
import { codedError } from '../errors.ts';
import type { PubSub } from './events.ts';
import { createMemoryPubSub } from './memory.ts';

/** What a primary and its workers say to each other, beside whatever else they do. */
type Note =
  /** A worker hears from now on. */
  | { readonly pubsub: 'joined' }
  | { readonly pubsub: 'said'; readonly id: number; readonly channel: string; readonly message: unknown }
  | { readonly pubsub: 'heard'; readonly id: number }
  /** A worker wants something said to all. */
  | { readonly pubsub: 'say'; readonly id: number; readonly channel: string; readonly message: unknown }
  | { readonly pubsub: 'done'; readonly id: number; readonly failed: boolean };

const isNote = (message: unknown): message is Note =>
  typeof message === 'object' && message !== null && 'pubsub' in message;

/** Milliseconds in which a worker says that it has heard. */
const HEARS_WITHIN = 2_000;

/** To one that dies just now nothing comes through, which its `disconnect` tells: without a callback it would be thrown. */
const send = (worker: Worker, note: Note): void => {
  if (worker.isConnected()) worker.send(note, () => undefined);
};

const unheard = () =>
  codedError('SERVICE_UNAVAILABLE', 'Not all workers of this service could be told; try again shortly.');

/**
 * Messages between a primary and its workers (`node:cluster`), for the primary. `publish` resolves when all workers
 * that listen have the message, and rejects with SERVICE_UNAVAILABLE if one does not say so within two seconds; those
 * who heard it have heard it all the same.
 */
export function createPrimaryPubSub(): PubSub {
  const own = createMemoryPubSub();
  const joined = new Set<Worker>();
  /** By the worker, what it is to say that it has heard. */
  const waiting = new Map<Worker, Map<number, () => void>>();
  let count = 0;

  const tell = (worker: Worker, channel: string, message: unknown): Promise<void> =>
    new Promise((resolve, reject) => {
      const id = ++count;
      const timer = setTimeout(() => {
        waiting.get(worker)?.delete(id);
        reject(unheard());
      }, HEARS_WITHIN);
      waiting.get(worker)?.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
      send(worker, { pubsub: 'said', id, channel, message });
    });
  const publish: PubSub['publish'] = async (channel, message) => {
    await own.publish(channel, message);
    const told = await Promise.allSettled(
      [...joined].filter((one) => one.isConnected()).map((one) => tell(one, channel, message)),
    );
    if (told.some(({ status }) => status === 'rejected')) throw unheard();
  };

  const relay = async (worker: Worker, { id, channel, message }: Note & { pubsub: 'say' }): Promise<void> => {
    const [{ status }] = await Promise.allSettled([publish(channel, message)]);
    send(worker, { pubsub: 'done', id, failed: status === 'rejected' });
  };
  const onMessage = (worker: Worker, message: unknown): void => {
    if (!isNote(message)) return;
    if (message.pubsub === 'joined') {
      joined.add(worker);
      waiting.set(worker, new Map());
    } else if (message.pubsub === 'heard') {
      const own = waiting.get(worker);
      own?.get(message.id)?.();
      own?.delete(message.id);
    } else if (message.pubsub === 'say') {
      void relay(worker, message);
    }
  };
  // one that is gone has nothing left that it could get wrong
  const onGone = (worker: Worker): void => {
    joined.delete(worker);
    for (const heard of waiting.get(worker)?.values() ?? []) heard();
    waiting.delete(worker);
  };
  cluster.on('message', onMessage);
  cluster.on('disconnect', onGone);

  return {
    publish,
    subscribe: own.subscribe,
    async close() {
      cluster.off('message', onMessage);
      cluster.off('disconnect', onGone);
      for (const worker of joined) onGone(worker);
      await own.close();
    },
  };
}

/** The same for a worker: what it says is said by its primary, to it as to all others. */
export function createWorkerPubSub(): PubSub {
  const own = createMemoryPubSub();
  const waiting = new Map<number, { resolve: () => void; reject: (reason: Error) => void }>();
  let count = 0;
  const toPrimary = (note: Note): void => {
    if (process.connected) process.send?.(note, undefined, {}, () => undefined); // as above
  };

  const onMessage = (message: unknown): void => {
    if (!isNote(message)) return;
    if (message.pubsub === 'said') {
      // who listens here gets it before this process reads anything else
      own.publish(message.channel, message.message).then(
        () => toPrimary({ pubsub: 'heard', id: message.id }),
        () => toPrimary({ pubsub: 'heard', id: message.id }), // closed: nobody listens any more
      );
    } else if (message.pubsub === 'done') {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.failed) one?.reject(unheard());
      else one?.resolve();
    }
  };
  const onGone = (): void => {
    for (const { reject } of waiting.values()) reject(unheard());
    waiting.clear();
  };
  process.on('message', onMessage);
  process.on('disconnect', onGone);
  toPrimary({ pubsub: 'joined' });

  return {
    publish: (channel, message) =>
      new Promise((resolve, reject) => {
        if (!process.connected) return reject(unheard());
        const id = ++count;
        waiting.set(id, { resolve, reject });
        toPrimary({ pubsub: 'say', id, channel, message });
      }),
    subscribe: own.subscribe,
    async close() {
      process.off('message', onMessage);
      process.off('disconnect', onGone);
      onGone();
      await own.close();
    },
  };
}
