import { expect, test } from 'vitest';
import { CACHE_INVALIDATIONS, type CacheInvalidation } from '../../platform/cache-invalidations.ts';
import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { tellGateways } from './tell-gateways.ts';

test('gateways are told to forget a title whose video changed, under the id of the event', async () => {
  const infrastructure = await createInfrastructure({ logger: createLogger('test', 'silent') });
  const messages = await infrastructure.pubsub.subscribe<CacheInvalidation>(CACHE_INVALIDATIONS);
  const stop = await tellGateways(infrastructure);
  await infrastructure.events.publish({
    id: 'evt_1',
    type: 'asset.changed',
    source: 'playback',
    sequence: 1,
    occurredAt: new Date().toISOString(),
    payload: {
      titleId: 'alien-1979',
      assetId: 'ast_1',
      status: 'READY',
      playable: true,
      maxHeight: 720,
      durationSeconds: 12,
    },
  });
  expect((await messages.next()).value).toEqual({ tags: ['title-alien-1979'], id: 'evt_1:0' });
  await messages.return?.();
  await stop();
  await infrastructure.close();
});
