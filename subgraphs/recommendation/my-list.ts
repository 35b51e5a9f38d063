import {
  connectionOf,
  decodeCursor,
  pageSize,
  type Connection,
  type PageArguments,
} from '../../platform/pagination.ts';
import { Prisma, type ListItem, type PrismaClient, type Profile } from './generated/prisma/client.ts';
import type { UserError } from './generated/resolvers.ts';
import { refusalOfTitle } from './ratings.ts';

/** Puts a title on a profile's list. One that is there already stays where it is. */
export async function addToMyList(
  prisma: PrismaClient,
  profile: Profile,
  titleId: string,
): Promise<UserError[]> {
  const refusals = await refusalOfTitle(prisma, profile, titleId);
  if (refusals.length > 0) return refusals;
  await prisma.listItem.createMany({ data: [{ profileId: profile.id, titleId }], skipDuplicates: true });
  return [];
}

/** Takes a title off a profile's list; one that is not on it changes nothing. */
export async function removeFromMyList(
  prisma: PrismaClient,
  profile: Profile,
  titleId: string,
): Promise<void> {
  await prisma.listItem.deleteMany({ where: { profileId: profile.id, titleId } });
}

/** A profile's list, newest first. */
export async function myList(
  prisma: PrismaClient,
  profile: Profile,
  page: PageArguments,
): Promise<Connection<{ id: string }> & { totalCount: number }> {
  const first = pageSize(page.first);
  // a title that was withdrawn or that the profile may not see any more is left out, not forgotten
  const visible = Prisma.sql`from list_item i join title t on t.id = i.title_id
    where i.profile_id = ${profile.id} and t.published and t.maturity_rank <= ${profile.maturityRank}`;
  const [rows, [count]] = await Promise.all([
    prisma.$queryRaw<Pick<ListItem, 'titleId' | 'addedAt'>[]>`
      select i.title_id as "titleId", i.added_at as "addedAt" ${visible} ${afterCursor(page.after)}
      order by i.added_at desc, i.title_id limit ${first + 1}`,
    prisma.$queryRaw<[{ count: number }]>`select count(*)::int as count ${visible}`,
  ]);
  const { edges, pageInfo } = connectionOf(rows, { first, after: page.after }, (row) => [
    row.addedAt.toISOString(),
    row.titleId,
  ]);
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: { id: node.titleId } })),
    pageInfo,
    totalCount: count.count,
  };
}

function afterCursor(after: string | null | undefined): Prisma.Sql {
  if (after === null || after === undefined) return Prisma.empty;
  const [addedAt, titleId] = decodeCursor(after, 2);
  return Prisma.sql`and (i.added_at < ${addedAt}::timestamptz
    or (i.added_at = ${addedAt}::timestamptz and i.title_id > ${titleId}))`;
}
