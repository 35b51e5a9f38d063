import { pageSize } from '../../../platform/pagination.ts';
import type { TitleResolvers } from '../generated/resolvers.ts';

const SIMILAR_BY_DEFAULT = 12;

export const Title: TitleResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  async similar({ id }, { first }, { recommender }) {
    const titles = await recommender.similar([id], pageSize(first, SIMILAR_BY_DEFAULT));
    return (titles.get(id) ?? []).map((similarId) => ({ id: similarId }));
  },
};
