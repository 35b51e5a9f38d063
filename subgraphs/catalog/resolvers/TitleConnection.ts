import type { TitleConnectionResolvers, TitleEdgeResolvers } from '../generated/resolvers.ts';

export const TitleConnection: TitleConnectionResolvers = {
  totalCount: (page) => page.count(),
};

export const TitleEdge: TitleEdgeResolvers = {
  node: ({ node }, _arguments, { loaders }) => loaders.title.load(node.id),
};
