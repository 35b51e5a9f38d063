import type { SeasonResolvers } from '../generated/resolvers.ts';

export const Season: SeasonResolvers = {
  episodes: ({ id }, _arguments, { loaders }) => loaders.episodesOfSeason.load(id),
};
