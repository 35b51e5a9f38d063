import type { WatchProgressResolvers } from '../generated/resolvers.ts';

export const WatchProgress: WatchProgressResolvers = {
  title: ({ titleId }) => ({ __typename: 'Title', id: titleId }),
};
