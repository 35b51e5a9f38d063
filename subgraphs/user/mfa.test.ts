import { generate } from 'otplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type Person, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

const login = async ({ email, password }: Person) =>
  (
    await service.ask(
      undefined,
      `mutation ($input: LoginInput!) { login(input: $input) {
        user { id } tokens { accessToken } mfaChallenge userErrors { code } } }`,
      { input: { email, password } },
    )
  ).data.login;
const verifyMfa = async (challenge: string, code: string) =>
  (
    await service.ask(
      undefined,
      `mutation ($challenge: String!, $code: String!) { verifyMfa(challenge: $challenge, code: $code) {
        user { id mfaEnabled } tokens { accessToken } userErrors { code field } } }`,
      { challenge, code },
    )
  ).data.verifyMfa;
const confirm = async (person: Person, code: string) =>
  (
    await service.ask(
      person.viewer,
      `mutation ($code: String!) { confirmMfa(code: $code) {
        user { mfaEnabled } recoveryCodes userErrors { code field } } }`,
      { code },
    )
  ).data.confirmMfa;

/** A person whose authenticator showed the code of the step before: the one of now is still unused. */
async function personWithMfa() {
  const person = await service.register();
  const { data } = await service.ask(
    person.viewer,
    'mutation { enableMfa { secret otpauthUri userErrors { code } } }',
  );
  const { secret, otpauthUri } = data.enableMfa;
  const epoch = Math.floor(Date.now() / 1000);
  const { recoveryCodes } = await confirm(person, await generate({ secret, epoch: epoch - 30 }));
  return { person, secret, otpauthUri, recoveryCodes, code: () => generate({ secret }) };
}

test('is on only after a code of the authenticator, and then asks for one at every sign-in', async () => {
  const person = await service.register();
  const { data } = await service.ask(person.viewer, 'mutation { enableMfa { secret otpauthUri } }');
  expect(data.enableMfa.otpauthUri).toMatch(/^otpauth:\/\/totp\/Marquee:.*secret=/);
  expect((await login(person)).tokens).not.toBeNull();
  expect(await confirm(person, '000000')).toMatchObject({
    user: null,
    recoveryCodes: null,
    userErrors: [{ code: 'INVALID_CREDENTIALS', field: ['code'] }],
  });
  const epoch = Math.floor(Date.now() / 1000) - 30;
  const confirmed = await confirm(person, await generate({ secret: data.enableMfa.secret, epoch }));
  expect(confirmed).toMatchObject({ user: { mfaEnabled: true }, userErrors: [] });
  expect(confirmed.recoveryCodes).toHaveLength(10);

  const challenged = await login(person);
  expect(challenged).toMatchObject({ user: null, tokens: null, userErrors: [{ code: 'MFA_REQUIRED' }] });
  const verified = await verifyMfa(
    challenged.mfaChallenge,
    await generate({ secret: data.enableMfa.secret }),
  );
  expect(verified).toMatchObject({ user: { id: person.id, mfaEnabled: true }, userErrors: [] });
  expect(verified.tokens.accessToken).toBeTruthy();
});

test('a code works once, also for two who bring it at the same instant', async () => {
  const { person, code } = await personWithMfa();
  const [one, two] = [await login(person), await login(person)];
  const now = await code();
  const answers = await Promise.all([verifyMfa(one.mfaChallenge, now), verifyMfa(two.mfaChallenge, now)]);
  expect(answers.filter((answer) => answer.tokens !== null)).toHaveLength(1);
  expect(answers.flatMap((answer) => answer.userErrors)).toEqual([
    { code: 'INVALID_CREDENTIALS', field: ['code'] },
  ]);
});

test('a challenge works once, for five minutes and five attempts', async () => {
  const { person, code, recoveryCodes } = await personWithMfa();
  const used = await login(person);
  expect((await verifyMfa(used.mfaChallenge, await code())).userErrors).toEqual([]);
  expect((await verifyMfa(used.mfaChallenge, recoveryCodes[0])).userErrors).toEqual([
    { code: 'TOKEN_EXPIRED', field: ['challenge'] },
  ]);
  const worn = await login(person);
  for (let attempt = 0; attempt < 5; attempt++)
    expect((await verifyMfa(worn.mfaChallenge, '000000')).userErrors[0].code).toBe('INVALID_CREDENTIALS');
  expect((await verifyMfa(worn.mfaChallenge, recoveryCodes[0])).userErrors[0].code).toBe('TOKEN_EXPIRED');
  const old = await login(person);
  await service.prisma.mfaChallenge.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect((await verifyMfa(old.mfaChallenge, recoveryCodes[0])).userErrors[0].code).toBe('TOKEN_EXPIRED');
  expect((await verifyMfa('never was', '123456')).userErrors[0].code).toBe('TOKEN_EXPIRED');
});

test('wrong codes lock the account like wrong passwords, and the right password does not reset them', async () => {
  const { person, recoveryCodes } = await personWithMfa();
  for (let attempt = 0; attempt < 10; attempt++)
    await verifyMfa((await login(person)).mfaChallenge, '000000');
  expect((await login(person)).userErrors[0].code).toBe('ACCOUNT_LOCKED');
  expect(await service.prisma.recoveryCode.count({ where: { userId: person.id } })).toBe(
    recoveryCodes.length,
  );
});

test('a recovery code works once in the place of the authenticator', async () => {
  const { person, recoveryCodes } = await personWithMfa();
  const typed = recoveryCodes[3].toLowerCase().replaceAll('-', '');
  expect((await verifyMfa((await login(person)).mfaChallenge, typed)).userErrors).toEqual([]);
  expect((await verifyMfa((await login(person)).mfaChallenge, typed)).userErrors[0].code).toBe(
    'INVALID_CREDENTIALS',
  );
});

test('is switched off with a code only', async () => {
  const { person, code } = await personWithMfa();
  const DISABLE =
    'mutation ($code: String!) { disableMfa(code: $code) { user { mfaEnabled } userErrors { code } } }';
  const wrong = await service.ask(person.viewer, DISABLE, { code: '000000' });
  expect(wrong.data.disableMfa).toEqual({ user: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] });
  const right = await service.ask(person.viewer, DISABLE, { code: await code() });
  expect(right.data.disableMfa).toEqual({ user: { mfaEnabled: false }, userErrors: [] });
  expect((await login(person)).tokens).not.toBeNull();
});

test('the secret lies in the database encrypted', async () => {
  const { person, secret } = await personWithMfa();
  const row = await service.prisma.user.findUniqueOrThrow({ where: { id: person.id } });
  expect(Buffer.from(row.mfaSecret ?? []).toString('latin1')).not.toContain(secret);
});
