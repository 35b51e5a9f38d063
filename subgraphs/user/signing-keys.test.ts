import { createHmac } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
  exportJWK,
  generateKeyPair,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createSeal } from './seal.ts';
import { createSigningKeys } from './signing-keys.ts';
import { startTestService, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

const jwks = () => fetch(`${service.service.url}/.well-known/jwks.json`);
const rules = { issuer: 'http://127.0.0.1:4000', audience: 'marquee', typ: 'at+jwt', algorithms: ['EdDSA'] };

test('tokens can be checked with the published keys, which hold nothing private', async () => {
  const { accessToken, id } = await service.register();
  const keySet = createRemoteJWKSet(new URL('/.well-known/jwks.json', service.service.url));
  const { payload, protectedHeader } = await jwtVerify(accessToken, keySet, rules);
  expect(payload).toMatchObject({ sub: id, scope: 'catalog:read', jti: expect.any(String) });
  expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) });
  const response = await jwks();
  expect(response.headers.get('cache-control')).toContain('max-age=300');
  const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
  expect(keys).toEqual([
    { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: protectedHeader.kid, alg: 'EdDSA', use: 'sig' },
  ]);
});

test('private keys lie in the database encrypted, and open with the right secret only', async () => {
  await service.register();
  const row = await service.prisma.signingKey.findFirstOrThrow();
  expect(Buffer.from(row.privateKey).toString('latin1')).not.toContain('PRIVATE KEY');
  const keys = createSigningKeys({
    prisma: service.prisma,
    seal: createSeal('another secret than the one before, long enough'),
    logger: createLogger('user', 'silent'),
    tokenSeconds: 900,
    rotateAfterDays: 30,
  });
  await expect(keys.current()).rejects.toThrow('KEY_ENCRYPTION_SECRET');
});

/** Keys over the service's database with a clock that can be moved. */
function keysWithClock() {
  const clock = { now: Date.now() };
  const keys = createSigningKeys({
    prisma: service.prisma,
    seal: createSeal(service.env.KEY_ENCRYPTION_SECRET),
    logger: createLogger('user', 'silent'),
    tokenSeconds: 900,
    rotateAfterDays: 30,
    now: () => clock.now,
  });
  const tokens = createAccessTokens({
    keys,
    issuer: rules.issuer,
    audience: rules.audience,
    lifetimeSeconds: 900,
  });
  const sign = async () =>
    (await tokens.sign({ userId: 'usr_x', sessionId: 'ses_x', scopes: [] })).accessToken;
  return { clock, keys, tokens, sign };
}

describe('rotation (C26)', () => {
  test('publishes the next key before it signs, and the last one until its tokens have expired', async () => {
    const { clock, keys, sign } = keysWithClock();
    const first = (await keys.current()).kid;
    const next = await keys.rotate();
    expect(next).not.toBe(first);
    const published = async () => (await keys.published()).map((key) => key.kid);
    expect((await keys.current()).kid).toBe(first);
    expect(await published()).toEqual([next, first]);

    clock.now += 331_000; // every verifier has asked again by now
    expect((await keys.current()).kid).toBe(next);
    expect(await published()).toEqual([next, first]);
    const token = await sign();
    await jwtVerify(token, createLocalJWKSet({ keys: await keys.published() }), rules);

    clock.now += 961_000; // the last token of the first key has expired
    expect(await published()).toEqual([next]);
    await keys.maintain();
    expect(await service.prisma.signingKey.findMany({ select: { kid: true } })).toEqual([{ kid: next }]);
  });

  test('of several that rotate at once one makes the key', async () => {
    const { keys } = keysWithClock();
    const others = keysWithClock();
    await service.prisma.signingKey.deleteMany();
    const kids = await Promise.all([keys.current(), others.keys.current(), keysWithClock().keys.current()]);
    expect(new Set(kids.map(({ kid }) => kid)).size).toBe(1);
    const next = await Promise.all([keys.rotate(), others.keys.rotate()]);
    expect(new Set(next).size).toBe(1);
    expect(await service.prisma.signingKey.count()).toBe(2);
  });

  test('happens by itself when the newest key is thirty days old', async () => {
    const { clock, keys } = keysWithClock();
    await keys.current();
    const before = await service.prisma.signingKey.count();
    await keys.maintain();
    expect(await service.prisma.signingKey.count()).toBe(before);
    clock.now += 31 * 86_400_000;
    const newest = (await keys.current()).kid;
    await keys.maintain();
    expect((await keys.published())[0]?.kid).not.toBe(newest);
  });
});

