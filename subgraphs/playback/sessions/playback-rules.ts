import { maturityRatings, type MaturityRating } from '../../../platform/domain-events.ts';
import type { EntitlementFacts, MediaAsset, ProfileFacts, TitleFacts } from '../generated/prisma/client.ts';
import { refused, type Outcome } from '../refusal.ts';

/** All that decides whether a viewer may watch a title, as it was at one moment. */
export interface PlaybackFacts {
  readonly profile: Pick<ProfileFacts, 'maturityLimit'>;
  readonly entitlement: Pick<EntitlementFacts, 'active' | 'validUntil'> | null;
  readonly title: Pick<
    TitleFacts,
    'published' | 'maturityRating' | 'availableFrom' | 'availableUntil' | 'regions'
  > | null;
  readonly asset: MediaAsset | null;
}

const HOUR = 3_600_000;

/**
 * Until when a membership allows watching: never for none, for ever if it has no end.
 * @param graceHours how long after its end it still does, for the case that billing's news are late
 */
export function entitledUntil(entitlement: PlaybackFacts['entitlement'], graceHours: number): number {
  if (!entitlement?.active) return -Infinity;
  return entitlement.validUntil === null ? Infinity : entitlement.validUntil.getTime() + graceHours * HOUR;
}

/** Whether a membership allows watching now. */
export const isEntitled = (
  entitlement: PlaybackFacts['entitlement'],
  graceHours: number,
  now: Date,
): boolean => entitledUntil(entitlement, graceHours) > now.getTime();

const rank = (rating: string): number => maturityRatings.indexOf(rating as MaturityRating);

/** Whether a profile's limit allows a rating. A rating that is not known is allowed to nobody. */
const allowsMaturity = (limit: string, rating: string): boolean =>
  rank(rating) >= 0 && rank(rating) <= rank(limit);

/** Whether a title may be watched in a country now. */
function isAvailable(title: NonNullable<PlaybackFacts['title']>, region: string, now: Date): boolean {
  const { availableFrom, availableUntil, regions } = title;
  if (availableFrom !== null && now < availableFrom) return false;
  if (availableUntil !== null && now >= availableUntil) return false;
  return !Array.isArray(regions) || regions.includes(region);
}

/**
 * Decides whether a viewer may watch a title.
 * @returns the asset that plays, or the first reason against it
 */
export function decide(
  { profile, entitlement, title, asset }: PlaybackFacts,
  { graceHours, region, now }: { graceHours: number; region: string; now: Date },
): Outcome<MediaAsset> {
  if (!isEntitled(entitlement, graceHours, now))
    return refused('NO_MEMBERSHIP', 'Watching needs a membership: choose a plan first.');
  if (!title?.published) return refused('NOT_FOUND', 'There is no such title.', ['input', 'titleId']);
  if (!allowsMaturity(profile.maturityLimit, title.maturityRating))
    return refused('MATURITY_BLOCKED', `This profile may watch titles up to ${profile.maturityLimit}.`, [
      'input',
      'profileId',
    ]);
  if (!isAvailable(title, region, now))
    return refused('NOT_AVAILABLE_IN_REGION', 'The title may not be watched in your country now.', [
      'input',
      'titleId',
    ]);
  if (asset?.status !== 'READY')
    return refused('NOT_READY', 'There is nothing to play of this title yet.', ['input', 'titleId']);
  return { value: asset };
}

/** Of qualities, those that a plan allows: the lowest always, so that there is something to play. */
export function allowedHeights(heights: readonly number[], maxHeight: number): number[] {
  const allowed = heights.filter((height) => height <= maxHeight);
  return allowed.length > 0 || heights.length === 0 ? allowed : [Math.min(...heights)];
}
