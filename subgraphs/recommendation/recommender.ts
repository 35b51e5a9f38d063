import type { Profile } from './generated/prisma/client.ts';

export type ShelfKind =
  | 'CONTINUE_WATCHING'
  | 'TOP_PICKS'
  | 'BECAUSE_YOU_WATCHED'
  | 'TRENDING'
  | 'NEW_RELEASES'
  | 'MY_LIST'
  | 'GENRE';

/** A row of titles on a profile's home page. */
export interface Shelf {
  readonly id: string;
  readonly kind: ShelfKind;
  /** Why it is there, in words for the viewer. */
  readonly headline: string;
  /** The title it is based on, where there is one. */
  readonly becauseOf: string | null;
  /** Ids, best first. */
  readonly titleIds: readonly string[];
}

/** What a model of taste answers. All it offers is published and within the profile's maturity limit. */
export interface Recommender {
  /** The shelves of a profile's home page in order, none empty. */
  home(profile: Profile): Promise<Shelf[]>;
  /** Ids of the titles most like each of these, best first. */
  similar(titleIds: readonly string[], limit: number): Promise<Map<string, string[]>>;
}
