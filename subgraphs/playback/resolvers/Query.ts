import { accessibleJob, visibleAsset } from '../access.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';

export const Query: QueryResolvers = {
  asset: async (_, { id }, { viewer, loaders }) => visibleAsset(viewer, await loaders.assets.load(id)),
  transcodeJob: (_, { id }, context) => accessibleJob(context, id),
};
