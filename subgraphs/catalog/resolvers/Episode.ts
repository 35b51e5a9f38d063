import { notFound } from '../../../platform/errors.ts';
import type { EpisodeResolvers } from '../generated/resolvers.ts';
import { referenceTo, titleFields } from './Title.ts';

export const Episode: EpisodeResolvers = {
  ...titleFields,
  __resolveReference: referenceTo('EPISODE'),
  number: ({ number }) => number ?? 0,
  async season({ seasonId }, _arguments, { loaders }) {
    const season = await loaders.season.load(seasonId ?? '');
    if (season === null) throw notFound('season', seasonId ?? '');
    return season;
  },
  /** Not found where the series is a draft while its episode is published. */
  async series({ seriesId }, _arguments, { loaders }) {
    const series = await loaders.title.load(seriesId ?? '');
    if (series === null) throw notFound('series', seriesId ?? '');
    return series;
  },
};
