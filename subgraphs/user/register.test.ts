import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, codeIn, startTestService, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

const REGISTER = `mutation ($input: RegisterInput!) { register(input: $input) {
  user { id email emailVerified mfaEnabled createdAt roles scopes
    profiles { name kind maturityLimit language pinProtected } sessions { id current } apiKeys { id } }
  tokens { accessToken refreshToken accessTokenExpiresAt }
  mfaChallenge userErrors { code message field } } }`;
const register = async (input: object) => (await service.ask(undefined, REGISTER, { input })).data.register;
const CONFIRM = `mutation ($token: String!) { confirmEmail(token: $token) {
  user { email emailVerified } userErrors { code field } } }`;

describe('register', () => {
  test('makes an account with a profile, signs it in and tells other services', async () => {
    const { user, tokens, mfaChallenge, userErrors } = await register({
      email: '  Grace.Hopper@Example.TEST ',
      password: 'a password of hers',
    });
    expect(userErrors).toEqual([]);
    expect(mfaChallenge).toBeNull();
    expect(user).toMatchObject({
      email: 'grace.hopper@example.test',
      emailVerified: false,
      mfaEnabled: false,
      roles: ['VIEWER'],
      scopes: ['catalog:read'],
      profiles: [
        { name: 'grace.hopper', kind: 'ADULT', maturityLimit: 'AGE_18', language: 'en', pinProtected: false },
      ],
      apiKeys: [],
    });
    const claims = claimsOf(tokens.accessToken);
    expect(claims).toMatchObject({
      sub: user.id,
      iss: 'http://127.0.0.1:4000',
      aud: 'marquee',
      scope: 'catalog:read',
    });
    expect(user.sessions).toEqual([{ id: claims['sid'], current: true }]);
    expect(Date.parse(tokens.accessTokenExpiresAt)).toBe(claims['exp'] * 1000);
    expect(claims['exp'] - claims['iat']).toBe(900);
    await expect
      .poll(() => service.events.map((event) => event.type))
      .toEqual(['user.changed', 'profile.changed']);
    expect(service.events[0]?.payload).toEqual({
      userId: user.id,
      email: 'grace.hopper@example.test',
      emailVerified: false,
    });
  });

  test('refuses a second account with the same e-mail, in whatever case, also when both come at once', async () => {
    const both = await Promise.all([
      register({ email: 'twice@example.test', password: 'a password of theirs' }),
      register({ email: 'TWICE@example.test', password: 'a password of theirs' }),
    ]);
    expect(both.flatMap((payload) => payload.userErrors)).toEqual([
      { code: 'EMAIL_TAKEN', message: expect.stringContaining('sign in'), field: ['input', 'email'] },
    ]);
    expect(await service.prisma.user.count({ where: { email: 'twice@example.test' } })).toBe(1);
  });

  test.each([
    ['no e-mail', { email: 'nobody', password: 'long enough to pass' }, 'email'],
    ['an e-mail with a NUL', { email: 'a\u0000b@example.test', password: 'long enough to pass' }, 'email'],
    ['a short password', { email: 'short@example.test', password: '1234567' }, 'password'],
    ['a password of 1025 bytes', { email: 'long@example.test', password: 'x'.repeat(1025) }, 'password'],
    [
      'a password that everybody uses (C30)',
      { email: 'common@example.test', password: 'Password123' },
      'password',
    ],
    ['the e-mail as password', { email: 'mirror@example.test', password: 'mirror@example.test' }, 'password'],
  ])('refuses %s, names the field and makes nothing', async (_what, input, field) => {
    const before = await service.prisma.user.count();
    const payload = await register(input);
    expect(payload).toMatchObject({ user: null, tokens: null });
    expect(payload.userErrors).toEqual([
      { code: 'INVALID_INPUT', message: expect.any(String), field: ['input', field] },
    ]);
    expect(await service.prisma.user.count()).toBe(before);
  });

  test('takes passwords of 64 characters in any script (C30)', async () => {
    const payload = await register({ email: 'script@example.test', password: '🎬映画館'.repeat(16) });
    expect(payload.userErrors).toEqual([]);
  });

  test('keeps argon2id with at least 19 MiB and two passes, and no token as it is (C29)', async () => {
    const { tokens } = await register({ email: 'hash@example.test', password: 'a password of his' });
    const { passwordHash } = await service.prisma.user.findUniqueOrThrow({
      where: { email: 'hash@example.test' },
    });
    const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/.exec(passwordHash) ?? [];
    expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
    expect(Number(passes)).toBeGreaterThanOrEqual(2);
    const kept = JSON.stringify([
      await service.prisma.refreshToken.findMany(),
      await service.prisma.session.findMany(),
    ]);
    expect(kept).not.toContain(tokens.refreshToken);
  });
});

describe('confirmEmail', () => {
  test('takes the code from the mail, also typed sloppily, and again without any change', async () => {
    await register({ email: 'confirm@example.test', password: 'a password of theirs' });
    const mail = await service.mailbox.next('confirm@example.test', /confirm/i);
    const code = codeIn(mail);
    expect(mail.text).toContain(`enter this code: ${code}`);
    for (const typed of [` ${code.toLowerCase().replaceAll('-', ' ')}`, code])
      expect((await service.ask(undefined, CONFIRM, { token: typed })).data.confirmEmail).toEqual({
        user: { email: 'confirm@example.test', emailVerified: true },
        userErrors: [],
      });
    await expect
      .poll(() =>
        service.events.filter((event) => JSON.stringify(event.payload).includes('confirm@example.test')),
      )
      .toMatchObject([{ payload: { emailVerified: false } }, { payload: { emailVerified: true } }]);
  });

  test('refuses a code that was never mailed, and one that is too old', async () => {
    const { data } = await service.ask(undefined, CONFIRM, { token: '0000-0000-0000-0000' });
    expect(data.confirmEmail).toEqual({
      user: null,
      userErrors: [{ code: 'INVALID_CREDENTIALS', field: ['token'] }],
    });
    const person = await service.register();
    const code = codeIn(await service.mailbox.next(person.email, /confirm/i));
    await service.prisma.mailedCode.updateMany({
      where: { userId: person.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    const late = await service.ask(undefined, CONFIRM, { token: code });
    expect(late.data.confirmEmail.userErrors).toEqual([{ code: 'TOKEN_EXPIRED', field: ['token'] }]);
  });

  test('has another mail sent on demand', async () => {
    const person = await service.register();
    await service.mailbox.next(person.email, /confirm/i);
    const { data } = await service.ask(
      person.viewer,
      'mutation { resendConfirmation { accepted userErrors { code } } }',
    );
    expect(data.resendConfirmation).toEqual({ accepted: true, userErrors: [] });
    await expect.poll(() => service.mailbox.mails.filter(({ to }) => to === person.email).length).toBe(2);
  });
});
