import type pg from 'pg';
import type { MaturityRating } from '../../platform/domain-events.ts';
import type { Logger } from '../../platform/logger.ts';
import { cleanFilms, type CleanFilm } from './clean.ts';
import { genres } from './clean-facts.ts';
import type { RuleReport } from './cleaning-report.ts';
import { readDemoFilms, readDemoSeries, readRawFilms, type DemoFilm, type DemoSeries } from './demo-data.ts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';
import { tellOfTitles } from './title-facts.ts';

export interface SeedReport {
  /** Titles added now; 0 when all were there. */
  readonly added: number;
  readonly films: number;
  readonly series: number;
  readonly episodes: number;
  readonly people: number;
  /** What was wrong with the data, rule by rule. */
  readonly cleaning: readonly RuleReport[];
  readonly milliseconds: number;
}

/** A row of table `title`, named as its columns. */
interface TitleRow {
  readonly id: string;
  readonly kind: 'MOVIE' | 'SERIES' | 'EPISODE';
  readonly name: string;
  readonly synopsis: string;
  readonly maturity_rating: MaturityRating;
  readonly release_date: string | null;
  readonly runtime_minutes: number | null;
  readonly popularity: number;
  readonly series_id: string | null;
  readonly season_id: string | null;
  readonly number: number | null;
  readonly genreIds: readonly string[];
}

/** Demo titles stand in the middle: they are found, and do not push films that people know off the first page. */
const DEMO_POPULARITY = 0.5;

const noParent = { series_id: null, season_id: null, number: null };

const filmRow = (film: CleanFilm): TitleRow => ({
  id: film.id,
  kind: 'MOVIE',
  name: film.name,
  synopsis: film.synopsis,
  maturity_rating: film.maturityRating,
  release_date: film.releaseDate,
  runtime_minutes: film.runtimeMinutes,
  popularity: film.popularity,
  genreIds: film.genreIds,
  ...noParent,
});

const demoFilmRow = (film: DemoFilm): TitleRow => ({
  id: film.id,
  kind: 'MOVIE',
  name: film.name,
  synopsis: film.synopsis,
  maturity_rating: film.maturityRating,
  release_date: film.releaseDate,
  runtime_minutes: Math.max(1, Math.round(film.clip.seconds / 60)),
  popularity: DEMO_POPULARITY,
  genreIds: film.genreIds,
  ...noParent,
});

/** A series and its episodes, which have its rating and genres. */
function seriesRows(series: DemoSeries): TitleRow[] {
  const shared = {
    maturity_rating: series.maturityRating,
    popularity: DEMO_POPULARITY,
    genreIds: series.genreIds,
  };
  const episodes = series.seasons.flatMap((season) =>
    season.episodes.map((episode) => ({
      ...shared,
      id: episode.id,
      kind: 'EPISODE' as const,
      name: episode.name,
      synopsis: episode.synopsis,
      release_date: episode.releaseDate,
      runtime_minutes: episode.runtimeMinutes,
      series_id: series.id,
      season_id: season.id,
      number: episode.number,
    })),
  );
  return [
    {
      ...shared,
      id: series.id,
      kind: 'SERIES',
      name: series.name,
      synopsis: series.synopsis,
      release_date: episodes[0]?.release_date ?? null,
      runtime_minutes: null,
      ...noParent,
    },
    ...episodes,
  ];
}

/** Adds the titles that are not there. @returns their ids */
async function addTitles(
  transaction: Prisma.TransactionClient,
  rows: readonly TitleRow[],
): Promise<string[]> {
  const added = await transaction.$queryRaw<{ id: string }[]>`
    insert into title (id, kind, name, synopsis, maturity_rating, release_date, runtime_minutes, popularity,
                       series_id, season_id, number)
    select id, kind, name, synopsis, maturity_rating, release_date, runtime_minutes, popularity,
           series_id, season_id, number
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as row (id text, kind title_kind, name text, synopsis text, maturity_rating maturity_rating, release_date date,
              runtime_minutes int, popularity float8, series_id text, season_id text, number int)
    on conflict (id) do nothing
    returning id`;
  return added.map(({ id }) => id);
}

