import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, codeIn, startTestService, type Person, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) {
  user { id sessions { id device current } } tokens { accessToken refreshToken } mfaChallenge
  userErrors { code message field } } }`;
const login = async (email: string, password: string, more: object = {}) =>
  (await service.ask(undefined, LOGIN, { input: { email, password, ...more } })).data.login;
const refresh = async (refreshToken: string) =>
  (
    await service.ask(
      undefined,
      `mutation ($token: String!) { refreshTokens(refreshToken: $token) {
        user { id } tokens { accessToken refreshToken } userErrors { code field } } }`,
      { token: refreshToken },
    )
  ).data.refreshTokens;
const me = (person: Person) => service.ask(person.viewer, '{ me { id sessions { id current } } }');

describe('login', () => {
  test('opens a session with the name of the device', async () => {
    const person = await service.register();
    const payload = await login(person.email.toUpperCase(), person.password, {
      device: 'Living room\u0000 TV',
    });
    expect(payload.userErrors).toEqual([]);
    expect(payload.user.sessions).toEqual([
      { id: claimsOf(payload.tokens.accessToken)['sid'], device: 'Living room TV', current: true },
      { id: person.viewer.sessionId, device: null, current: false },
    ]);
  });

  test('answers a wrong password and an unknown e-mail with the same words (C31)', async () => {
    const person = await service.register();
    const wrong = await login(person.email, 'not the password');
    expect(wrong.userErrors).toEqual([
      { code: 'INVALID_CREDENTIALS', message: expect.any(String), field: null },
    ]);
    expect(await login('nobody@example.test', 'not the password')).toEqual(wrong);
    expect(await login('not an address\u0000', 'not the password')).toEqual(wrong);
    expect(await login(person.email, 'x'.repeat(2000))).toEqual(wrong);
  });

  test('locks after ten failures, account or not, and leaves the live session alone (C32, C33)', async () => {
    const person = await service.register();
    for (const email of [person.email, 'ghost@example.test']) {
      const aliases = Array.from(
        { length: 12 },
        (_, i) =>
          `l${i}: login(input: { email: "${email}", password: "guess ${i}" }) { userErrors { code } }`,
      );
      const { data } = await service.ask(undefined, `mutation { ${aliases.join('\n')} }`);
      expect(Object.values(data as object).map((payload) => payload.userErrors[0].code)).toEqual([
        ...Array<string>(10).fill('INVALID_CREDENTIALS'),
        'ACCOUNT_LOCKED',
        'ACCOUNT_LOCKED',
      ]);
    }
    expect((await login(person.email, person.password)).userErrors[0].code).toBe('ACCOUNT_LOCKED');
    expect((await me(person)).data.me.id).toBe(person.id);
    expect((await refresh(person.refreshToken)).userErrors).toEqual([]);
  });

  test('doubles the lock with each further failure, and forgets it after a sign-in', async () => {
    const person = await service.register();
    const unlock = () =>
      service.prisma.signInFailure.updateMany({ data: { lockedUntil: new Date(Date.now() - 1) } });
    const lockedFor: number[] = [];
    for (let failure = 1; failure <= 12; failure++) {
      await login(person.email, 'not the password');
      if (failure < 10) continue;
      const newest = await service.prisma.signInFailure.findFirstOrThrow({ orderBy: { updatedAt: 'desc' } });
      lockedFor.push(Math.round(((newest.lockedUntil?.getTime() ?? 0) - newest.updatedAt.getTime()) / 1000));
      await unlock();
    }
    expect(lockedFor).toEqual([60, 120, 240]);
    expect((await login(person.email, person.password)).userErrors).toEqual([]);
    expect((await login(person.email, 'not the password')).userErrors[0].code).toBe('INVALID_CREDENTIALS');
    expect((await login(person.email, person.password)).userErrors).toEqual([]);
  });

  test('a burst of guesses locks once, and many right sign-ins at once do not', async () => {
    const person = await service.register();
    const right = await Promise.all(Array.from({ length: 20 }, () => login(person.email, person.password)));
    expect(right.flatMap((payload) => payload.userErrors)).toEqual([]);
    const burst = Array.from({ length: 40 }, (_, i) => login(person.email, `guess ${i}`));
    // the right one is among them, but too late to be told
    const guessed = await login(person.email, person.password);
    await Promise.all(burst);
    expect(guessed).toMatchObject({ tokens: null, userErrors: [{ code: 'ACCOUNT_LOCKED' }] });
    const newest = await service.prisma.signInFailure.findFirstOrThrow({ orderBy: { updatedAt: 'desc' } });
    expect(newest.failures).toBe(10);
  });

  test('limits attempts by address', async () => {
    const strict = await startTestService({ SIGN_INS_PER_ADDRESS: '3' });
    try {
      const input = { email: 'nobody@example.test', password: 'whatever it is' };
      const errorsAt = async (address: string) =>
        (await strict.ask({ scopes: [], region: 'US', address }, LOGIN, { input })).errors;
      for (const [addresses, other] of [
        [['192.0.2.7', '192.0.2.7', '192.0.2.7', '192.0.2.7'], '192.0.2.8'],
        [['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4'], '2001:db8:0:1::1'],
      ] as const) {
        for (const address of addresses.slice(0, 3)) expect(await errorsAt(address)).toBeUndefined();
        expect((await errorsAt(addresses[3]))?.[0]?.extensions).toMatchObject({
          code: 'RATE_LIMITED',
          retryAfterSeconds: expect.any(Number),
        });
        expect(await errorsAt(other)).toBeUndefined();
      }
    } finally {
      await strict.close();
    }
  });
});

describe('refreshTokens', () => {
  test('gives new tokens of the same session', async () => {
    const person = await service.register();
    const { tokens, user, userErrors } = await refresh(person.refreshToken);
    expect(userErrors).toEqual([]);
    expect(user.id).toBe(person.id);
    expect(claimsOf(tokens.accessToken)['sid']).toBe(person.viewer.sessionId);
    expect(tokens.refreshToken).not.toBe(person.refreshToken);
    expect((await refresh(tokens.refreshToken)).userErrors).toEqual([]);
  });

  test('ends the sign-in when a token comes twice, and says so to the gateway (C34)', async () => {
    const person = await service.register();
    const { tokens } = await refresh(person.refreshToken);
    expect((await refresh(person.refreshToken)).userErrors[0].code).toBe('INVALID_CREDENTIALS');
    expect(await refresh(tokens.refreshToken)).toMatchObject({
      tokens: null,
      userErrors: [{ code: 'INVALID_CREDENTIALS', field: ['refreshToken'] }],
    });
    await expect
      .poll(() =>
        service.events.filter((event) => event.type === 'session.revoked').map((event) => event.payload),
      )
      .toContainEqual({ userId: person.id, sessionId: person.viewer.sessionId });
    expect((await me(person)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('of fifty at once exactly one succeeds (C35)', async () => {
    const person = await service.register();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(person.refreshToken)));
    expect(answers.filter((answer) => answer.tokens !== null)).toHaveLength(1);
    expect(await service.prisma.refreshToken.count({ where: { sessionId: person.viewer.sessionId! } })).toBe(
      2,
    );
  });

  test('tells an expired token from one that never was', async () => {
    const person = await service.register();
    await service.prisma.refreshToken.updateMany({
      where: { sessionId: person.viewer.sessionId! },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect((await refresh(person.refreshToken)).userErrors[0].code).toBe('TOKEN_EXPIRED');
    expect((await refresh('never was')).userErrors[0].code).toBe('INVALID_CREDENTIALS');
  });
});

describe('signing out', () => {
  test('logout ends this session only, and again without harm', async () => {
    const person = await service.register();
    const other = await login(person.email, person.password);
    const LOGOUT = 'mutation { logout { endedSessionIds userErrors { code } } }';
    const first = await service.ask(person.viewer, LOGOUT);
    expect(first.data.logout.endedSessionIds).toEqual([person.viewer.sessionId]);
    expect((await service.ask(person.viewer, LOGOUT)).data.logout.endedSessionIds).toEqual([]);
    expect((await refresh(person.refreshToken)).userErrors[0].code).toBe('INVALID_CREDENTIALS');
    expect((await refresh(other.tokens.refreshToken)).userErrors).toEqual([]);
  });

  test("revokeSession ends another device's session, but not another user's", async () => {
    const [person, stranger] = [await service.register(), await service.register()];
    const REVOKE = `mutation ($id: ID!) { revokeSession(sessionId: $id) {
      endedSessionIds userErrors { code field } } }`;
    const foreign = await service.ask(stranger.viewer, REVOKE, { id: person.viewer.sessionId });
    expect(foreign.data.revokeSession).toEqual({
      endedSessionIds: [],
      userErrors: [{ code: 'NOT_FOUND', field: ['sessionId'] }],
    });
    expect((await me(person)).data.me.sessions).toHaveLength(1);
    const other = await login(person.email, person.password);
    const { sid } = claimsOf(other.tokens.accessToken);
    const own = await service.ask(person.viewer, REVOKE, { id: sid });
    expect(own.data.revokeSession).toEqual({ endedSessionIds: [sid], userErrors: [] });
  });

  test('logoutEverywhere ends them all', async () => {
    const person = await service.register();
    await login(person.email, person.password);
    const { data } = await service.ask(person.viewer, 'mutation { logoutEverywhere { endedSessionIds } }');
    expect(data.logoutEverywhere.endedSessionIds).toHaveLength(2);
    expect((await me(person)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('passwords', () => {
  const RESET = `mutation ($token: String!, $new: String!) { resetPassword(token: $token, newPassword: $new) {
    reset userErrors { code field } } }`;
  const request = async (email: string) =>
    (
      await service.ask(
        undefined,
        'mutation ($email: String!) { requestPasswordReset(email: $email) { accepted userErrors { code } } }',
        { email },
      )
    ).data.requestPasswordReset;

  test('a reset works once, by mail, ends all sessions and lifts the lock', async () => {
    const person = await service.register();
    for (let i = 0; i < 10; i++) await login(person.email, 'not the password');
    expect(await request(person.email)).toEqual({ accepted: true, userErrors: [] });
    const token = codeIn(await service.mailbox.next(person.email, /reset/i));
    const weak = await service.ask(undefined, RESET, { token, new: 'short' });
    expect(weak.data.resetPassword).toEqual({
      reset: false,
      userErrors: [{ code: 'INVALID_INPUT', field: ['newPassword'] }],
    });
    const fresh = await service.ask(undefined, RESET, { token, new: 'another password' });
    expect(fresh.data.resetPassword).toEqual({ reset: true, userErrors: [] });
    expect((await login(person.email, 'another password')).userErrors).toEqual([]);
    expect((await me(person)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const again = await service.ask(undefined, RESET, { token, new: 'yet another one' });
    expect(again.data.resetPassword.userErrors).toEqual([{ code: 'TOKEN_EXPIRED', field: ['token'] }]);
    await service.mailbox.next(person.email, /was changed/);
  });

  test('a reset for an unknown e-mail gets the same answer and no mail (C31)', async () => {
    const person = await service.register();
    expect(await request('unknown@example.test')).toEqual(await request(person.email));
    await service.mailbox.next(person.email, /reset/i);
    await expect.poll(() => service.prisma.mail.count()).toBe(0);
    expect(service.mailbox.mails.some(({ to }) => to === 'unknown@example.test')).toBe(false);
  });

  test('a confirmation code does not reset a password', async () => {
    const person = await service.register();
    const token = codeIn(await service.mailbox.next(person.email, /confirm/i));
    const { data } = await service.ask(undefined, RESET, { token, new: 'another password' });
    expect(data.resetPassword.userErrors).toEqual([{ code: 'INVALID_CREDENTIALS', field: ['token'] }]);
  });

  test('changePassword wants the old one, ends every session and opens a new one (C36)', async () => {
    const person = await service.register();
    const CHANGE = `mutation ($old: String!, $new: String!) { changePassword(currentPassword: $old, newPassword: $new) {
      user { sessions { id current } } tokens { accessToken } userErrors { code field } } }`;
    const wrong = await service.ask(person.viewer, CHANGE, { old: 'not it at all', new: 'another password' });
    expect(wrong.data.changePassword).toMatchObject({
      tokens: null,
      userErrors: [{ code: 'INVALID_CREDENTIALS', field: ['currentPassword'] }],
    });
    const { data } = await service.ask(person.viewer, CHANGE, {
      old: person.password,
      new: 'another password',
    });
    expect(data.changePassword.userErrors).toEqual([]);
    const { sid } = claimsOf(data.changePassword.tokens.accessToken);
    expect(data.changePassword.user.sessions).toEqual([{ id: sid, current: true }]);
    expect((await refresh(person.refreshToken)).userErrors[0].code).toBe('INVALID_CREDENTIALS');
    expect((await login(person.email, 'another password')).userErrors).toEqual([]);
    expect((await login(person.email, person.password)).userErrors[0].code).toBe('INVALID_CREDENTIALS');
  });
});
