import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type Person, type TestService } from './test-service.ts';

let service: TestService;
beforeAll(async () => void (service = await startTestService()));
afterAll(() => service.close());

const FIELDS =
  'profile { id name kind maturityLimit language pinProtected } userErrors { code message field }';
const create = async (person: Person, input: object) =>
  (
    await service.ask(
      person.viewer,
      `mutation ($input: CreateProfileInput!) { createProfile(input: $input) { ${FIELDS} } }`,
      { input },
    )
  ).data.createProfile;
const update = async (person: Person, input: object) =>
  (
    await service.ask(
      person.viewer,
      `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { ${FIELDS} } }`,
      { input },
    )
  ).data.updateProfile;
const remove = async (person: Person, profileId: string, pin?: string) =>
  (
    await service.ask(
      person.viewer,
      `mutation ($id: ID!, $pin: String) { deleteProfile(profileId: $id, pin: $pin) {
        deletedProfileId userErrors { code field } } }`,
      { id: profileId, pin },
    )
  ).data.deleteProfile;

test('a kids profile is limited to AGE_7 unless said otherwise, and tells playback the hash of its PIN', async () => {
  const person = await service.register();
  const { profile, userErrors } = await create(person, {
    name: ' Robin ',
    kind: 'KIDS',
    pin: '4711',
    language: 'PT-br',
  });
  expect(userErrors).toEqual([]);
  expect(profile).toMatchObject({
    name: 'Robin',
    kind: 'KIDS',
    maturityLimit: 'AGE_7',
    language: 'pt-BR',
    pinProtected: true,
  });
  await expect
    .poll(() => service.events.map((event) => event.payload))
    .toContainEqual({
      profileId: profile.id,
      userId: person.id,
      kind: 'KIDS',
      maturityLimit: 'AGE_7',
      language: 'pt-BR',
      pinHash: expect.stringMatching(/^\$argon2id\$/),
      deleted: false,
    });
});

test('five profiles are the most, however many are asked for at once', async () => {
  const person = await service.register();
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, i) => create(person, { name: `Number ${i}` })),
  );
  expect(answers.filter((answer) => answer.profile !== null)).toHaveLength(4);
  expect(answers.flatMap((answer) => answer.userErrors.map((error: { code: string }) => error.code))).toEqual(
    Array(20).fill('PROFILE_LIMIT'),
  );
  const { data } = await service.ask(person.viewer, '{ me { profiles { id } } }');
  expect(data.me.profiles).toHaveLength(5);
});

test.each([
  [{ name: '   ' }, 'name'],
  [{ name: 'x'.repeat(51) }, 'name'],
  [{ name: 'a\u0000b' }, 'name'],
  [{ name: 'Fine', language: 'no language' }, 'language'],
  [{ name: 'Fine', pin: '123' }, 'pin'],
  [{ name: 'Fine', pin: '123456789' }, 'pin'],
  [{ name: 'Fine', pin: '12a4' }, 'pin'],
  [{ name: 'Fine', kind: 'KIDS', maturityLimit: 'AGE_18' }, 'maturityLimit'],
])('refuses %j, names the field and makes nothing', async (input, field) => {
  const person = await service.register();
  const payload = await create(person, input);
  expect(payload).toEqual({
    profile: null,
    userErrors: [{ code: 'INVALID_INPUT', message: expect.any(String), field: ['input', field] }],
  });
  expect(await service.prisma.profile.count({ where: { userId: person.id } })).toBe(1);
});

test('stores names as text, whatever they look like (C22)', async () => {
  const person = await service.register();
  const name = `'; drop table profile; -- \${7*7}`;
  expect((await update(person, { profileId: person.profileId, name })).profile.name).toBe(name);
});

test('changes what is given and leaves the rest', async () => {
  const person = await service.register();
  const before = (await update(person, { profileId: person.profileId })).profile;
  const { profile } = await update(person, { profileId: person.profileId, maturityLimit: 'AGE_16' });
  expect(profile).toEqual({ ...before, maturityLimit: 'AGE_16' });
});

test("a PIN guards the limit and itself, and the account's password opens it", async () => {
  const person = await service.register();
  const { profile } = await create(person, { name: 'Robin', kind: 'KIDS', pin: '4711' });
  const raise = { profileId: profile.id, maturityLimit: 'AGE_13' };
  for (const attempt of [raise, { ...raise, currentPin: '0000' }, { ...raise, pin: null }])
    expect((await update(person, attempt)).userErrors).toMatchObject([
      { code: 'PIN_REQUIRED', field: ['input', 'currentPin'] },
    ]);
  expect((await update(person, { profileId: profile.id, name: 'Rob' })).userErrors).toEqual([]);
  expect((await update(person, { ...raise, currentPin: '4711' })).profile.maturityLimit).toBe('AGE_13');
  const removed = await update(person, { profileId: profile.id, pin: null, password: person.password });
  expect(removed.profile.pinProtected).toBe(false);
});

test('a PIN cannot be guessed by trying them all', async () => {
  const person = await service.register();
  const { profile } = await create(person, { name: 'Robin', pin: '4711' });
  for (let guess = 0; guess < 10; guess++)
    expect((await remove(person, profile.id, `000${guess}`)).userErrors[0].code).toBe('PIN_REQUIRED');
  const { errors } = await service.ask(
    person.viewer,
    `mutation { deleteProfile(profileId: "${profile.id}", pin: "4711") { deletedProfileId } }`,
  );
  expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
});

test('deletes a profile and tells others, but not the last one, and not both of two at once', async () => {
  const person = await service.register();
  const { profile } = await create(person, { name: 'Second' });
  const answers = await Promise.all([remove(person, person.profileId), remove(person, profile.id)]);
  const [deleted] = answers.filter((answer) => answer.deletedProfileId !== null);
  expect(answers.flatMap((answer) => answer.userErrors)).toEqual([
    { code: 'CONFLICT', field: ['profileId'] },
  ]);
  await expect
    .poll(() => service.events.map((event) => event.payload))
    .toContainEqual(expect.objectContaining({ profileId: deleted.deletedProfileId, deleted: true }));
});
