import type { SuggestionResolvers } from '../generated/resolvers.ts';

export const Suggestion: SuggestionResolvers = {
  text: ({ name }) => name,
  title: ({ titleId }, _arguments, { loaders }) => loaders.title.load(titleId),
};
