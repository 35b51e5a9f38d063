import { afterAll, beforeAll, expect, test } from 'vitest';
import { CACHE_INVALIDATIONS, type CacheInvalidation } from '../../platform/cache-invalidations.ts';
import { newId } from '../../platform/ids.ts';
import { startTestCatalog, viewers, type TestCatalog } from './test-catalog.ts';

let catalog: TestCatalog;
let messages: AsyncIterableIterator<CacheInvalidation>;
beforeAll(async () => {
  catalog = await startTestCatalog();
  messages = await catalog.infrastructure.pubsub.subscribe<CacheInvalidation>(CACHE_INVALIDATIONS);
});
afterAll(async () => {
  await messages.return?.();
  await catalog.close();
});

/** What is told next, after the many titles of the seed. */
async function tags(): Promise<readonly string[]> {
  for (;;) {
    const { tags: told } = (await messages.next()).value as CacheInvalidation;
    if (told.length < 10) return told;
  }
}

test('gateways are told to forget a film that was made or changed, and all lists', async () => {
  const { data } = await catalog.ask(
    'mutation { createMovie(input: { name: "Told", maturityRating: ALL }) { movie { id } } }',
    {},
    viewers.editor,
  );
  const { id } = data.createMovie.movie;
  expect(await tags()).toEqual(['titles', `title-${id}`]);
  await catalog.ask(
    'mutation ($id: ID!) { updateMovie(titleId: $id, input: { name: "Told anew" }) { userErrors { code } } }',
    { id },
    viewers.editor,
  );
  expect(await tags()).toEqual(['titles', `title-${id}`]);
});

test('of an episode that is hidden, its series is forgotten, too', async () => {
  await catalog.ask(
    'mutation { unpublishTitle(titleId: "lantern-bay-s1e2") { userErrors { code } } }',
    {},
    viewers.editor,
  );
  expect(await tags()).toEqual(['titles', 'title-lantern-bay-s1e2', 'title-lantern-bay']);
});

test('lists are forgotten once it is known here what has become playable', async () => {
  const assetId = newId('ast');
  await catalog.infrastructure.events.publish({
    id: newId('evt'),
    type: 'asset.changed',
    source: 'playback',
    sequence: 1,
    occurredAt: new Date().toISOString(),
    payload: {
      titleId: 'demo-colour-bars',
      assetId,
      status: 'READY',
      playable: true,
      maxHeight: 720,
      durationSeconds: 12,
    },
  });
  expect(await tags()).toEqual(['titles']);
  const { data } = await catalog.ask('{ titles(filter: { playableOnly: true }) { edges { node { id } } } }');
  expect(data.titles.edges).toEqual([{ node: { id: 'demo-colour-bars' } }]);
});