/** Links added titles to their genres or directors. */
async function link(
  transaction: Prisma.TransactionClient,
  kind: 'genre' | 'director',
  links: readonly { titleId: string; otherId: string; position: number }[],
): Promise<void> {
  const json = JSON.stringify(links);
  if (kind === 'genre')
    await transaction.$executeRaw`
      insert into title_genre (title_id, genre_id, position)
      select "titleId", "otherId", position from jsonb_to_recordset(${json}::jsonb)
        as row ("titleId" text, "otherId" text, position int)`;
  else
    await transaction.$executeRaw`
      insert into title_director (title_id, person_id, position)
      select "titleId", "otherId", position from jsonb_to_recordset(${json}::jsonb)
        as row ("titleId" text, "otherId" text, position int)`;
}

/**
 * Fills the catalogue with the demo titles and tells the other services of them, all in one transaction. What is
 * there already stays as it is, edits included; a second run changes nothing and tells nothing.
 */
export async function seedCatalog({
  prisma,
  pool,
  logger,
}: {
  prisma: PrismaClient;
  pool: pg.Pool;
  logger: Logger;
}): Promise<SeedReport> {
  const start = performance.now();
  const { films, report } = cleanFilms(readRawFilms());
  const series = readDemoSeries();
  const rows = [...films.map(filmRow), ...readDemoFilms().map(demoFilmRow), ...series.flatMap(seriesRows)];
  const people = new Map(
    films.flatMap(({ director }) => (director ? [[director.id, director] as const] : [])),
  );
  const seasons = series.flatMap(({ id, seasons: ofSeries }) =>
    ofSeries.map((season) => ({ id: season.id, seriesId: id, number: season.number })),
  );

  const added = await prisma.$transaction(
    async (transaction) => {
      await transaction.genre.createMany({ data: [...genres], skipDuplicates: true });
      await transaction.person.createMany({ data: [...people.values()], skipDuplicates: true });
      // an episode needs its season, and a season its series
      const whole = await addTitles(
        transaction,
        rows.filter(({ kind }) => kind !== 'EPISODE'),
      );
      await transaction.season.createMany({ data: seasons, skipDuplicates: true });
      const parts = await addTitles(
        transaction,
        rows.filter(({ kind }) => kind === 'EPISODE'),
      );
      const ids = new Set([...whole, ...parts]);
      const fresh = rows.filter(({ id }) => ids.has(id));
      await link(
        transaction,
        'genre',
        fresh.flatMap(({ id, genreIds }) =>
          genreIds.map((genreId, position) => ({ titleId: id, otherId: genreId, position })),
        ),
      );
      await link(
        transaction,
        'director',
        films.flatMap(({ id, director }) =>
          director && ids.has(id) ? [{ titleId: id, otherId: director.id, position: 0 }] : [],
        ),
      );
      await tellOfTitles(
        transaction,
        fresh.map(({ id }) => id),
      );
      return ids.size;
    },
    { timeout: 60_000, maxWait: 10_000 },
  );
  // new rows wait in a list beside a GIN index until a vacuum, and every search reads the list: 3,000 cost it 80 ms
  if (added > 0) await pool.query('vacuum analyze title, title_search, title_genre, title_director');

  const count = (kind: TitleRow['kind']): number => rows.filter((row) => row.kind === kind).length;
  const milliseconds = Math.round(performance.now() - start);
  for (const { rule, count: found, decision } of report)
    logger.debug({ rule, count: found, decision }, 'data rule');
  logger.info({ added, titles: rows.length, milliseconds }, 'the demo catalogue is there');
  return {
    added,
    films: count('MOVIE'),
    series: count('SERIES'),
    episodes: count('EPISODE'),
    people: people.size,
    cleaning: report,
    milliseconds,
  };
}
