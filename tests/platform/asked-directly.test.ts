import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { subgraphNames } from '../../local/addresses.ts';
import { loadSecrets } from '../../local/secrets.ts';
import { signViewer, VIEWER_HEADER, type Viewer } from '../../platform/viewer.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

interface Answer {
  data?: any;
  errors?: { extensions: { code: string } }[];
}

let platform: TestPlatform;
let accessToken: string;

beforeAll(async () => {
  platform = await startTestPlatform();
  const response = await fetch(`${platform.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
      variables: { input: { email: 'admin@marquee.test', password: 'marquee-demo-1' } },
    }),
  });
  accessToken = ((await response.json()) as Answer).data.login.tokens.accessToken;
}, 240_000);
afterAll(() => platform.close(), 60_000);

describe.each(subgraphNames)('C23 the subgraph %s, asked directly', (name) => {
  const admin: Viewer = { userId: 'usr_demo_admin', scopes: ['admin'], region: 'US' };
  const genuine = (): string => signViewer(admin, loadSecrets(platform.dataDir).gateway);
  const signatures: [string, () => Record<string, string>][] = [
    ['without a signature', () => ({})],
    ['with an access token instead', () => ({ authorization: `Bearer ${accessToken}` })],
    ['signed with another key', () => ({ [VIEWER_HEADER]: signViewer(admin, 'x'.repeat(32)) })],
    [
      'signed too long ago',
      () => ({ [VIEWER_HEADER]: signViewer(admin, loadSecrets(platform.dataDir).gateway, -1) }),
    ],
    [
      'with a viewer put under the signature of another',
      () => {
        const [payload] = signViewer({ ...admin, userId: 'usr_else' }, 'x'.repeat(32)).split('.');
        return { [VIEWER_HEADER]: `${payload}.${genuine().split('.')[1]}` };
      },
    ],
    ['without the signature of its viewer', () => ({ [VIEWER_HEADER]: `${genuine().split('.')[0]}.` })],
    [
      'with what the viewer is called elsewhere',
      () => ({ 'x-user-id': 'usr_demo_admin', 'x-viewer': genuine() }),
    ],
  ];
  const queries = [
    '{ __typename }',
    '{ _service { sdl } }',
    '{ _entities(representations: []) { __typename } }',
    '{ _entities(representations: [{ __typename: "User", id: "usr_demo_viewer" }, { __typename: "Profile", id: "prf_demo_viewer" }]) { __typename } }',
    '{ __schema { types { name } } }',
    'mutation { __typename }',
  ];

  it.each(signatures)('%s, refuses', async (_how, headers) => {
    for (const query of queries) {
      const direct = await fetch(`${platform.addresses.url(name)}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers() },
        body: JSON.stringify({ query }),
      });
      const answer = (await direct.json()) as Answer;
      expect([direct.status, answer.errors?.[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
      expect(answer).not.toHaveProperty('data');
      expect(JSON.stringify(answer)).not.toMatch(/\bat .+:\d+|127\.0\.0\.1|node_modules/);
    }
  });

  it('refuses over a WebSocket and by GET too', async () => {
    const client = createClient({
      url: `${platform.addresses.url(name).replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    for (const query of [...queries, 'subscription { __typename }'])
      for (const [, headers] of signatures)
        await expect(client.iterate({ query, extensions: headers() }).next()).rejects.toMatchObject([
          { extensions: { code: 'FORBIDDEN' } },
        ]);
    await client.dispose();
    const byGet = await fetch(`${platform.addresses.url(name)}/graphql?query={_service{sdl}}`);
    expect(byGet.status).toBe(404);
  });

  it('answers what the gateway signed', async () => {
    const signed = await fetch(`${platform.addresses.url(name)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [VIEWER_HEADER]: genuine() },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    expect(((await signed.json()) as Answer).data._service.sdl).toContain('type Query');
  });
});
