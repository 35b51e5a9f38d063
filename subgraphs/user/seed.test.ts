import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { introspect } from './introspect.ts';
import type { Parts } from './parts.ts';
import { DEMO_PASSWORD, demoAccounts, seedUsers } from './seed.ts';
import { startTestService, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

const seed = () =>
  seedUsers({ databaseUrl: service.env.DATABASE_URL, logger: createLogger('user', 'silent') });

test('makes the demo accounts and a partner key once, and they can sign in', async () => {
  const first = await seed();
  expect(first).toEqual({ accountsMade: 4, partnerApiKey: expect.stringMatching(/^mq_live_/) });
  expect(await seed()).toEqual({ accountsMade: 0, partnerApiKey: null });
  for (const { email, id } of demoAccounts) {
    const { data } = await service.ask(
      undefined,
      `mutation ($input: LoginInput!) { login(input: $input) {
        user { id emailVerified profiles { name kind maturityLimit } } userErrors { code } } }`,
      { input: { email, password: DEMO_PASSWORD } },
    );
    expect(data.login).toMatchObject({ user: { id, emailVerified: true }, userErrors: [] });
    if (id === 'usr_demo_viewer')
      expect(data.login.user.profiles).toEqual([
        { name: 'Alex', kind: 'ADULT', maturityLimit: 'AGE_18' },
        { name: 'Robin', kind: 'KIDS', maturityLimit: 'AGE_7' },
      ]);
  }
  const parts = { prisma: service.prisma } as Parts;
  expect(await introspect(parts, first.partnerApiKey ?? '')).toMatchObject({
    active: true,
    sub: 'usr_demo_admin',
    scope: 'catalog:read',
  });
});