describe('forged tokens (C24, C25)', () => {
  test('are not accepted', async () => {
    await service.prisma.signingKey.deleteMany();
    const { keys, tokens, sign } = keysWithClock();
    expect(await tokens.verify(await sign())).toMatchObject({ userId: 'usr_x', sessionId: 'ses_x' });

    const { kid, key } = await keys.current();
    const [published] = await keys.published();
    const stranger = await generateKeyPair('EdDSA');
    const claims = { sid: 'ses_x', scope: 'admin' };
    const make = (change: (jwt: SignJWT) => SignJWT = (jwt) => jwt) =>
      change(
        new SignJWT(claims)
          .setSubject('usr_x')
          .setIssuer(rules.issuer)
          .setAudience(rules.audience)
          .setIssuedAt()
          .setExpirationTime('5m'),
      );
    const header = { alg: 'EdDSA', typ: 'at+jwt', kid };
    const good = await make().setProtectedHeader(header).sign(key);
    expect(await tokens.verify(good)).toBeDefined();

    const [head, body, signature] = good.split('.') as [string, string, string];
    const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hmacHead = base64({ ...header, alg: 'HS256' });
    const hmac = createHmac('sha256', JSON.stringify(published))
      .update(`${hmacHead}.${body}`)
      .digest('base64url');
    const forged: Record<string, string> = {
      'alg none': new UnsecuredJWT(claims).setSubject('usr_x').setExpirationTime('5m').encode(),
      'alg none with a signature': `${base64({ ...header, alg: 'none' })}.${body}.${signature}`,
      'HS256 with the public key as secret': `${hmacHead}.${body}.${hmac}`,
      "a stranger's key under our kid": await make().setProtectedHeader(header).sign(stranger.privateKey),
      "a stranger's key in the header": await make()
        .setProtectedHeader({ ...header, jwk: await exportJWK(stranger.publicKey) })
        .sign(stranger.privateKey),
      'a kid that is not there': await make()
        .setProtectedHeader({ ...header, kid: '../../etc/passwd' })
        .sign(key),
      'another typ': await make()
        .setProtectedHeader({ ...header, typ: 'JWT' })
        .sign(key),
      'no typ': await make().setProtectedHeader({ alg: 'EdDSA', kid }).sign(key),
      'another issuer': await make((jwt) => jwt.setIssuer('https://evil.test'))
        .setProtectedHeader(header)
        .sign(key),
      'another audience': await make((jwt) => jwt.setAudience('others'))
        .setProtectedHeader(header)
        .sign(key),
      'past its expiry': await make((jwt) => jwt.setExpirationTime('-1s'))
        .setProtectedHeader(header)
        .sign(key),
      'not good yet': await make((jwt) => jwt.setNotBefore('1m'))
        .setProtectedHeader(header)
        .sign(key),
      'without an expiry': await new SignJWT(claims)
        .setSubject('usr_x')
        .setIssuer(rules.issuer)
        .setAudience(rules.audience)
        .setProtectedHeader(header)
        .sign(key),
      'another body': `${head}.${base64({ ...claims, sub: 'usr_y' })}.${signature}`,
      'no signature': `${head}.${body}.`,
      nonsense: 'nonsense',
      nothing: '',
    };
    for (const [what, token] of Object.entries(forged))
      expect(await tokens.verify(token), what).toBeUndefined();
  });
});
