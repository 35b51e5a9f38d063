import type DataLoader from 'dataloader';
import { loaderById, loaderOfLists } from '../../platform/loaders.ts';
import type { Genre, Person, Season, Title } from './generated/prisma/client.ts';
import { isId } from './ids.ts';
import type { Parts } from './parts.ts';

/** Reads by key, each kind in one query however many ask in one tick. */
export interface Loaders {
  /** A title that the viewer may see. */
  readonly title: DataLoader<string, Title | null>;
  readonly season: DataLoader<string, Season | null>;
  readonly person: DataLoader<string, Person | null>;
  readonly genre: DataLoader<string, Genre | null>;
  readonly genresOfTitle: DataLoader<string, Genre[]>;
  readonly directorsOfTitle: DataLoader<string, Person[]>;
  readonly seasonsOfSeries: DataLoader<string, Season[]>;
  readonly episodesOfSeason: DataLoader<string, Title[]>;
  /** The 100 best known titles that a person directed, as their ids. */
  readonly directedBy: DataLoader<string, { personId: string; titleId: string }[]>;
}

/** The values without the gaps of those that are gone. */
export const present = <Value>(values: readonly (Value | null)[]): Value[] =>
  values.filter((value) => value !== null);

/** @param drafts whether titles that are not published are to be seen */
export function createLoaders({ prisma, pool }: Parts, drafts: boolean): Loaders {
  const visible = drafts ? {} : { published: true };
  const rows = async <Row>(sql: string, keys: string[]): Promise<Row[]> =>
    (await pool.query(sql, [keys.filter(isId)])).rows as Row[];
  const byId = (ids: string[]) => ({ where: { id: { in: ids.filter(isId) } } });
  return {
    title: loaderById((ids) =>
      prisma.title.findMany({ where: { id: { in: ids.filter(isId) }, ...visible } }),
    ),
    season: loaderById((ids) => prisma.season.findMany(byId(ids))),
    person: loaderById((ids) => prisma.person.findMany(byId(ids))),
    genre: loaderById((ids) => prisma.genre.findMany(byId(ids))),
    genresOfTitle: loaderOfLists(
      (titleIds) =>
        rows<Genre & { titleId: string }>(
          `select title_id as "titleId", genre.id, genre.name
           from title_genre join genre on genre.id = genre_id
           where title_id = any($1) order by position`,
          titleIds,
        ),
      (genre) => genre.titleId,
    ),
    directorsOfTitle: loaderOfLists(
      (titleIds) =>
        rows<Person & { titleId: string }>(
          `select title_id as "titleId", person.id, person.name
           from title_director join person on person.id = person_id
           where title_id = any($1) order by position`,
          titleIds,
        ),
      (person) => person.titleId,
    ),
    seasonsOfSeries: loaderOfLists(
      (seriesIds) =>
        prisma.season.findMany({ where: { seriesId: { in: seriesIds } }, orderBy: { number: 'asc' } }),
      (season) => season.seriesId,
    ),
    episodesOfSeason: loaderOfLists(
      (seasonIds) =>
        prisma.title.findMany({
          where: { seasonId: { in: seasonIds }, ...visible },
          orderBy: { number: 'asc' },
        }),
      (episode) => episode.seasonId ?? '',
    ),
    directedBy: loaderOfLists(
      (personIds) =>
        rows<{ personId: string; titleId: string }>(
          `select "personId", "titleId" from (
             select person_id as "personId", title.id as "titleId", popularity,
                    row_number() over (partition by person_id order by popularity desc, title.id) as place
             from title_director join title on title.id = title_id
             where person_id = any($1) ${drafts ? '' : 'and published'}) as directed
           where place <= 100 order by place`,
          personIds,
        ),
      (directed) => directed.personId,
    ),
  };
}
