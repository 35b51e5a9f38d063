import DataLoader from 'dataloader';
import { forbidden, notFound } from '../../platform/errors.ts';
import { requireUser, type Viewer } from '../../platform/viewer.ts';
import type { PrismaClient, Profile } from './generated/prisma/client.ts';

/** How long a profile that was made a moment ago may take to be known here, in milliseconds. */
const NEWS_LIMIT = 1_500;
const LOOK_INTERVAL = 50;

/**
 * Loads profiles for one viewer. News of a profile comes as an event, so one that is not known yet is waited for
 * a moment: whoever made it may ask about it in the next breath.
 */
export function createProfileLoader(prisma: PrismaClient, viewer: Viewer): DataLoader<string, Profile> {
  return new DataLoader<string, Profile>(async (ids) => {
    const userId = requireUser(viewer);
    const found = await findAll(prisma, ids);
    return ids.map((id) => {
      const profile = found.get(id);
      if (!profile || profile.deleted) return notFound('profile', id);
      return profile.userId === userId ? profile : forbidden('This profile belongs to somebody else.');
    });
  });
}

async function findAll(prisma: PrismaClient, ids: readonly string[]): Promise<Map<string, Profile>> {
  const limit = Date.now() + NEWS_LIMIT;
  for (;;) {
    const rows = await prisma.profile.findMany({ where: { id: { in: [...ids] } } });
    if (rows.length === new Set(ids).size || Date.now() > limit)
      return new Map(rows.map((row) => [row.id, row]));
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
  }
}
