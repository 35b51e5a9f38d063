import { describe, expect, it } from 'vitest';
import type { MediaAsset } from '../generated/prisma/client.ts';
import { allowedHeights, decide, isEntitled, type PlaybackFacts } from './playback-rules.ts';

const now = new Date('2026-06-01T12:00:00Z');
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

const facts: PlaybackFacts = {
  profile: { maturityLimit: 'AGE_13' },
  entitlement: { active: true, validUntil: null },
  title: {
    published: true,
    maturityRating: 'AGE_13',
    availableFrom: null,
    availableUntil: null,
    regions: null,
  },
  asset: { id: 'ast_1', status: 'READY' } as MediaAsset,
};
const title = (more: object): PlaybackFacts => ({ ...facts, title: { ...facts.title, ...more } as never });
const codeOf = (given: PlaybackFacts, region = 'DE') =>
  decide(given, { graceHours: 24, region, now }).refusal?.code;

describe('whether a title may be watched', () => {
  it('is decided by all rules together', () => {
    expect(decide(facts, { graceHours: 24, region: 'DE', now }).value).toBe(facts.asset);
  });

  it.each<[string, PlaybackFacts]>([
    ['NO_MEMBERSHIP', { ...facts, entitlement: null }],
    ['NO_MEMBERSHIP', { ...facts, entitlement: { active: false, validUntil: null } }],
    ['NO_MEMBERSHIP', { ...facts, entitlement: { active: true, validUntil: hoursAgo(25) } }],
    ['NOT_FOUND', { ...facts, title: null }],
    ['NOT_FOUND', title({ published: false })],
    ['MATURITY_BLOCKED', title({ maturityRating: 'AGE_16' })],
    ['MATURITY_BLOCKED', title({ maturityRating: 'UNHEARD_OF' })],
    ['NOT_AVAILABLE_IN_REGION', title({ regions: ['US', 'CA'] })],
    ['NOT_AVAILABLE_IN_REGION', title({ regions: [] })],
    ['NOT_AVAILABLE_IN_REGION', title({ availableFrom: new Date(now.getTime() + 1) })],
    ['NOT_AVAILABLE_IN_REGION', title({ availableUntil: now })],
    ['NOT_READY', { ...facts, asset: null }],
  ])('%s', (code, given) => {
    expect(codeOf(given)).toBe(code);
  });

  it('is yes within the window and the regions of a title', () => {
    expect(
      codeOf(title({ regions: ['DE'], availableFrom: now, availableUntil: new Date(now.getTime() + 1) })),
    ).toBeUndefined();
  });

  it('is yes for a while after a membership should have been renewed', () => {
    expect(isEntitled({ active: true, validUntil: hoursAgo(23) }, 24, now)).toBe(true);
    expect(isEntitled({ active: true, validUntil: hoursAgo(1) }, 0, now)).toBe(false);
    expect(isEntitled({ active: false, validUntil: hoursAgo(-100) }, 24, now)).toBe(false);
  });
});

describe('the qualities of a plan', () => {
  it('end at its height, but there is always one', () => {
    expect(allowedHeights([1080, 720, 360], 720)).toEqual([720, 360]);
    expect(allowedHeights([1080, 720], 480)).toEqual([720]);
    expect(allowedHeights([], 480)).toEqual([]);
  });
});
