import type { PrismaClient } from './generated/prisma/client.ts';

/** How many viewers the demo audience has, and how many titles each of them watched in the last two weeks. */
const AUDIENCE = 150;
const WATCHES_EACH = 12;
const FORTNIGHT = 14 * 24 * 60 * 60 * 1000;

/** A generator of numbers from 0 to 1 that gives the same row for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Demo data of a local platform: an audience that watches what is popular, so that something is trending, and the
 * thumbs and the list of the demo viewer. Runs after the catalog's titles are known here; running it again changes
 * nothing.
 * @param profileId the demo viewer's profile
 */
export async function seedRecommendation(
  prisma: PrismaClient,
  { profileId, now = new Date() }: { profileId: string; now?: Date },
): Promise<{ watches: number; ratings: number; listed: number }> {
  const titles = await prisma.title.findMany({
    where: { published: true, kind: { not: 'EPISODE' } },
    orderBy: [{ popularity: 'desc' }, { id: 'asc' }],
    select: { id: true },
    take: 400,
  });
  const random = randomFrom(7);
  const keys = new Map<string, { profileId: string; titleId: string; watchedAt: Date; finished: boolean }>();
  for (let viewer = 1; viewer <= AUDIENCE; viewer++)
    for (let watch = 0; watch < WATCHES_EACH; watch++) {
      // squaring favours the popular end
      const title = titles[Math.floor(random() ** 2 * titles.length)];
      const watchedAt = new Date(now.getTime() - random() * FORTNIGHT);
      const finished = random() < 0.7;
      if (!title) continue;
      const audienceId = `prf_audience_${String(viewer).padStart(3, '0')}`;
      keys.set(`${audienceId} ${title.id}`, {
        profileId: audienceId,
        titleId: title.id,
        watchedAt,
        finished,
      });
    }
  const watches = [...keys.values()].map(({ finished, ...watch }) => ({
    ...watch,
    finished,
    positionSeconds: finished ? 6000 : 1800,
    durationSeconds: 6000,
    sequence: 0,
  }));
  const pick = (position: number): string[] => titles.slice(position, position + 1).map(({ id }) => id);
  const thumbs = [
    ...pick(2).map((titleId) => ({ profileId, titleId, thumb: 'UP' })),
    ...pick(9).map((titleId) => ({ profileId, titleId, thumb: 'UP' })),
    ...pick(30).map((titleId) => ({ profileId, titleId, thumb: 'DOWN' })),
  ];
  const listed = [5, 14, 21].flatMap(pick).map((titleId) => ({ profileId, titleId }));
  const [first, second, third] = await prisma.$transaction([
    prisma.watch.createMany({ data: watches, skipDuplicates: true }),
    prisma.rating.createMany({ data: thumbs, skipDuplicates: true }),
    prisma.listItem.createMany({ data: listed, skipDuplicates: true }),
  ]);
  return { watches: first.count, ratings: second.count, listed: third.count };
}
