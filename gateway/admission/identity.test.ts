import { exportSPKI, generateKeyPair, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryCache } from '../../platform/cache-memory.ts';
import { keepRevocation } from '../../platform/revocations.ts';
import { codeOf, startGateway, until, type TestGateway } from '../testing/gateway.ts';
import { AUDIENCE, ISSUER, startIssuer, type Issuer } from '../testing/issuer.ts';
import { SECRET, startServer, startStudio, type Studio } from '../testing/subgraphs.ts';
import { credentialsOfPayload, originOf } from './identity.ts';

let studio: Studio;
let issuer: Issuer;
let gateway: TestGateway;
let checks: { authorization: string | undefined; token: string | null }[] = [];
let keyServer: Awaited<ReturnType<typeof startServer>>;
let keyAnswer: object | undefined;

beforeAll(async () => {
  studio = await startStudio();
  issuer = await startIssuer();
  keyServer = await startServer((request, response) => {
    let form = '';
    request.on('data', (chunk) => (form += String(chunk)));
    request.on('end', () => {
      checks.push({
        authorization: request.headers.authorization,
        token: new URLSearchParams(form).get('token'),
      });
      response
        .writeHead(keyAnswer ? 200 : 500, { 'content-type': 'application/json' })
        .end(JSON.stringify(keyAnswer ?? {}));
    });
  });
  gateway = await startGateway([studio.jobs, studio.catalog, studio.genres], {
    ...issuer.variables,
    API_KEY_INTROSPECTION_URL: `${keyServer.url}/introspect`,
    DEFAULT_REGION: 'DE',
  });
});
afterAll(async () => {
  await gateway.stop();
  await studio.stop();
  await issuer.stop();
  await keyServer.stop();
});

