import { forbidden } from '../../../platform/errors.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';

export const Query: QueryResolvers = {
  async me(_parent, _arguments, { viewer, account, loaders }) {
    if (viewer.userId === undefined && viewer.apiKeyId === undefined) return null;
    return loaders.user.load(await account());
  },
  async profile(_parent, { id }, { account, loaders, maySee }) {
    await account();
    const profile = await loaders.profile.load(id);
    if (profile !== null && !maySee(profile.userId)) throw forbidden('This profile is not yours.');
    return profile;
  },
};
