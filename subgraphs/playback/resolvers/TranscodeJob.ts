import { accessibleJob } from '../access.ts';
import type { TranscodeJobResolvers } from '../generated/resolvers.ts';
import { loaded } from './loaded.ts';

export const TranscodeJob: TranscodeJobResolvers = {
  __resolveReference: ({ id }, context) => accessibleJob(context, id),
  asset: ({ assetId }, _, { loaders }) => loaded(loaders.assets, assetId),
};
