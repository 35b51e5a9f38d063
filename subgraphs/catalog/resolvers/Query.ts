import { badUserInput } from '../../../platform/errors.ts';
import { pageSize } from '../../../platform/pagination.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { MAX_QUERY_LENGTH } from '../search/title-search.ts';
import { listTitles } from '../titles.ts';

const SUGGESTIONS = 8;
const MOST_SUGGESTIONS = 20;

/** @throws `BAD_USER_INPUT` for a text that nobody would type */
function typed(text: string, field: string): string {
  if (text.length > MAX_QUERY_LENGTH)
    throw badUserInput(field, `must not be longer than ${MAX_QUERY_LENGTH} characters`);
  return text;
}

export const Query: QueryResolvers = {
  title: (_root, { id }, { loaders }) => loaders.title.load(id),
  titles: (_root, options, { parts, drafts }) => listTitles(parts, options, drafts),
  genres: (_root, _arguments, { parts }) => parts.prisma.genre.findMany({ orderBy: { name: 'asc' } }),
  person: (_root, { id }, { loaders }) => loaders.person.load(id),
  async search(_root, { query, filter, first, after }, { parts, drafts }) {
    const result = await parts.search.search({
      query: typed(query, 'query'),
      filter,
      first: pageSize(first),
      after,
      drafts,
    });
    return { ...result, query };
  },
  suggest: (_root, { prefix, first }, { parts, drafts }) =>
    parts.search.suggest({
      prefix: typed(prefix, 'prefix'),
      first: Math.min(pageSize(first, SUGGESTIONS), MOST_SUGGESTIONS),
      drafts,
    }),
};