const WHO = '{ whoAmI { userId sessionId apiKeyId scopes region address } }';
const who = async (headers: Record<string, string>) => gateway.ask(WHO, { headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const VISITOR = {
  userId: null,
  sessionId: null,
  apiKeyId: null,
  scopes: [],
  region: 'DE',
  address: '127.0.0.1',
};

describe('who asks', () => {
  test('is a visitor without credentials, whatever the client says about itself (C28)', async () => {
    const claimed = {
      'x-user-id': 'usr_admin',
      'marquee-viewer': 'eyJ2aWV3ZXIiOnsidXNlcklkIjoiYSJ9fQ.AAAA',
      'x-forwarded-for': '1.2.3.4',
      'cloudfront-viewer-country': 'FR',
    };
    expect((await who(claimed)).body.data?.['whoAmI']).toEqual(VISITOR);
  });

  test('is the one that a valid token names', async () => {
    const { body } = await who(bearer(await issuer.sign({ scope: 'catalog:read catalog:write' })));
    expect(body.data?.['whoAmI']).toEqual({
      ...VISITOR,
      userId: 'usr_1',
      sessionId: 'ses_1',
      scopes: ['catalog:read', 'catalog:write'],
    });
  });

  test('is looked up without asking the issuer for its keys every time', async () => {
    await who(bearer(await issuer.sign()));
    const before = issuer.asked();
    for (let round = 0; round < 5; round++) await who(bearer(await issuer.sign()));
    expect(issuer.asked()).toBe(before);
  });
});

test('a sign-in that ended before this gateway was started is over for it, too', async () => {
  const cache = createMemoryCache();
  await keepRevocation(cache, { userId: 'usr_1', sessionId: 'ses_over' });
  const later = await startGateway([studio.jobs, studio.catalog, studio.genres], issuer.variables, { cache });
  try {
    const ask = async (sid: string) => later.ask(WHO, { headers: bearer(await issuer.sign({ sid })) });
    const { status, body } = await ask('ses_over');
    expect([status, codeOf(body)]).toEqual([401, 'UNAUTHENTICATED']);
    expect((await ask('ses_1')).status).toBe(200);
  } finally {
    await later.stop();
  }
});

describe('a token that is refused with 401 (C24, C25)', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const refusedTokens: [string, () => Promise<string> | string][] = [
    ['has another issuer', () => issuer.sign({ iss: 'https://evil.example' })],
    ['has no issuer', () => issuer.sign({ iss: undefined as never })],
    ['has another audience', () => issuer.sign({ aud: 'other' })],
    ['is not valid yet', () => issuer.sign({ nbf: now() + 600 })],
    ['has no expiry', () => issuer.sign({ exp: undefined as never })],
    ['has no subject', () => issuer.sign({ sub: undefined as never })],
    ['is of another type', () => issuer.sign({}, { typ: 'JWT' })],
    [
      'is signed with another key',
      async () => issuer.sign({}, {}, (await generateKeyPair('EdDSA')).privateKey),
    ],
    ['names another key', () => issuer.sign({}, { kid: 'other' })],
    [
      'brings its own key',
      async () => {
        const { privateKey } = await generateKeyPair('EdDSA');
        return issuer.sign(
          {},
          { jku: 'https://evil.example/keys', jwk: { kty: 'OKP' } as never },
          privateKey,
        );
      },
    ],
    [
      'is signed with the public key as a shared secret',
      async () => {
        const { publicKey } = await generateKeyPair('RS256', { extractable: true });
        return issuer.sign({}, { alg: 'HS256' }, new TextEncoder().encode(await exportSPKI(publicKey)));
      },
    ],
    [
      'is not signed',
      () => new UnsecuredJWT({ sub: 'usr_1', iss: ISSUER, aud: AUDIENCE, exp: now() + 600 }).encode(),
    ],
    [
      'was altered',
      async () => {
        const [head, , signature] = (await issuer.sign()).split('.');
        const claims = Buffer.from(
          JSON.stringify({ sub: 'usr_2', iss: ISSUER, aud: AUDIENCE, exp: now() + 600 }),
        ).toString('base64url');
        return `${head}.${claims}.${signature}`;
      },
    ],
    ['is no token', () => 'nonsense'],
  ];

  test.each(refusedTokens)('%s', async (_why, make) => {
    const { status, headers, body } = await who(bearer(await make()));
    expect([status, codeOf(body)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect(body).not.toHaveProperty('data');
  });

  test('has expired, which has a code of its own', async () => {
    const { status, body } = await who(bearer(await issuer.sign({ exp: now() - 10 })));
    expect([status, codeOf(body)]).toEqual([401, 'TOKEN_EXPIRED']);
    expect(body).not.toHaveProperty('data');
  });

  test('has another scheme', async () => {
    expect((await who({ authorization: 'Basic dXNlcjpwYXNz' })).status).toBe(401);
  });

  test('never reaches the log', async () => {
    const token = await issuer.sign({ aud: 'other' });
    const { headers } = await who(bearer(token));
    await until(() => gateway.log().includes(String(headers.get('x-trace-id'))));
    expect(gateway.log()).not.toContain(token.slice(-20));
  });
});

describe('an API key', () => {
  test('is checked once and then remembered, by its hash', async () => {
    checks = [];
    keyAnswer = {
      active: true,
      token_type: 'api_key',
      client_id: 'key_1',
      sub: 'usr_5',
      scope: 'catalog:read',
    };
    for (let round = 0; round < 3; round++)
      expect((await who({ 'x-api-key': 'mq_one' })).body.data?.['whoAmI']).toEqual({
        ...VISITOR,
        userId: 'usr_5',
        apiKeyId: 'key_1',
        scopes: ['catalog:read'],
      });
    expect(checks).toEqual([{ authorization: `Bearer ${SECRET}`, token: 'mq_one' }]);
    const { headers } = await who({ 'x-api-key': 'mq_one' });
    await until(() => gateway.log().includes(String(headers.get('x-trace-id'))));
    expect(gateway.log()).not.toContain('mq_one');
  });

  test('that is not active is refused', async () => {
    keyAnswer = { active: false };
    const { status, body } = await who({ 'x-api-key': 'mq_two' });
    expect([status, codeOf(body)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('is not an access token', async () => {
    keyAnswer = {
      active: true,
      token_type: 'access_token',
      client_id: 'marquee',
      sub: 'usr_5',
      scope: 'admin',
    };
    expect((await who({ 'x-api-key': 'eyJ' })).status).toBe(401);
  });

  test('that cannot be checked is answered with 503', async () => {
    keyAnswer = undefined;
    const { status, body } = await who({ 'x-api-key': 'mq_three' });
    expect([status, codeOf(body)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
  });
});

describe('the keys of tokens', () => {
  test('are passed on to those who verify our tokens', async () => {
    const answer = await fetch(`${gateway.gateway.url}/.well-known/jwks.json`);
    expect(await answer.json()).toMatchObject({ keys: [{ kid: 'k1', kty: 'OKP' }] });
  });

  test('are asked for once by all who want them while the issuer is slow', async () => {
    let asked = 0;
    const slow = await startServer((_request, response) => {
      asked += 1;
      setTimeout(() => response.end('{"keys":[]}'), 300);
    });
    const waiting = await startGateway([studio.jobs], { JWKS_URL: slow.url, TOKEN_ISSUER: ISSUER });
    const ask = async (): Promise<number> =>
      (await fetch(`${waiting.gateway.url}/.well-known/jwks.json`)).status;
    expect(new Set(await Promise.all(Array.from({ length: 20 }, ask)))).toEqual(new Set([200]));
    expect(asked).toBe(1);
    await waiting.stop();
    await slow.stop();
  });

  test('serve on while the issuer is away, and without any the answer is 503 (C27)', async () => {
    const other = await startIssuer();
    const late = await startIssuer();
    const relying = await startGateway([studio.jobs, studio.catalog, studio.genres], other.variables);
    const unserved = await startGateway([studio.jobs, studio.catalog, studio.genres], late.variables);
    const token = await other.sign();
    expect((await relying.ask(WHO, { headers: bearer(token) })).status).toBe(200);
    await Promise.all([other.stop(), late.stop()]);
    expect((await relying.ask(WHO, { headers: bearer(await other.sign({ sub: 'usr_8' })) })).status).toBe(
      200,
    );
    const { status, body } = await unserved.ask(WHO, { headers: bearer(await late.sign()) });
    expect([status, codeOf(body)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect((await fetch(`${unserved.gateway.url}/.well-known/jwks.json`)).status).toBe(503);
    await Promise.all([relying.stop(), unserved.stop()]);
  });
});

test('a gateway without identity takes everyone for a visitor', async () => {
  const open = await startGateway([studio.jobs, studio.catalog, studio.genres]);
  const { body } = await open.ask(WHO, { headers: bearer('whatever') });
  expect(body.data?.['whoAmI']).toMatchObject({ userId: null });
  await open.stop();
});

describe('where a request comes from', () => {
  const headers = { 'x-forwarded-for': '6.6.6.6, 10.0.0.1, 10.0.0.2', 'cloudfront-viewer-country': 'FR' };

  test('is the connection, unless proxies are trusted', () =>
    expect(originOf(headers, '9.9.9.9', 0, 'US')).toMatchObject({ address: '9.9.9.9', region: 'US' }));
  test('is what the outermost trusted proxy saw', () => {
    expect(originOf(headers, '9.9.9.9', 1, 'US')).toMatchObject({ address: '10.0.0.2', region: 'FR' });
    expect(originOf(headers, '9.9.9.9', 2, 'US')).toMatchObject({ address: '10.0.0.1', region: 'FR' });
    expect(originOf({}, '9.9.9.9', 2, 'US')).toMatchObject({ address: '9.9.9.9', region: 'US' });
  });
  test('is the connection where a proxy tells no address', () => {
    for (const told of ['unknown', '', '_hidden', '1.2.3.4.5'])
      expect(originOf({ 'x-forwarded-for': told }, '::ffff:9.9.9.9', 1, 'US')).toMatchObject({
        address: '9.9.9.9',
      });
    expect(originOf({}, undefined, 1, 'US')).toMatchObject({ address: 'unknown' });
  });
});

test('credentials in connection_init may be named as any client names them', () => {
  expect(credentialsOfPayload({ Authorization: 'Bearer a' })).toEqual({
    authorization: 'Bearer a',
    apiKey: undefined,
  });
  expect(credentialsOfPayload({ token: 'a' })).toEqual({ authorization: 'Bearer a', apiKey: undefined });
  expect(credentialsOfPayload({ headers: { 'X-API-Key': 'k' } })).toEqual({
    authorization: undefined,
    apiKey: 'k',
  });
  expect(credentialsOfPayload({ token: 5 })).toEqual({ authorization: undefined, apiKey: undefined });
  expect(credentialsOfPayload(undefined)).toEqual({ authorization: undefined, apiKey: undefined });
});
