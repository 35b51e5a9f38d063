import { newId } from '../../platform/ids.ts';
import type { Title } from './generated/prisma/client.ts';
import { readMovieInput, type MovieInput, type MovieValues } from './movie-input.ts';
import type { Parts } from './parts.ts';
import { isRefused, type Refused } from './refusals.ts';
import { tellOfTitles } from './title-facts.ts';

/** What a film is said to be when it is made. */
const fields = ['name', 'synopsis', 'maturityRating', 'releaseDate', 'runtimeMinutes', 'genreIds'] as const;

/** Nobody has seen it yet; it moves up as it is watched. */
const NEW_POPULARITY = 0;

/**
 * Adds a film and tells the other services of it.
 * @param input.publish false keeps it a draft
 * @returns the film, or every field that is at fault
 */
export async function createMovie(
  { prisma }: Parts,
  input: MovieInput & { readonly publish?: boolean | null | undefined },
): Promise<Title | Refused> {
  const values = await readMovieInput(prisma, input, fields);
  if (isRefused(values)) return values;
  const { genreIds = [], ...columns } = values as MovieValues & Pick<Title, 'name' | 'maturityRating'>;
  return prisma.$transaction(async (transaction) => {
    const title = await transaction.title.create({
      data: {
        ...columns,
        id: newId('ttl'),
        kind: 'MOVIE',
        popularity: NEW_POPULARITY,
        published: input.publish ?? true,
        genres: { create: genreIds.map((genreId, position) => ({ genreId, position })) },
      },
    });
    await tellOfTitles(transaction, [title.id]);
    return title;
  });
}
