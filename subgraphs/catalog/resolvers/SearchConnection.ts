import type {
  GenreFacetResolvers,
  SearchConnectionResolvers,
  SearchEdgeResolvers,
} from '../generated/resolvers.ts';
import { notFound } from '../../../platform/errors.ts';
import { present } from '../loaders.ts';
import { highlight } from '../search/highlight.ts';

export const SearchConnection: SearchConnectionResolvers = {
  /** A title that was taken away between the search and now is left out. */
  edges: async ({ hits, query }, _arguments, { loaders }) =>
    present(
      await Promise.all(
        hits.map(async (hit) => {
          const title = await loaders.title.load(hit.titleId);
          return title && { ...hit, title, query };
        }),
      ),
    ),
  facets: (result) => result,
};

export const SearchEdge: SearchEdgeResolvers = {
  node: ({ title }) => title,
  highlight: ({ title, query }) => highlight(title.name, query),
};

export const GenreFacet: GenreFacetResolvers = {
  async genre({ genreId }, _arguments, { loaders }) {
    const genre = await loaders.genre.load(genreId);
    if (genre === null) throw notFound('genre', genreId);
    return genre;
  },
};
