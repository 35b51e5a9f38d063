import { maturityRatings } from '../../platform/domain-events.ts';
import { newId } from '../../platform/ids.ts';
import { enqueue } from '../../platform/outbox.ts';
import type { Context } from './context.ts';
import type { MaturityRating, Prisma, Profile, ProfileKind } from './generated/prisma/client.ts';
import type { CreateProfileInput, UpdateProfileInput } from './generated/resolvers.ts';
import { readLanguage, readName } from './inputs.ts';
import { limitRate } from './rate-limits.ts';
import { done, isRefused, refused, type Refused } from './refusals.ts';

const MOST_PROFILES = 5;
const NAME_CHARACTERS = 50;
const KIDS_LIMIT: MaturityRating = 'AGE_13';

type Outcome = { profile: Profile; userErrors: [] } | Refused;

/** Tells other services what a profile is now. */
export const profileChanged = (
  tx: Prisma.TransactionClient,
  profile: Profile,
  deleted = false,
): Promise<void> =>
  enqueue(tx, 'profile.changed', {
    profileId: profile.id,
    userId: profile.userId,
    kind: profile.kind,
    maturityLimit: profile.maturityLimit,
    language: profile.language,
    pinHash: profile.pinHash,
    deleted,
  });

interface Fields {
  name?: string;
  kind?: ProfileKind;
  maturityLimit?: MaturityRating;
  language?: string;
}

/** The fields as they are kept, or the refusal of the first one that cannot be. */
function readFields(input: CreateProfileInput | UpdateProfileInput): Fields | Refused {
  const fields: Fields = {};
  if (typeof input.name === 'string') {
    const name = readName(input.name, NAME_CHARACTERS);
    if (name === undefined)
      return refused('INVALID_INPUT', `A name has 1 to ${NAME_CHARACTERS} characters, on one line.`, [
        'input',
        'name',
      ]);
    fields.name = name;
  }
  if (typeof input.language === 'string') {
    const language = readLanguage(input.language);
    if (language === undefined)
      return refused('INVALID_INPUT', 'This is no language tag: write it as "en" or "pt-BR".', [
        'input',
        'language',
      ]);
    fields.language = language;
  }
  if (typeof input.pin === 'string' && !/^\d{4,8}$/.test(input.pin))
    return refused('INVALID_INPUT', 'A PIN has 4 to 8 digits.', ['input', 'pin']);
  if (input.kind) fields.kind = input.kind;
  if (input.maturityLimit) fields.maturityLimit = input.maturityLimit;
  return fields;
}

function limitFits(kind: ProfileKind, limit: MaturityRating): Refused | undefined {
  if (kind === 'ADULT' || maturityRatings.indexOf(limit) <= maturityRatings.indexOf(KIDS_LIMIT))
    return undefined;
  return refused('INVALID_INPUT', `The limit of a kids profile is ${KIDS_LIMIT} at most.`, [
    'input',
    'maturityLimit',
  ]);
}

/** Profiles of one account are made and deleted one after the other, so that their number can be relied on. */
const lockAccount = (tx: Prisma.TransactionClient, userId: string): Promise<number> =>
  tx.$executeRaw`select 1 from user_account where id = ${userId} for update`;

export async function createProfile(
  { parts, account }: Context,
  input: CreateProfileInput,
): Promise<Outcome> {
  const userId = await account();
  const fields = readFields(input);
  if (isRefused(fields)) return fields;
  const kind = fields.kind ?? 'ADULT';
  const maturityLimit = fields.maturityLimit ?? (kind === 'KIDS' ? 'AGE_7' : 'AGE_18');
  const misfit = limitFits(kind, maturityLimit);
  if (misfit !== undefined) return misfit;
  const { prisma, passwords } = parts;
  const pinHash = typeof input.pin === 'string' ? await passwords.hash(input.pin) : null;
  return prisma.$transaction(async (tx) => {
    await lockAccount(tx, userId);
    if ((await tx.profile.count({ where: { userId } })) >= MOST_PROFILES)
      return refused('PROFILE_LIMIT', `An account has ${MOST_PROFILES} profiles at most: delete one first.`);
    const profile = await tx.profile.create({
      data: {
        id: newId('prf'),
        userId,
        name: fields.name ?? input.name,
        kind,
        maturityLimit,
        language: fields.language ?? 'en',
        pinHash,
      },
    });
    await profileChanged(tx, profile);
    return { profile, userErrors: [] as [] };
  });
}

