import type { Context } from '../context.ts';
import { dayOf } from '../dates.ts';
import type { Genre, Title as TitleRow } from '../generated/prisma/client.ts';
import type { TitleResolvers } from '../generated/resolvers.ts';

const typeOf = { MOVIE: 'Movie', SERIES: 'Series', EPISODE: 'Episode' } as const;

/** Other services know a title by its id alone, as `Title` or as what it is. */
export const Title: TitleResolvers = {
  __resolveType: ({ kind }) => typeOf[kind],
  __resolveReference: ({ id }, { loaders }) => loaders.title.load(id),
};

/** A reference to a title of one kind; null for an id of another. */
export const referenceTo =
  (kind: TitleRow['kind']) =>
  async ({ id }: { id: string }, { loaders }: Context): Promise<TitleRow | null> => {
    const title = await loaders.title.load(id);
    return title?.kind === kind ? title : null;
  };

/** The fields that films, series and episodes share, where the row does not have them as they are asked for. */
export const titleFields = {
  genres: ({ id }: TitleRow, _arguments: object, { loaders }: Context): Promise<Genre[]> =>
    loaders.genresOfTitle.load(id),
  releaseDate: ({ releaseDate }: TitleRow): string | null =>
    releaseDate === null ? null : dayOf(releaseDate),
  regions: ({ regions }: TitleRow): string[] | null => (regions.length === 0 ? null : regions),
};
