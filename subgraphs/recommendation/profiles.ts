import DataLoader from 'dataloader';
import { forbidden, notFound } from '../../platform/errors.ts';
import type { PubSub } from '../../platform/events/events.ts';
import { soon } from '../../platform/events/soon.ts';
import { requireUser, type Viewer } from '../../platform/viewer.ts';
import type { PrismaClient, Profile } from './generated/prisma/client.ts';
import { READ_MODELS_CHANNEL } from './read-models.ts';

/** Loads profiles for one viewer; one that was made a moment ago, and is not known here yet, is waited for. */
export const createProfileLoader = (
  prisma: PrismaClient,
  pubsub: PubSub,
  viewer: Viewer,
): DataLoader<string, Profile> =>
  new DataLoader<string, Profile>(async (ids) => {
    const userId = requireUser(viewer);
    const find = (): Promise<Profile[]> => prisma.profile.findMany({ where: { id: { in: [...ids] } } });
    const all = await soon(pubsub, READ_MODELS_CHANNEL, async () => {
      const rows = await find();
      return rows.length === ids.length ? rows : null;
    });
    const found = new Map((all ?? (await find())).map((profile) => [profile.id, profile]));
    return ids.map((id) => {
      const profile = found.get(id);
      if (!profile || profile.deleted) return notFound('profile', id);
      return profile.userId === userId ? profile : forbidden('This profile belongs to somebody else.');
    });
  });
