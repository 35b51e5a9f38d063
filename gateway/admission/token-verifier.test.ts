import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
} from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { EnvError } from '../../platform/env.ts';
import { readGatewayEnv } from '../env.ts';
import { startServer } from '../testing/subgraphs.ts';
import { createKeySet } from './key-set.ts';
import { createTokenVerifier, type TokenIssuer } from './token-verifier.ts';

const logger = createLogger('test', 'silent');
const MINUTE = 60_000;

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function makeKey(kid: string, alg = 'EdDSA'): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** One who issues tokens, whose endpoint and keys a test changes. */
async function startKeyServer(issuer: string) {
  let keys: Key[] = [];
  let answers = true;
  let asked = 0;
  let instead: string | undefined;
  const server = await startServer((_request, response) => {
    asked += 1;
    if (!answers) response.destroy();
    else if (instead !== undefined) response.end(instead);
    else response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  servers.push(server);
  return {
    trusted: { issuer, audience: 'marquee', keySet: createKeySet(server.url) } satisfies TokenIssuer,
    publish: (...now: Key[]) => (keys = now),
    answerWith: (text: string) => (instead = text),
    goAway: () => (answers = false),
    asked: () => asked,
  };
}

const servers: { stop(): Promise<void> }[] = [];
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(async () => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) await server.stop();
});

