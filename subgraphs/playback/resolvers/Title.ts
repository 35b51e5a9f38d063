import { visibleAsset } from '../access.ts';
import type { TitleResolvers } from '../generated/resolvers.ts';

export const Title: TitleResolvers = {
  __resolveReference: ({ id }) => ({ __typename: 'Title', id }),
  playable: async ({ id }, _, { loaders }) => (await loaders.assetOfTitle.load(id))?.status === 'READY',
  asset: async ({ id }, _, { viewer, loaders }) => visibleAsset(viewer, await loaders.assetOfTitle.load(id)),
};
