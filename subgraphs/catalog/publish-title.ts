import type { Title } from './generated/prisma/client.ts';
import { isId } from './ids.ts';
import type { Parts } from './parts.ts';
import { refused, userError, type Refused } from './refusals.ts';
import { tellOfTitles } from './title-facts.ts';

/**
 * Shows a title to everybody or hides it from all but editors; of a series, its episodes too.
 * @returns the title as it is now, or why nothing was changed
 */
export async function publishTitle(
  { prisma }: Parts,
  id: string,
  published: boolean,
): Promise<Title | Refused> {
  return prisma.$transaction(async (transaction) => {
    const changed = isId(id)
      ? await transaction.title.updateManyAndReturn({
          where: { OR: [{ id }, { seriesId: id }] },
          data: { published },
        })
      : [];
    const title = changed.find((row) => row.id === id);
    if (!title) return refused(userError('NOT_FOUND', 'There is no such title.', ['titleId']));
    await tellOfTitles(
      transaction,
      changed.map((row) => row.id),
    );
    return title;
  });
}
