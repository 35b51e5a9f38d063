import { expect, test } from 'vitest';
import { createMemoryPubSub } from '../../../platform/events/memory.ts';
import type { PubSub } from '../../../platform/events/events.ts';
import { createLogger } from '../../../platform/logger.ts';
import { until } from '../../testing/gateway.ts';
import { CACHE_INVALIDATIONS } from '../../../platform/cache-invalidations.ts';
import { followInvalidations } from './invalidation.ts';

function createLog() {
  let text = '';
  const logger = createLogger('test', 'info', { write: (line) => void (text += line) });
  return { logger, text: () => text };
}

test('an invalidation that the cache did not take is done again until it does, then the next', async () => {
  const pubsub = createMemoryPubSub();
  const { logger, text } = createLog();
  const tried: string[] = [];
  let away = true;
  const done: string[] = [];
  const following = followInvalidations({
    pubsub,
    logger,
    async invalidate(tags, id) {
      tried.push(`${tags.join()} ${id}`);
      if (away) throw new Error('away');
      done.push(tags.join());
    },
  });
  await pubsub.publish(CACHE_INVALIDATIONS, { tags: ['a'], id: '1' });
  await pubsub.publish(CACHE_INVALIDATIONS, { tags: ['b'], id: '2' });
  await until(() => tried.length === 2);
  expect(done).toEqual([]);
  away = false;
  await until(() => done.length === 2);
  expect(done).toEqual(['a', 'b']);
  expect(new Set(tried)).toEqual(new Set(['a 1', 'b 2']));
  expect(text().split('an invalidation waits for the cache')).toHaveLength(2);
  await following.close();
});

test('it ends at once, whatever it waits for', async () => {
  const { logger, text } = createLog();
  const pubsub = createMemoryPubSub();
  let tries = 0;
  const waiting = followInvalidations({
    pubsub,
    logger,
    async invalidate() {
      tries += 1;
      throw new Error('away');
    },
  });
  await pubsub.publish(CACHE_INVALIDATIONS, { tags: ['a'] });
  await until(() => tries === 1);
  const deaf: PubSub = {
    ...pubsub,
    subscribe: async () => {
      throw new Error('away');
    },
  };
  const listening = followInvalidations({ pubsub: deaf, logger, invalidate: async () => {} });
  await until(() => text().includes('invalidations are not heard of until their channel can be listened to'));
  const begun = Date.now();
  await Promise.all([waiting.close(), listening.close()]);
  expect(Date.now() - begun).toBeLessThan(900);
  expect(tries).toBe(1);
});