const noSuchProfile = (field: string[]): Refused =>
  refused('NOT_FOUND', 'You have no such profile: take an id from "profiles".', field);

/** The viewer's own profile; another user's is as good as none. */
async function ownProfile({ account, loaders }: Context, profileId: string): Promise<Profile | undefined> {
  const userId = await account();
  const profile = await loaders.profile.load(profileId);
  return profile?.userId === userId ? profile : undefined;
}

/** Whether the PIN, if there is one, or the account's password in its place was given. */
async function pinMissing(
  { parts }: Context,
  profile: Profile,
  given: { pin?: string | null | undefined; password?: string | null | undefined },
  field: string[],
): Promise<Refused | undefined> {
  if (profile.pinHash === null) return undefined;
  if (given.pin || given.password) {
    await limitRate(parts.limits, [
      { name: 'pin:profile', subject: profile.id, limit: 10, windowSeconds: 900 },
    ]);
    if (given.pin && (await parts.passwords.matches(profile.pinHash, given.pin))) return undefined;
    if (given.password) {
      const { passwordHash } = await parts.prisma.user.findUniqueOrThrow({ where: { id: profile.userId } });
      if (await parts.passwords.matches(passwordHash, given.password)) return undefined;
    }
  }
  return refused(
    'PIN_REQUIRED',
    "This profile has a PIN: give it as it is, or the account's password.",
    field,
  );
}

export async function updateProfile(context: Context, input: UpdateProfileInput): Promise<Outcome> {
  const { parts } = context;
  const before = await ownProfile(context, input.profileId);
  if (before === undefined) return noSuchProfile(['input', 'profileId']);
  const fields = readFields(input);
  if (isRefused(fields)) return fields;
  const kind = fields.kind ?? before.kind;
  const misfit = limitFits(kind, fields.maturityLimit ?? before.maturityLimit);
  if (misfit !== undefined) return misfit;
  const guarded = input.pin !== undefined || fields.kind !== undefined || fields.maturityLimit !== undefined;
  const missing =
    guarded &&
    (await pinMissing(context, before, { pin: input.currentPin, password: input.password }, [
      'input',
      'currentPin',
    ]));
  if (missing) return missing;
  const pinHash =
    input.pin === undefined ? undefined : input.pin === null ? null : await parts.passwords.hash(input.pin);
  return parts.prisma.$transaction(async (tx) => {
    const [profile] = await tx.profile.updateManyAndReturn({
      // the PIN that was asked for must still be the one that guards it
      where: { id: before.id, pinHash: before.pinHash },
      data: { ...fields, ...(pinHash !== undefined && { pinHash }) },
    });
    if (profile === undefined)
      return refused('CONFLICT', 'The profile was changed or deleted meanwhile: look again and try again.');
    await profileChanged(tx, profile);
    return { profile, userErrors: [] as [] };
  });
}

export async function deleteProfile(
  context: Context,
  { profileId, pin }: { profileId: string; pin?: string | null },
) {
  const profile = await ownProfile(context, profileId);
  if (profile === undefined) return noSuchProfile(['profileId']);
  const missing = await pinMissing(context, profile, { pin }, ['pin']);
  if (missing !== undefined) return missing;
  return context.parts.prisma.$transaction(async (tx) => {
    await lockAccount(tx, profile.userId);
    if ((await tx.profile.count({ where: { userId: profile.userId } })) <= 1)
      return refused('CONFLICT', 'The last profile stays: make another one first.', ['profileId']);
    const { count } = await tx.profile.deleteMany({ where: { id: profile.id } });
    if (count === 0) return noSuchProfile(['profileId']);
    await profileChanged(tx, profile, true);
    return { deletedProfileId: profile.id, ...done };
  });
}
