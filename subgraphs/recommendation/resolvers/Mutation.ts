import type { MutationResolvers } from '../generated/resolvers.ts';
import { addToMyList, removeFromMyList } from '../my-list.ts';
import { rateTitle } from '../ratings.ts';

export const Mutation: MutationResolvers = {
  async rateTitle(_root, { profileId, titleId, thumb }, { profiles, prisma }) {
    const userErrors = await rateTitle(prisma, await profiles.load(profileId), titleId, thumb);
    return { title: userErrors.length > 0 ? null : { id: titleId }, userErrors };
  },
  async addToMyList(_root, { profileId, titleId }, { profiles, prisma }) {
    const userErrors = await addToMyList(prisma, await profiles.load(profileId), titleId);
    return { profile: userErrors.length > 0 ? null : { id: profileId }, userErrors };
  },
  async removeFromMyList(_root, { profileId, titleId }, { profiles, prisma }) {
    await removeFromMyList(prisma, await profiles.load(profileId), titleId);
    return { profile: { id: profileId }, userErrors: [] };
  },
};
