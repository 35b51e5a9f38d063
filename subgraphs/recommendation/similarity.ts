import type { TitleFeatures } from './title-features.ts';

const YEAR = 365.25 * 24 * 60 * 60 * 1000;

const shared = (a: readonly string[], b: readonly string[]): number =>
  a.filter((item) => b.includes(item)).length;

/** Size of the intersection over size of the union, 0 to 1. */
function jaccard(a: readonly string[], b: readonly string[]): number {
  const both = shared(a, b);
  return both === 0 ? 0 : both / (a.length + b.length - both);
}

/**
 * How alike two titles are by what is known of them, 0 to 1: genres above all, then directors, the time they were
 * made in, and how well known they are.
 */
export function similarity(a: TitleFeatures, b: TitleFeatures): number {
  const genres = jaccard(a.genreIds, b.genreIds);
  const directors = shared(a.directorIds, b.directorIds) > 0 ? 1 : 0;
  const years = a.released === null || b.released === null ? 20 : Math.abs(a.released - b.released) / YEAR;
  return 0.5 * genres + 0.2 * directors + 0.15 * Math.exp(-years / 10) + 0.15 * b.popularity;
}

/** The `limit` items with the highest score, best first; equal ones in the order of their ids. */
export function best<Item extends { readonly id: string }>(
  items: readonly Item[],
  score: (item: Item) => number,
  limit: number,
): Item[] {
  return items
    .map((item) => ({ item, score: score(item) }))
    .filter(({ score: value }) => value > 0)
    .toSorted((a, b) => b.score - a.score || (a.item.id < b.item.id ? -1 : 1))
    .slice(0, limit)
    .map(({ item }) => item);
}
