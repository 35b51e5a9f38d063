import type { UploadResolvers } from '../generated/resolvers.ts';
import { loaded } from './loaded.ts';

export const Upload: UploadResolvers = {
  asset: ({ assetId }, _, { loaders }) => loaded(loaders.assets, assetId),
};
