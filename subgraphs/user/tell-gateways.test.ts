import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRevocationKept, REVOCATIONS, type Revocation } from '../../platform/revocations.ts';
import { startTestService, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

test('every gateway that listens hears of a sign-out, within seconds (C36)', async () => {
  const { pubsub, cache } = service.infrastructure;
  const gateways = await Promise.all([1, 2].map(() => pubsub.subscribe<Revocation>(REVOCATIONS)));
  const { id, viewer } = await service.register();
  const since = Date.now();
  const { data } = await service.ask(viewer, 'mutation { logout { userErrors { code } } }');
  expect(data.logout.userErrors).toEqual([]);
  for (const gateway of gateways) {
    expect((await gateway.next()).value).toEqual({ userId: id, sessionId: viewer.sessionId });
    await gateway.return?.();
  }
  // those that start later find it
  expect(await isRevocationKept(cache, viewer.sessionId ?? '')).toBe(true);
  expect(Date.now() - since).toBeLessThan(5_000);
});
