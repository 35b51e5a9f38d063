import type { MovieResolvers } from '../generated/resolvers.ts';
import { referenceTo, titleFields } from './Title.ts';

export const Movie: MovieResolvers = {
  ...titleFields,
  __resolveReference: referenceTo('MOVIE'),
  directors: ({ id }, _arguments, { loaders }) => loaders.directorsOfTitle.load(id),
};
