import { expect, test } from 'vitest';
import { createMemoryCache } from '../../platform/cache-memory.ts';
import { createMemoryPubSub } from '../../platform/events/memory.ts';
import type { PubSub } from '../../platform/events/events.ts';
import { createLogger } from '../../platform/logger.ts';
import { keepRevocation, REVOCATIONS } from '../../platform/revocations.ts';
import { until } from '../testing/gateway.ts';
import { createRevocations } from './revocations.ts';

const cache = createMemoryCache();
const logger = createLogger('test', 'silent');

test('every copy of the gateway hears of a sign-out and remembers it', async () => {
  const pubsub = createMemoryPubSub();
  const ended: string[] = [];
  const copies = [1, 2].map(() => createRevocations({ pubsub, cache }, (id) => ended.push(id), logger));
  await new Promise(setImmediate);
  await pubsub.publish(REVOCATIONS, { userId: 'usr_1', sessionId: 'ses_1' });
  await until(() => ended.length === 2);
  for (const copy of copies) expect([copy.has('ses_1'), copy.has('ses_2')]).toEqual([true, false]);
  await Promise.all(copies.map((copy) => copy.close()));
});

test('messages that make no sense are passed over', async () => {
  const pubsub = createMemoryPubSub();
  const ended: string[] = [];
  const revocations = createRevocations({ pubsub, cache }, (id) => ended.push(id), logger);
  await new Promise(setImmediate);
  for (const message of [null, 7, {}, { sessionId: 7 }]) await pubsub.publish(REVOCATIONS, message);
  await pubsub.publish(REVOCATIONS, { userId: 'usr_1', sessionId: 'ses_1' });
  await until(() => ended.length === 1);
  expect(ended).toEqual(['ses_1']);
  await revocations.close();
});

test('a channel that cannot be listened to is tried again', async () => {
  const working = createMemoryPubSub();
  let attempts = 0;
  const pubsub: PubSub = {
    ...working,
    subscribe: (channel, limit) =>
      ++attempts < 3 ? Promise.reject(new Error('Redis is away')) : working.subscribe(channel, limit),
  };
  const ended: string[] = [];
  const revocations = createRevocations({ pubsub, cache }, (id) => ended.push(id), logger, 5);
  await until(() => attempts === 3);
  await new Promise(setImmediate);
  await working.publish(REVOCATIONS, { userId: 'usr_1', sessionId: 'ses_1' });
  await until(() => ended.length === 1);
  await revocations.close();
});

test('a sign-out that was said before this gateway began to listen is found where it is kept', async () => {
  const ended: string[] = [];
  const revocations = createRevocations(
    { pubsub: createMemoryPubSub(), cache },
    (id) => ended.push(id),
    logger,
  );
  expect(await revocations.find('ses_early')).toBe(false);
  await keepRevocation(cache, { userId: 'usr_1', sessionId: 'ses_early' });
  expect(revocations.has('ses_early')).toBe(false);
  expect(await revocations.find('ses_early')).toBe(true);
  expect(revocations.has('ses_early')).toBe(true);
  expect(ended).toEqual(['ses_early']);
  await revocations.close();
});
