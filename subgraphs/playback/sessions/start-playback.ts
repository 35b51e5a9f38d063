import { verify } from '@node-rs/argon2';
import { forbidden } from '../../../platform/errors.ts';
import { newId } from '../../../platform/ids.ts';
import { transactionLimits } from '../assets.ts';
import type {
  EntitlementFacts,
  MediaAsset,
  PlaybackSession,
  ProfileFacts,
} from '../generated/prisma/client.ts';
import type { StartPlaybackInput } from '../generated/resolvers.ts';
import { refused, type Outcome, type Refusal } from '../refusal.ts';
import { decide, isEntitled, type PlaybackFacts } from './playback-rules.ts';
import { streamsOf, urlExpiry, type PlaybackParts } from './playback-parts.ts';

/** How many PINs may be tried for a profile, in how many seconds. */
const PIN_TRIES = 5;
const PIN_WINDOW = 300;

/**
 * Begins to play: decides by what is known here, takes a stream's place, writes the session. A device that plays
 * already keeps its place, and its session before ends.
 * @param viewer who asks, from which country
 * @throws FORBIDDEN for a profile that is not the viewer's own
 */
export async function startPlayback(
  parts: PlaybackParts,
  { userId, region }: { userId: string; region: string },
  input: StartPlaybackInput,
): Promise<Outcome<PlaybackSession>> {
  const { leases, env, logger } = parts;
  if (input.deviceId === '' || input.deviceId.length > 200)
    return refused('INVALID_INPUT', 'The id of a device has 1 to 200 characters.', ['input', 'deviceId']);
  const profile = await parts.readModels.profile(input.profileId);
  if (profile?.userId !== userId) throw forbidden('This profile is not yours.');
  const pinRefusal = await checkPin(parts, profile, input.pin);
  if (pinRefusal) return { refusal: pinRefusal };

  const facts = await readSettledFacts(parts, userId, profile, input.titleId);
  const decision = decide(facts, { graceHours: env.ENTITLEMENT_GRACE_HOURS, region, now: new Date() });
  if (decision.refusal) return decision;
  const { entitlement } = facts;
  if (!entitlement) throw new Error('A viewer without an entitlement was let through.');

  const key = streamsOf(userId);
  const held = (await leases.holders(key)).includes(input.deviceId);
  if (!(await leases.acquire(key, input.deviceId, entitlement.maxStreams, env.LEASE_SECONDS)))
    return refused(
      'STREAM_LIMIT',
      `Your plan allows ${entitlement.maxStreams} at once: stop watching on another device first.`,
    );
  try {
    const session = await writeSession(parts, { userId, input, entitlement, asset: decision.value });
    logger.info({ sessionId: session.id, titleId: session.titleId }, 'playback began');
    return { value: session };
  } catch (error) {
    if (!held) await leases.release(key, input.deviceId);
    throw error;
  }
}

async function checkPin(
  { limits }: PlaybackParts,
  profile: ProfileFacts,
  pin: string | null | undefined,
): Promise<Refusal | undefined> {
  if (profile.pinHash === null) return undefined;
  const field = ['input', 'pin'];
  if (pin === null || pin === undefined || pin === '')
    return { code: 'PIN_REQUIRED', message: 'This profile has a PIN: ask for it.', field };
  const key = `playback:pin:${profile.id}`;
  const { allowed, retryAfterSeconds } = await limits.consume(key, 1, PIN_TRIES, PIN_WINDOW);
  if (!allowed)
    return {
      code: 'PIN_REQUIRED',
      message: `Too many wrong PINs: wait ${Math.ceil(retryAfterSeconds)} seconds.`,
      field,
    };
  if (!(await verify(profile.pinHash, pin)))
    return { code: 'PIN_REQUIRED', message: 'The PIN is wrong.', field };
  await limits.reset(key);
  return undefined;
}

type Facts = PlaybackFacts & { entitlement: EntitlementFacts | null };

/** All facts, read in one transaction, so that they are of one moment. */
async function readFacts(
  { prisma }: PlaybackParts,
  userId: string,
  profile: ProfileFacts,
  titleId: string,
): Promise<Facts> {
  const [entitlement, title, asset] = await prisma.$transaction(
    [
      prisma.entitlementFacts.findUnique({ where: { userId } }),
      prisma.titleFacts.findUnique({ where: { id: titleId } }),
      prisma.mediaAsset.findFirst({ where: { titleId, status: 'READY', replacedAt: null } }),
    ],
    { isolationLevel: 'RepeatableRead' },
  );
  return { profile, entitlement, title, asset };
}

/** As {@link readFacts}; a membership or title that was made just now is waited for a moment. */
async function readSettledFacts(
  parts: PlaybackParts,
  userId: string,
  profile: ProfileFacts,
  titleId: string,
): Promise<Facts> {
  let facts: Facts | undefined;
  await parts.readModels.soon(async () => {
    facts = await readFacts(parts, userId, profile, titleId);
    const entitled = isEntitled(facts.entitlement, parts.env.ENTITLEMENT_GRACE_HOURS, new Date());
    return entitled && facts.title?.published ? facts : undefined;
  });
  return facts ?? readFacts(parts, userId, profile, titleId);
}

async function writeSession(
  { prisma, env }: PlaybackParts,
  {
    userId,
    input,
    entitlement,
    asset,
  }: { userId: string; input: StartPlaybackInput; entitlement: EntitlementFacts; asset: MediaAsset },
): Promise<PlaybackSession> {
  const { titleId, profileId, deviceId } = input;
  const endsAt = new Date(Date.now() + env.SESSION_LIFETIME_SECONDS * 1000);
  return prisma.$transaction(async (transaction) => {
    // starts of one device wait for each other: the last one stays
    await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`${userId}/${deviceId}`}, 1))`;
    await transaction.playbackSession.updateMany({
      where: { userId, deviceId, endedAt: null },
      data: { endedAt: new Date(), endReason: 'REPLACED' },
    });
    const progress = await transaction.watchProgress.findUnique({
      where: { profileId_titleId: { profileId, titleId } },
    });
    return transaction.playbackSession.create({
      data: {
        id: newId('ply'),
        userId,
        profileId,
        titleId,
        assetId: asset.id,
        deviceId,
        format: input.format ?? 'HLS',
        maxHeight: entitlement.maxHeight,
        maxStreams: entitlement.maxStreams,
        durationSeconds: asset.durationSeconds ?? 0,
        positionSeconds: progress && !progress.finished ? progress.positionSeconds : 0,
        expiresAt: urlExpiry(env, { endsAt, entitlement }),
        endsAt,
      },
    });
  }, transactionLimits);
}
