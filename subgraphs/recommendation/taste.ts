import type { TitleFeatures, TitleSnapshot } from './title-features.ts';

/** What a profile has done, newest first. */
export interface Behaviour {
  readonly watches: readonly { readonly titleId: string; readonly finished: boolean }[];
  readonly ratings: readonly { readonly titleId: string; readonly thumb: string }[];
  /** Ids, newest first. */
  readonly list: readonly string[];
}

/** What a profile likes, as weights between -1 and 1. */
export interface Taste {
  readonly genres: ReadonlyMap<string, number>;
  readonly directors: ReadonlyMap<string, number>;
  /** Titles that need no recommending: watched, or turned down. */
  readonly known: ReadonlySet<string>;
}

const WEIGHTS = { finished: 1, begun: 0.5, listed: 0.5, up: 1.5, down: -1.5 };

/** An episode speaks for its series. */
const standsFor = (snapshot: TitleSnapshot, titleId: string): TitleFeatures | undefined => {
  const title = snapshot.byId.get(titleId);
  return title?.seriesId ? snapshot.byId.get(title.seriesId) : title;
};

/** Reads a profile's taste from what it did. */
export function tasteOf(behaviour: Behaviour, snapshot: TitleSnapshot): Taste {
  const signals: [titleId: string, weight: number][] = [
    ...behaviour.watches.map(({ titleId, finished }): [string, number] => [
      titleId,
      finished ? WEIGHTS.finished : WEIGHTS.begun,
    ]),
    ...behaviour.ratings.map(({ titleId, thumb }): [string, number] => [
      titleId,
      thumb === 'UP' ? WEIGHTS.up : WEIGHTS.down,
    ]),
    ...behaviour.list.map((titleId): [string, number] => [titleId, WEIGHTS.listed]),
  ];
  const genres = new Map<string, number>();
  const directors = new Map<string, number>();
  let total = 1;
  for (const [titleId, weight] of signals) {
    const title = standsFor(snapshot, titleId);
    if (!title) continue;
    total += Math.abs(weight);
    for (const id of title.genreIds) genres.set(id, (genres.get(id) ?? 0) + weight);
    for (const id of title.directorIds) directors.set(id, (directors.get(id) ?? 0) + weight);
  }
  const scaled = (weights: Map<string, number>) =>
    new Map([...weights].map(([id, weight]) => [id, weight / total]));
  const known = [
    ...behaviour.watches.map(({ titleId }) => titleId),
    ...behaviour.ratings.filter(({ thumb }) => thumb === 'DOWN').map(({ titleId }) => titleId),
  ];
  return {
    genres: scaled(genres),
    directors: scaled(directors),
    known: new Set(known.map((id) => standsFor(snapshot, id)?.id ?? id)),
  };
}

/** How well a title fits a taste; popularity speaks where taste says nothing. */
export function fit(title: TitleFeatures, taste: Taste): number {
  const mean = (ids: readonly string[], weights: ReadonlyMap<string, number>): number =>
    ids.length === 0 ? 0 : ids.reduce((sum, id) => sum + (weights.get(id) ?? 0), 0) / ids.length;
  return (
    0.5 * title.popularity +
    mean(title.genreIds, taste.genres) +
    0.5 * mean(title.directorIds, taste.directors) +
    (title.playable ? 0.15 : 0)
  );
}
