import { pageSize } from '../../../platform/pagination.ts';
import type { ProfileResolvers } from '../generated/resolvers.ts';
import { myList } from '../my-list.ts';

export const Profile: ProfileResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  home: async ({ id }, { first }, { profiles, recommender }) =>
    (await recommender.home(await profiles.load(id))).slice(0, pageSize(first)),
  myList: async ({ id }, page, { profiles, prisma }) => myList(prisma, await profiles.load(id), page),
};
