import { forbidden } from '../../../platform/errors.ts';
import { requireUser } from '../../../platform/viewer.ts';
import type { ProfileResolvers } from '../generated/resolvers.ts';
import { continueWatching } from '../sessions/progress.ts';

export const Profile: ProfileResolvers = {
  __resolveReference: ({ id }) => ({ __typename: 'Profile', id }),
  async continueWatching({ id }, page, { viewer, prisma, readModels }) {
    const userId = requireUser(viewer);
    const profile = await readModels.profile(id);
    if (profile?.userId !== userId) throw forbidden('This profile is not yours.');
    return continueWatching(prisma, id, page);
  },
};
