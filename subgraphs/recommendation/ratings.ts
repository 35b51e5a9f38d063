import type { PrismaClient, Profile } from './generated/prisma/client.ts';
import type { UserError } from './generated/resolvers.ts';

export type Thumb = 'UP' | 'DOWN';

/** Ids are told in events; a title that none told of, or that is not published, cannot be chosen. */
export async function refusalOfTitle(
  prisma: PrismaClient,
  profile: Profile,
  titleId: string,
): Promise<UserError[]> {
  const title = await prisma.title.findUnique({ where: { id: titleId } });
  if (!title?.published)
    return [{ code: 'NOT_FOUND', message: `There is no title "${titleId}".`, field: ['titleId'] }];
  if (title.maturityRank > profile.maturityRank)
    return [
      {
        code: 'MATURITY_BLOCKED',
        message: 'The title is beyond the maturity limit of the profile.',
        field: ['titleId'],
      },
    ];
  return [];
}

/** Sets a profile's thumb for a title; without one, takes it back. Doing so twice is doing so once. */
export async function rateTitle(
  prisma: PrismaClient,
  profile: Profile,
  titleId: string,
  thumb: Thumb | null | undefined,
): Promise<UserError[]> {
  const refusals = await refusalOfTitle(prisma, profile, titleId);
  if (refusals.length > 0) return refusals;
  const key = { profileId: profile.id, titleId };
  if (thumb === null || thumb === undefined) await prisma.rating.deleteMany({ where: key });
  else
    await prisma.rating.upsert({
      where: { profileId_titleId: key },
      create: { ...key, thumb },
      update: { thumb, ratedAt: new Date() },
    });
  return [];
}
