import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VIEWER_HEADER, signViewer, type Viewer } from '../../platform/viewer.ts';
import { GATEWAY_SECRET, startTestService, type Person, type TestService } from './test-service.ts';

let service: TestService;
let person: Person;
let stranger: Person;
beforeAll(async () => {
  service = await startTestService();
  person = await service.register();
  stranger = await service.register();
});
afterAll(() => service.close());

const admin: Viewer = { userId: 'usr_some_admin', scopes: ['catalog:read', 'admin'], region: 'US' };
const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) {
  ... on User { id email sessions { id } } ... on Profile { id name } } }`;

describe('what is not signed by the gateway (C23)', () => {
  const post = (headers: Record<string, string>, query: string) =>
    fetch(`${service.service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
  test.each(['{ me { id } }', '{ _service { sdl } }', '{ _entities(representations: []) { __typename } }'])(
    'is refused: %s',
    async (query) => {
      const forged = signViewer(person.viewer, 'a secret of somebody else, long enough');
      for (const headers of [{}, { [VIEWER_HEADER]: forged }, { 'x-user-id': person.id }]) {
        const response = await post(headers, query);
        expect(response.status).toBe(403);
        const answer = (await response.json()) as {
          data?: unknown;
          errors: { extensions: { code: string } }[];
        };
        expect(answer.data).toBeUndefined();
        expect(answer.errors[0]?.extensions.code).toBe('FORBIDDEN');
      }
    },
  );
});

describe('two users (C37)', () => {
  test('see their own account and no other', async () => {
    const { data } = await service.ask(person.viewer, '{ me { id email profiles { id } } }');
    expect(data.me).toEqual({ id: person.id, email: person.email, profiles: [{ id: person.profileId }] });
  });

  test("get FORBIDDEN for the other's profile, and null for one that is not there", async () => {
    const PROFILE = 'query ($id: ID!) { profile(id: $id) { name } }';
    const { data, errors } = await service.ask(stranger.viewer, PROFILE, { id: person.profileId });
    expect(data.profile).toBeNull();
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    for (const id of ['prf_none', 'a\u0000b', "' or 1=1 --"])
      expect(await service.ask(person.viewer, PROFILE, { id })).toEqual({ data: { profile: null } });
    expect((await service.ask(person.viewer, PROFILE, { id: person.profileId })).errors).toBeUndefined();
  });

  test("cannot resolve the other's entities; an admin can", async () => {
    const of = [
      { __typename: 'User', id: person.id },
      { __typename: 'Profile', id: person.profileId },
    ];
    expect((await service.ask(stranger.viewer, ENTITIES, { of })).data._entities).toEqual([null, null]);
    expect((await service.ask(undefined, ENTITIES, { of })).data._entities).toEqual([null, null]);
    const own = await service.ask(person.viewer, ENTITIES, { of });
    expect(own.data._entities).toMatchObject([{ email: person.email }, { id: person.profileId }]);
    expect((await service.ask(admin, ENTITIES, { of })).data._entities).toEqual(own.data._entities);
  });

  test("cannot change or delete the other's profile", async () => {
    const { data } = await service.ask(
      stranger.viewer,
      `mutation ($id: ID!) {
        updateProfile(input: { profileId: $id, name: "Mine now" }) { profile { id } userErrors { code field } }
        deleteProfile(profileId: $id) { deletedProfileId userErrors { code field } } }`,
      { id: person.profileId },
    );
    expect(data.updateProfile).toEqual({
      profile: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'profileId'] }],
    });
    expect(data.deleteProfile).toEqual({
      deletedProfileId: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['profileId'] }],
    });
  });
});

const ACCOUNT_MUTATIONS = [
  'createProfile(input: { name: "X" }) { userErrors { code } }',
  'updateProfile(input: { profileId: "x", name: "X" }) { userErrors { code } }',
  'deleteProfile(profileId: "x") { userErrors { code } }',
  'createApiKey(name: "X", scopes: ["catalog:read"]) { secret }',
  'revokeApiKey(id: "x") { userErrors { code } }',
  'enableMfa { secret }',
  'confirmMfa(code: "000000") { userErrors { code } }',
  'disableMfa(code: "000000") { userErrors { code } }',
  'changePassword(currentPassword: "x", newPassword: "x") { userErrors { code } }',
  'resendConfirmation { accepted }',
  'revokeSession(sessionId: "x") { userErrors { code } }',
  'logoutEverywhere { endedSessionIds }',
  'setRoles(userId: "x", roles: [ADMIN]) { userErrors { code } }',
];

describe.each(ACCOUNT_MUTATIONS)('%s (C38)', (mutation) => {
  test('is for the signed-in: not for visitors, and not for API keys', async () => {
    const visitor = await service.ask(undefined, `mutation { ${mutation} }`);
    expect(visitor.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const key: Viewer = {
      userId: person.id,
      apiKeyId: 'key_x',
      scopes: ['catalog:read', 'admin'],
      region: 'US',
    };
    const program = await service.ask(key, `mutation { ${mutation} }`);
    expect(program.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

test('a visitor is nobody; an API key cannot read the account of its owner', async () => {
  expect(await service.ask(undefined, '{ me { id } }')).toEqual({ data: { me: null } });
  const key: Viewer = { userId: person.id, apiKeyId: 'key_x', scopes: ['admin'], region: 'US' };
  expect((await service.ask(key, '{ me { id } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const of = [{ __typename: 'User', id: person.id }];
  expect((await service.ask(key, ENTITIES, { of })).data._entities).toEqual([null]);
});

describe('setRoles', () => {
  const SET = `mutation ($id: ID!, $roles: [Role!]!) { setRoles(userId: $id, roles: $roles) {
    user { roles scopes } userErrors { code field } } }`;

  test('is for admins', async () => {
    const { errors } = await service.ask(stranger.viewer, SET, { id: stranger.id, roles: ['ADMIN'] });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('changes the scopes, ends the sign-ins and cuts what keys may do (C36)', async () => {
    const editor = await service.register();
    const promoted = await service.ask(admin, SET, { id: editor.id, roles: ['EDITOR'] });
    expect(promoted.data.setRoles).toEqual({
      user: { roles: ['VIEWER', 'EDITOR'], scopes: ['catalog:read', 'catalog:write', 'media:write'] },
      userErrors: [],
    });
    expect((await service.ask(editor.viewer, '{ me { id } }')).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    await expect
      .poll(() => service.events.map((event) => event.payload))
      .toContainEqual({ userId: editor.id, sessionId: editor.viewer.sessionId });

    const again: Viewer = { userId: editor.id, scopes: promoted.data.setRoles.user.scopes, region: 'US' };
    const made = await service.ask(
      again,
      'mutation { createApiKey(name: "X", scopes: ["catalog:read", "catalog:write"]) { secret } }',
    );
    const scope = async () =>
      (
        await fetch(`${service.service.url}/internal/introspect`, {
          method: 'POST',
          headers: { authorization: `Bearer ${GATEWAY_SECRET}` },
          body: new URLSearchParams({ token: made.data.createApiKey.secret }),
        }).then((response) => response.json() as Promise<{ scope: string }>)
      ).scope;
    expect(await scope()).toBe('catalog:read catalog:write');
    await service.ask(admin, SET, { id: editor.id, roles: [] });
    expect(await scope()).toBe('catalog:read');
  });
});
