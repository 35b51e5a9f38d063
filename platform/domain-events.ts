/**
 * The language that services speak to each other: the payload of every event, by type. An event tells what is now
 * true of one entity, whole, so that a consumer that missed some needs only the newest.
 */
export interface DomainEvents {
  /** user: an account was made or changed. */
  'user.changed': { userId: string; email: string; emailVerified: boolean };
  /** user: a sign-in ended; its access tokens are dead before their time. */
  'session.revoked': { userId: string; sessionId: string };
  /** user: a profile was made, changed or deleted. */
  'profile.changed': {
    profileId: string;
    userId: string;
    kind: 'ADULT' | 'KIDS';
    maturityLimit: MaturityRating;
    language: string;
    /** argon2id hash of the PIN that playback asks for; null without one */
    pinHash: string | null;
    deleted: boolean;
  };
  /** billing: what a user may watch changed. */
  'entitlements.changed': {
    userId: string;
    active: boolean;
    maxStreams: number;
    /** pixels */
    maxHeight: number;
    /** ISO 8601; the end of the paid or grace period; null without one */
    validUntil: string | null;
  };
  /** catalog: titles were made or changed, at most 200 an event. */
  'titles.changed': { titles: TitleFacts[] };
  /** playback: what there is to play of a title changed. */
  'asset.changed': {
    titleId: string;
    assetId: string;
    status: 'UPLOADING' | 'TRANSCODING' | 'READY' | 'FAILED';
    playable: boolean;
    /** pixels of the best rendition; null until there is one */
    maxHeight: number | null;
    durationSeconds: number | null;
  };
  /** playback: somebody watched. */
  'progress.changed': {
    profileId: string;
    titleId: string;
    positionSeconds: number;
    durationSeconds: number;
    finished: boolean;
    /** ISO 8601 */
    at: string;
  };
}

export type MaturityRating = 'ALL' | 'AGE_7' | 'AGE_13' | 'AGE_16' | 'AGE_18';

/** From the mildest to the strictest: a profile's limit allows its own rating and all before it. */
export const maturityRatings: readonly MaturityRating[] = ['ALL', 'AGE_7', 'AGE_13', 'AGE_16', 'AGE_18'];

export interface TitleFacts {
  id: string;
  kind: 'MOVIE' | 'SERIES' | 'EPISODE';
  /** the series, for an episode */
  seriesId: string | null;
  name: string;
  maturityRating: MaturityRating;
  /** YYYY-MM-DD */
  releaseDate: string | null;
  runtimeMinutes: number | null;
  genres: { id: string; name: string }[];
  directorIds: string[];
  /** how well known it is, 0 to 1 */
  popularity: number;
  /** false for a draft, which only editors see */
  published: boolean;
  /** ISO 8601, both ends optional: when it may be watched */
  availableFrom: string | null;
  availableUntil: string | null;
  /** ISO 3166-1 alpha-2 codes; null means everywhere */
  regions: string[] | null;
}

export type EventType = keyof DomainEvents;

/** An event as it travels. */
export interface DomainEvent<Type extends EventType = EventType> {
  /** Unique; a consumer that has seen it does nothing. */
  readonly id: string;
  readonly type: Type;
  /** Name of the service that tells it. */
  readonly source: string;
  /** Grows with every event of the source: of two events about one entity the higher one is newer. */
  readonly sequence: number;
  /** ISO 8601 */
  readonly occurredAt: string;
  readonly traceId?: string;
  readonly payload: DomainEvents[Type];
}

/** The union over types, so that `switch (event.type)` narrows the payload. */
export type AnyDomainEvent = { [Type in EventType]: DomainEvent<Type> }[EventType];
