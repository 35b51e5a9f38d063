import type { Cache } from '../../platform/cache.ts';
import type { PrismaClient, Profile } from './generated/prisma/client.ts';
import type { Recommender, Shelf, ShelfKind } from './recommender.ts';
import { best, similarity } from './similarity.ts';
import { fit, tasteOf, type Behaviour, type Taste } from './taste.ts';
import { createTitleFeatures, type TitleFeatures, type TitleSnapshot } from './title-features.ts';

/** The most titles that a shelf holds. */
const SHELF_LENGTH = 100;
const BECAUSE_SHELVES = 2;
const GENRE_SHELVES = 3;
const BEHAVIOUR_LIMIT = 500;
const TRENDING_KEY = 'recommendation:trending';
const TRENDING_LIFETIME_SECONDS = 1;

/**
 * Recommends by content: what the titles that a profile watched, rated and listed have in common, with popularity
 * where nothing is known yet. It fits nothing beforehand, so each event counts with the next request.
 */
export function createContentRecommender({
  prisma,
  cache,
}: {
  prisma: PrismaClient;
  cache: Cache;
}): Recommender {
  const features = createTitleFeatures(prisma);

  async function trendingScores(): Promise<Record<string, number>> {
    const cached = await cache.get<Record<string, number>>(TRENDING_KEY);
    if (cached) return cached;
    const rows = await prisma.$queryRaw<{ id: string; score: number }[]>`
      select coalesce(t.series_id, t.id) as id,
             sum(exp(-extract(epoch from now() - w.watched_at) / (3 * 86400.0)))::float8 as score
      from watch w join title t on t.id = w.title_id
      where w.watched_at > now() - interval '14 days'
      group by 1 order by 2 desc limit 500`;
    const scores = Object.fromEntries(rows.map(({ id, score }) => [id, score]));
    await cache.set(TRENDING_KEY, scores, TRENDING_LIFETIME_SECONDS);
    return scores;
  }

  return {
    async home(profile) {
      const [snapshot, behaviour, trending] = await Promise.all([
        features(),
        readBehaviour(prisma, profile.id),
        trendingScores(),
      ]);
      return homeShelves(profile, snapshot, behaviour, trending);
    },
    async similar(titleIds, limit) {
      const snapshot = await features();
      return new Map(titleIds.map((id) => [id, similarTo(snapshot, id, limit).map((title) => title.id)]));
    },
  };
}

async function readBehaviour(prisma: PrismaClient, profileId: string): Promise<Behaviour> {
  const [watches, ratings, list] = await Promise.all([
    prisma.watch.findMany({ where: { profileId }, orderBy: { watchedAt: 'desc' }, take: BEHAVIOUR_LIMIT }),
    prisma.rating.findMany({ where: { profileId }, orderBy: { ratedAt: 'desc' }, take: BEHAVIOUR_LIMIT }),
    prisma.listItem.findMany({
      where: { profileId },
      orderBy: [{ addedAt: 'desc' }, { titleId: 'asc' }],
      take: BEHAVIOUR_LIMIT,
    }),
  ]);
  return { watches, ratings, list: list.map(({ titleId }) => titleId) };
}

/** Titles like one, never for older viewers than the title itself. */
function similarTo(snapshot: TitleSnapshot, titleId: string, limit: number): TitleFeatures[] {
  const asked = snapshot.byId.get(titleId);
  const title = asked?.seriesId ? (snapshot.byId.get(asked.seriesId) ?? asked) : asked;
  if (!title) return [];
  const others = snapshot.offered.filter(
    (other) => other.id !== title.id && other.maturityRank <= title.maturityRank,
  );
  return best(others, (other) => similarity(title, other), limit);
}

