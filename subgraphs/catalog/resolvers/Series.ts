import type { SeriesResolvers } from '../generated/resolvers.ts';
import { referenceTo, titleFields } from './Title.ts';

export const Series: SeriesResolvers = {
  ...titleFields,
  __resolveReference: referenceTo('SERIES'),
  seasons: ({ id }, _arguments, { loaders }) => loaders.seasonsOfSeries.load(id),
};