const now = () => Math.floor(Date.now() / 1000);
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const sign = (issuer: string, key: Key, claims: object = {}, header: object = {}): Promise<string> =>
  new SignJWT({ iss: issuer, aud: 'marquee', sub: 'usr_1', exp: now() + 3_600, ...claims })
    .setProtectedHeader({ alg: key.jwk.alg ?? '', kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey);

const A = 'https://a.example';
const B = 'https://b.example';

describe('several issuers', () => {
  test('are each believed for their own tokens, and for no others', async () => {
    const [a, b] = [await startKeyServer(A), await startKeyServer(B)];
    // the same kid: a key must not be found by its name alone
    const [keyA, keyB] = [await makeKey('k1'), await makeKey('k1', 'ES256')];
    a.publish(keyA);
    b.publish(keyB);
    const verifier = createTokenVerifier([a.trusted, { ...b.trusted, userPrefix: 'b:' }], logger);

    expect((await verifier.verify(await sign(A, keyA))).userId).toBe('usr_1');
    expect((await verifier.verify(await sign(B, keyB))).userId).toBe('b:usr_1');
    for (const token of [await sign(A, keyB), await sign(B, keyA), await sign('https://c.example', keyA)])
      await expect(verifier.verify(token)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  test('are read from the environment, and complained about where they are not complete', () => {
    const entry = { issuer: B, jwksUrl: 'https://b.example/jwks', audience: 'x' };
    const own = { JWKS_URL: 'https://a.example/jwks', TOKEN_ISSUER: A };
    const read = (value: unknown) =>
      readGatewayEnv({ ...own, TOKEN_ISSUERS: typeof value === 'string' ? value : JSON.stringify(value) });
    expect(read([entry]).ISSUERS).toEqual([
      { issuer: A, jwksUrl: 'https://a.example/jwks', audience: 'marquee' },
      entry,
    ]);
    for (const bad of [
      'no JSON',
      {},
      [{ issuer: B }],
      [{ ...entry, jwksUrl: 'file:///etc/passwd' }],
      [entry, entry],
    ])
      expect(() => read(bad)).toThrow(EnvError);
  });
});

test('keys rotate under load without a valid token refused, and an old key dies within five minutes (C26)', async () => {
  const issuer = await startKeyServer(A);
  const [old, next] = [await makeKey('old'), await makeKey('next')];
  const verifier = createTokenVerifier([issuer.trusted], logger);
  const load = async (...keys: Key[]): Promise<void> => {
    const tokens = await Promise.all(
      Array.from({ length: 100 }, (_, at) => sign(A, keys[at % keys.length]!)),
    );
    await Promise.all(tokens.map(async (token) => verifier.verify(token)));
  };

  issuer.publish(old);
  await load(old);
  issuer.publish(old, next);
  pass(2_000); // the issuer publishes a key before it signs with it
  await load(old, next);
  expect(issuer.asked()).toBe(2);
  issuer.publish(next);
  pass(5 * MINUTE + 1_000);
  await load(next);
  await expect(verifier.verify(await sign(A, old))).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED' },
  });
});

test('a key that was withdrawn has died within five minutes for a token too that was verified just before (C26)', async () => {
  const issuer = await startKeyServer(A);
  const key = await makeKey('k1');
  issuer.publish(key);
  const verifier = createTokenVerifier([issuer.trusted], logger);
  const token = await sign(A, key);
  await verifier.verify(await sign(A, key, { sub: 'usr_2' }));
  issuer.publish(await makeKey('k2'));
  pass(4 * MINUTE - 1);
  await verifier.verify(token);
  pass(MINUTE + 1);
  await expect(verifier.verify(token)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
});

test('a clock that is put back keeps no new key out, and no withdrawn one, nor its tokens, alive', async () => {
  const issuer = await startKeyServer(A);
  const [old, next] = [await makeKey('old'), await makeKey('next')];
  issuer.publish(old);
  const verifier = createTokenVerifier([issuer.trusted], logger);
  const known = await sign(A, old);
  await verifier.verify(known);
  expect((await issuer.trusted.keySet.current()).keys).toMatchObject([{ kid: 'old' }]);
  issuer.publish(next);
  pass(-60 * MINUTE);
  for (const token of [known, await sign(A, old)])
    await expect(verifier.verify(token)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  expect((await verifier.verify(await sign(A, next))).userId).toBe('usr_1');
  expect(issuer.asked()).toBe(2);
  issuer.publish(old, next);
  pass(-60 * MINUTE);
  expect((await issuer.trusted.keySet.current()).keys).toMatchObject([{ kid: 'old' }, { kid: 'next' }]);
});

describe('a token that was verified', () => {
  const start = async () => {
    const issuer = await startKeyServer(A);
    const key = await makeKey('k1');
    issuer.publish(key);
    const verifier = createTokenVerifier([issuer.trusted], logger);
    return { verifier, signed: (claims?: object) => sign(A, key, claims) };
  };

  test('is believed for a minute without another look at its signature', async () => {
    const { verifier, signed } = await start();
    const token = await signed();
    const verified = await verifier.verify(token);
    pass(MINUTE - 1);
    expect(verifier.verify(token)).toBe(verified);
    pass(1);
    const again = verifier.verify(token);
    expect(again).toBeInstanceOf(Promise);
    expect(await again).toEqual(verified);
  });

  test('is refused from the moment on at which it expires', async () => {
    const { verifier, signed } = await start();
    const exp = now() + 5;
    const token = await signed({ exp });
    await verifier.verify(token);
    const tolerated = (exp + 2) * 1000; // the issuer's clock may differ
    vi.setSystemTime(tolerated - 1);
    expect(verifier.verify(token)).toMatchObject({ userId: 'usr_1' });
    vi.setSystemTime(tolerated);
    await expect(verifier.verify(token)).rejects.toMatchObject({ extensions: { code: 'TOKEN_EXPIRED' } });
  });

  test('vouches for no other, and one that was refused is looked at again', async () => {
    const { verifier, signed } = await start();
    const token = await signed();
    await verifier.verify(token);
    const forged = `${token.slice(0, -4)}AAAA`;
    for (let round = 0; round < 3; round++)
      await expect(verifier.verify(forged)).rejects.toMatchObject({
        extensions: { code: 'UNAUTHENTICATED' },
      });
    const early = await signed({ nbf: now() + 30 });
    await expect(verifier.verify(early)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
    pass(31_000);
    expect(await verifier.verify(early)).toMatchObject({ userId: 'usr_1' });
  });
});

test('while the endpoint is down for ten minutes the keys it gave before serve (C27)', async () => {
  const issuer = await startKeyServer(A);
  const key = await makeKey('k1');
  issuer.publish(key);
  const verifier = createTokenVerifier([issuer.trusted], logger);
  const token = await sign(A, key);
  await verifier.verify(token);

  issuer.goAway();
  for (let minute = 1; minute <= 10; minute++) {
    pass(MINUTE);
    expect((await verifier.verify(token)).userId).toBe('usr_1');
    const unknown = await sign(A, await makeKey('never published'));
    await expect(verifier.verify(unknown)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  }
  expect(issuer.asked()).toBeGreaterThan(1);
});

describe('an answer that is no key set', () => {
  const malformed = [
    '{"keys":[null]}',
    '{"keys":[{}]}',
    '{"keys":[[]]}',
    '{"keys":{}}',
    '[]',
    'null',
    '<html>',
  ];

  test.each(malformed)('leaves the last good keys in force: %s', async (answer) => {
    const issuer = await startKeyServer(A);
    const key = await makeKey('k1');
    issuer.publish(key);
    const verifier = createTokenVerifier([issuer.trusted], logger);
    await verifier.verify(await sign(A, key));
    issuer.answerWith(answer);
    pass(5 * MINUTE);
    expect((await verifier.verify(await sign(A, key))).userId).toBe('usr_1');
    expect(issuer.asked()).toBe(2);
    await expect(verifier.verify(await sign(A, await makeKey('k2')))).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect((await issuer.trusted.keySet.current()).keys).toMatchObject([{ kid: 'k1' }]);
  });

  test.each(malformed)('is none where there are no others: %s', async (answer) => {
    const issuer = await startKeyServer(A);
    issuer.answerWith(answer);
    const verifier = createTokenVerifier([issuer.trusted], logger);
    await expect(verifier.verify(await sign(A, await makeKey('k1')))).rejects.toMatchObject({
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    });
  });
});

test('what is no key among keys is passed over', async () => {
  const issuer = await startKeyServer(A);
  const key = await makeKey('k1');
  issuer.answerWith(JSON.stringify({ keys: [null, {}, { kty: 'of the future', kid: 'k0' }, key.jwk] }));
  const verifier = createTokenVerifier([issuer.trusted], logger);
  expect((await verifier.verify(await sign(A, key))).userId).toBe('usr_1');
});

test('keys of one algorithm without names are each tried', async () => {
  const issuer = await startKeyServer(A);
  const unnamed = async (alg?: string): Promise<Key> => {
    const key = await makeKey('', alg);
    delete key.jwk.kid;
    return key;
  };
  const keys = [await unnamed(), await unnamed(), await unnamed(), await unnamed('ES256')];
  issuer.publish(...keys);
  const verifier = createTokenVerifier([issuer.trusted], logger);
  const header = { kid: undefined };
  const codeOf = (token: string): Promise<unknown> =>
    Promise.resolve(verifier.verify(token)).catch((error: { extensions: unknown }) => error.extensions);
  for (const key of keys) {
    expect((await verifier.verify(await sign(A, key, {}, header))).userId).toBe('usr_1');
    expect(await codeOf(await sign(A, key, { exp: now() - 10 }, header))).toEqual({ code: 'TOKEN_EXPIRED' });
    expect(await codeOf(await sign(A, key, { aud: 'other' }, header))).toEqual({ code: 'UNAUTHENTICATED' });
  }
  expect(await codeOf(await sign(A, await unnamed(), {}, header))).toEqual({ code: 'UNAUTHENTICATED' });
  expect(await codeOf(await sign(A, keys[0]!, {}, { kid: 'other' }))).toEqual({ code: 'UNAUTHENTICATED' });
});

test('without any key yet, nobody is told that a token is wrong', async () => {
  const issuer = await startKeyServer(A);
  issuer.goAway();
  const verifier = createTokenVerifier([issuer.trusted], logger);
  await expect(verifier.verify(await sign(A, await makeKey('k1')))).rejects.toMatchObject({
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
});

test('none of 50 forged or wrong tokens is accepted, and each is refused within 50 ms (C24, C25)', async () => {
  const issuer = await startKeyServer(A);
  const [key, rsa, evil] = [await makeKey('k1'), await makeKey('k2', 'RS256'), await makeKey('k1')];
  issuer.publish(key, rsa);
  const verifier = createTokenVerifier([issuer.trusted], logger);
  await verifier.verify(await sign(A, key));
  await verifier.verify(await sign(A, rsa));

  const claims = { iss: A, aud: 'marquee', sub: 'usr_1', exp: now() + 600 };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const good = await sign(A, key);
  const [head = '', body = '', signature = ''] = good.split('.');
  const symmetric = async (secret: string, alg: string, kid: string): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .sign(new TextEncoder().encode(secret));
  const spki = await exportSPKI(rsa.publicKey);

  const forged: string[] = [
    // alg none, in every spelling
    new UnsecuredJWT(claims).encode(),
    ...['none', 'None', 'NONE', 'nOnE', '', 'null'].map(
      (alg) => `${encode({ alg, typ: 'at+jwt', kid: 'k1' })}.${body}.`,
    ),
    `${encode({ typ: 'at+jwt', kid: 'k1' })}.${body}.${signature}`,
    // a public key as a shared secret
    ...(await Promise.all(['HS256', 'HS384', 'HS512'].map((alg) => symmetric(spki, alg, 'k2')))),
    await symmetric(spki.trim(), 'HS256', 'k2'),
    await symmetric(JSON.stringify(rsa.jwk), 'HS256', 'k2'),
    await symmetric(String(key.jwk.x).padEnd(64, '='), 'HS256', 'k1'),
    // keys of the attacker's own
    await sign(A, evil),
    await sign(A, evil, {}, { jwk: evil.jwk }),
    await sign(A, evil, {}, { jku: 'https://evil.example/keys' }),
    await sign(A, evil, {}, { x5u: 'https://evil.example/cert', x5c: ['MIIB'] }),
    await sign(A, evil, {}, { kid: '../../../../dev/null' }),
    await sign(A, evil, {}, { kid: "' OR 1=1 --" }),
    await sign(A, evil, {}, { kid: '__proto__' }),
    await sign(A, evil, {}, { kid: 'x'.repeat(10_000) }),
    await sign(A, evil, {}, { kid: undefined }),
    // another algorithm than the key's
    `${encode({ alg: 'RS256', typ: 'at+jwt', kid: 'k1' })}.${body}.${signature}`,
    `${encode({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })}.${body}.${signature}`,
    `${encode({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k2' })}.${body}.${signature}`,
    // parts exchanged, cut and altered
    `${head}.${encode({ ...claims, sub: 'usr_admin' })}.${signature}`,
    `${head}.${body}.${signature.slice(2)}`,
    `${head}.${body}.`,
    `${head}.${body}`,
    `${head}..${signature}`,
    `..${signature}`,
    `${head}.${body}.${'A'.repeat(86)}`,
    `${encode({ alg: 'EdDSA', kid: 'k1', typ: 'at+jwt', crit: ['b64'], b64: false })}.${body}.${signature}`,
    // claims that are wrong, with a right signature (C25)
    ...(await Promise.all(
      [
        { iss: 'https://evil.example' },
        { iss: `${A}/` },
        { iss: A.toUpperCase() },
        { iss: undefined },
        { iss: [A] },
        { aud: 'other' },
        { aud: undefined },
        { aud: ['other', 'more'] },
        { aud: 'Marquee' },
        { exp: now() - 10 },
        { exp: undefined },
        { exp: 'never' },
        { exp: -1 },
        { nbf: now() + 60 },
        { nbf: 'tomorrow' },
        { sub: undefined },
        { sub: null },
        { sub: '' },
        { sub: {} },
        { sub: 5 },
      ].map((wrong) => sign(A, key, wrong)),
    )),
    await sign(A, key, {}, { typ: 'JWT' }),
    await sign(A, key, {}, { typ: undefined }),
    await sign(A, key, {}, { typ: 'rt+jwt' }),
    '',
    'nonsense',
    'a.b.c.d.e',
  ];
  expect(new Set(forged).size).toBeGreaterThanOrEqual(50);
  for (const token of forged) {
    const start = performance.now();
    await expect(verifier.verify(token), token).rejects.toMatchObject({
      extensions: { code: expect.stringMatching(/^(UNAUTHENTICATED|TOKEN_EXPIRED)$/) },
    });
    expect(performance.now() - start).toBeLessThan(50);
  }
});