/** The home page, in order. */
function homeShelves(
  profile: Profile,
  snapshot: TitleSnapshot,
  behaviour: Behaviour,
  trending: Record<string, number>,
): Shelf[] {
  const allowed = (title: TitleFeatures): boolean => title.maturityRank <= profile.maturityRank;
  const offered = snapshot.offered.filter(allowed);
  const taste = tasteOf(behaviour, snapshot);
  const fresh = offered.filter(({ id }) => !taste.known.has(id));
  const existing = (ids: readonly string[]): TitleFeatures[] =>
    ids.flatMap((id) => snapshot.byId.get(id) ?? []).filter(allowed);
  const ranked = (
    titles: readonly TitleFeatures[],
    score: (title: TitleFeatures) => number,
  ): TitleFeatures[] => best(titles, score, SHELF_LENGTH);
  const shelf = (
    kind: ShelfKind,
    headline: string,
    titles: readonly TitleFeatures[],
    basis?: { key: string; becauseOf?: string },
  ): Shelf => ({
    id: [profile.id, kind, basis?.key].filter(Boolean).join(':'),
    kind,
    headline,
    becauseOf: basis?.becauseOf ?? null,
    titleIds: titles.map(({ id }) => id),
  });

  const begun = behaviour.watches.filter(({ finished }) => !finished).map(({ titleId }) => titleId);
  const hasTaste = taste.genres.size > 0;
  return [
    shelf('CONTINUE_WATCHING', 'Continue watching', existing(begun).slice(0, SHELF_LENGTH)),
    shelf(
      'TOP_PICKS',
      hasTaste ? 'Top picks for you' : 'A good place to start',
      ranked(fresh, (t) => fit(t, taste)),
    ),
    ...becauseOf(snapshot, behaviour, allowed).map((basis) =>
      shelf(
        'BECAUSE_YOU_WATCHED',
        `Because you ${basis.verb} ${basis.title.name}`,
        similarTo(snapshot, basis.title.id, SHELF_LENGTH).filter(
          ({ id, maturityRank }) => !taste.known.has(id) && maturityRank <= profile.maturityRank,
        ),
        { key: basis.title.id, becauseOf: basis.title.id },
      ),
    ),
    shelf('MY_LIST', 'My list', existing(behaviour.list).slice(0, SHELF_LENGTH)),
    shelf(
      'TRENDING',
      'Trending now',
      ranked(offered, (t) => (trending[t.id] ? trending[t.id]! + t.popularity / 100 : 0)),
    ),
    shelf(
      'NEW_RELEASES',
      'New releases',
      ranked(offered, (t) => Math.max(0, t.released ?? 0)),
    ),
    ...favouriteGenres(taste, fresh).map((genreId) =>
      shelf(
        'GENRE',
        snapshot.genreNames.get(genreId) ?? genreId,
        ranked(
          fresh.filter(({ genreIds }) => genreIds.includes(genreId)),
          (t) => fit(t, taste) + 1,
        ),
        { key: genreId },
      ),
    ),
  ].filter(({ titleIds }) => titleIds.length > 0);
}

/** The titles that shelves may be based on: the newest that were liked or watched to the end. */
function becauseOf(
  snapshot: TitleSnapshot,
  behaviour: Behaviour,
  allowed: (title: TitleFeatures) => boolean,
): { title: TitleFeatures; verb: 'watched' | 'liked' }[] {
  const down = new Set(
    behaviour.ratings.filter(({ thumb }) => thumb === 'DOWN').map(({ titleId }) => titleId),
  );
  const bases = new Map<string, { title: TitleFeatures; verb: 'watched' | 'liked' }>();
  const offer = (titleId: string, verb: 'watched' | 'liked'): void => {
    const title = snapshot.byId.get(titleId);
    const basis = title?.seriesId ? snapshot.byId.get(title.seriesId) : title;
    if (basis && !down.has(titleId) && allowed(basis) && !bases.has(basis.id))
      bases.set(basis.id, { title: basis, verb });
  };
  for (const { titleId, finished } of behaviour.watches) if (finished) offer(titleId, 'watched');
  for (const { titleId, thumb } of behaviour.ratings) if (thumb === 'UP') offer(titleId, 'liked');
  return [...bases.values()].slice(0, BECAUSE_SHELVES);
}

/** The genres that a profile likes best; for one that is new, those of the best known titles. */
function favouriteGenres(taste: Taste, titles: readonly TitleFeatures[]): string[] {
  const weights = new Map<string, number>();
  for (const { genreIds, popularity } of titles)
    for (const id of genreIds) weights.set(id, (weights.get(id) ?? 0) + popularity / titles.length);
  for (const [id, weight] of taste.genres) weights.set(id, (weights.get(id) ?? 0) + weight);
  return [...weights]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, GENRE_SHELVES)
    .map(([id]) => id);
}
