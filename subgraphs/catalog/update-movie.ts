import type { Title } from './generated/prisma/client.ts';
import { isId } from './ids.ts';
import { readMovieInput, type MovieInput } from './movie-input.ts';
import type { Parts } from './parts.ts';
import { isRefused, refused, userError, type Refused } from './refusals.ts';
import { tellOfTitles } from './title-facts.ts';

/**
 * Changes what is given of a film and tells the other services.
 * @returns the film as it is now, or why nothing was changed
 */
export async function updateMovie(
  { prisma }: Parts,
  id: string,
  input: MovieInput,
): Promise<Title | Refused> {
  const given = (Object.keys(input) as (keyof MovieInput)[]).filter((field) => input[field] !== undefined);
  const values = await readMovieInput(prisma, input, given);
  if (isRefused(values)) return values;
  const { genreIds, ...columns } = values;
  return prisma.$transaction(async (transaction) => {
    // the lock makes two editors take turns, so that the window below is checked against what is really there
    const [film] = isId(id)
      ? await transaction.$queryRaw<{ from: Date | null; until: Date | null }[]>`
          select available_from as "from", available_until as "until" from title
          where id = ${id} and kind = 'MOVIE' for update`
      : [];
    if (!film) return refused(userError('NOT_FOUND', 'There is no such film.', ['titleId']));
    const { availableFrom = film.from, availableUntil = film.until } = columns;
    if (availableFrom && availableUntil && availableUntil <= availableFrom)
      return refused(
        userError('INVALID_INPUT', 'The time to watch it ends before it begins.', [
          'input',
          'availableUntil',
        ]),
      );
    if (genreIds) {
      await transaction.titleGenre.deleteMany({ where: { titleId: id } });
      await transaction.titleGenre.createMany({
        data: genreIds.map((genreId, position) => ({ titleId: id, genreId, position })),
      });
    }
    const title = await transaction.title.update({ where: { id }, data: columns });
    await tellOfTitles(transaction, [id]);
    return title;
  });
}
