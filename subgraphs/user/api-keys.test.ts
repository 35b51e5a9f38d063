import { afterAll, beforeAll, expect, test } from 'vitest';
import { looksLikeApiKey, newApiKey } from './api-keys.ts';
import { GATEWAY_SECRET, startTestService, type Person, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

const create = async (person: Person, input: object) =>
  (
    await service.ask(
      person.viewer,
      `mutation ($name: String!, $scopes: [String!]!) { createApiKey(name: $name, scopes: $scopes) {
        apiKey { id name prefix scopes lastUsedAt } secret userErrors { code message field } } }`,
      input,
    )
  ).data.createApiKey;
async function introspect(token: string, secret = GATEWAY_SECRET) {
  const response = await fetch(`${service.service.url}/internal/introspect`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: new URLSearchParams({ token }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const keysOf = async (person: Person) =>
  (await service.ask(person.viewer, '{ me { apiKeys { id prefix lastUsedAt } } }')).data.me.apiKeys;

test('has 130 random bits and a checksum, and is kept as a hash only (C39)', async () => {
  const person = await service.register();
  const { apiKey, secret, userErrors } = await create(person, { name: 'Mine', scopes: ['catalog:read'] });
  expect(userErrors).toEqual([]);
  expect(secret).toMatch(/^mq_live_[0-9a-z]{8}_[0-9a-hjkmnp-tv-z]{26}_[0-9a-f]{8}$/);
  expect(secret.startsWith(`${apiKey.prefix}_`)).toBe(true);
  expect(apiKey).toMatchObject({ name: 'Mine', scopes: ['catalog:read'], lastUsedAt: null });
  const kept = JSON.stringify(await service.prisma.apiKey.findMany());
  expect(kept).not.toContain(secret.split('_')[3]);
  expect(JSON.stringify(await keysOf(person))).not.toContain(secret.split('_')[3]);
});

test('a key with one letter changed does not look like one', () => {
  const { secret } = newApiKey();
  expect(looksLikeApiKey(secret)).toBe(true);
  const index = 20;
  const other = secret[index] === 'a' ? 'b' : 'a';
  expect(looksLikeApiKey(secret.slice(0, index) + other + secret.slice(index + 1))).toBe(false);
});

test.each([
  ['a scope that is not there', { name: 'Mine', scopes: ['catalog:read', 'everything'] }, 'scopes'],
  ['a scope that the viewer has not', { name: 'Mine', scopes: ['catalog:write'] }, 'scopes'],
  ['no scope', { name: 'Mine', scopes: [] }, 'scopes'],
  ['no name', { name: ' ', scopes: ['catalog:read'] }, 'name'],
])('refuses %s', async (_what, input, field) => {
  const person = await service.register();
  expect(await create(person, input)).toEqual({
    apiKey: null,
    secret: null,
    userErrors: [{ code: 'INVALID_INPUT', message: expect.any(String), field: [field] }],
  });
  expect(await keysOf(person)).toEqual([]);
});

test('the gateway learns what a key is good for, and its owner when it was used', async () => {
  const person = await service.register();
  const { apiKey, secret } = await create(person, { name: 'Mine', scopes: ['catalog:read'] });
  expect(await introspect(secret)).toEqual({
    status: 200,
    body: {
      active: true,
      token_type: 'api_key',
      sub: person.id,
      client_id: apiKey.id,
      scope: 'catalog:read',
    },
  });
  expect(Date.now() - Date.parse((await keysOf(person))[0].lastUsedAt)).toBeLessThan(10_000);
  expect((await introspect(newApiKey().secret)).body).toEqual({ active: false });
  expect((await introspect('')).body).toEqual({ active: false });
});

test('nobody but the gateway may ask', async () => {
  expect((await introspect('whatever', 'a wrong secret')).status).toBe(401);
});

test('a revoked key is not active; revoking it again, or in the name of others, changes nothing', async () => {
  const [person, stranger] = [await service.register(), await service.register()];
  const { apiKey, secret } = await create(person, { name: 'Mine', scopes: ['catalog:read'] });
  const REVOKE = `mutation ($id: ID!) { revokeApiKey(id: $id) { revokedApiKeyId userErrors { code field } } }`;
  const foreign = await service.ask(stranger.viewer, REVOKE, { id: apiKey.id });
  expect(foreign.data.revokeApiKey.userErrors).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
  expect((await introspect(secret)).body).toMatchObject({ active: true });
  for (let time = 0; time < 2; time++) {
    const { data } = await service.ask(person.viewer, REVOKE, { id: apiKey.id });
    expect(data.revokeApiKey).toEqual({ revokedApiKeyId: apiKey.id, userErrors: [] });
  }
  expect((await introspect(secret)).body).toEqual({ active: false });
  expect(await keysOf(person)).toEqual([]);
});

test('an access token can be asked about too, and is not active after its sign-in ended', async () => {
  const person = await service.register();
  expect((await introspect(person.accessToken)).body).toMatchObject({
    active: true,
    token_type: 'access_token',
    sub: person.id,
    sid: person.viewer.sessionId,
    scope: 'catalog:read',
  });
  await service.ask(person.viewer, 'mutation { logout { endedSessionIds } }');
  expect((await introspect(person.accessToken)).body).toEqual({ active: false });
});
