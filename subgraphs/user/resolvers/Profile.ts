import type { ProfileResolvers } from '../generated/resolvers.ts';

export const Profile: ProfileResolvers = {
  async __resolveReference({ id }, { loaders, maySee }) {
    const profile = await loaders.profile.load(id);
    return profile !== null && maySee(profile.userId) ? profile : null;
  },
  pinProtected: (profile) => profile.pinHash !== null,
};
