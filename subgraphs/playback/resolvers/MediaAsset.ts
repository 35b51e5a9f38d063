import { mayUpload, visibleAsset } from '../access.ts';
import type { MediaAssetResolvers } from '../generated/resolvers.ts';

export const MediaAsset: MediaAssetResolvers = {
  __resolveReference: async ({ id }, { viewer, loaders }) =>
    visibleAsset(viewer, await loaders.assets.load(id)),
  title: ({ titleId }) => ({ __typename: 'Title', id: titleId }),
  renditions: ({ id }, _, { loaders }) => loaders.renditionsOfAsset.load(id),
  transcodeJob: ({ id }, _, { viewer, loaders }) => (mayUpload(viewer) ? loaders.jobOfAsset.load(id) : null),
};
