import type { Genre, Person, Season, Title } from './generated/prisma/client.ts';
import type { SearchHit, SearchResult } from './search/title-search.ts';
import type { TitlePage } from './titles.ts';

/** What resolvers of each GraphQL type get as parent. */
export type TitleMapper = Title;
export type MovieMapper = Title;
export type SeriesMapper = Title;
export type EpisodeMapper = Title;
export type SeasonMapper = Season;
export type GenreMapper = Genre;
export type PersonMapper = Person;
export type TitleConnectionMapper = TitlePage;
export type TitleEdgeMapper = TitlePage['edges'][number];
export interface SearchConnectionMapper extends SearchResult {
  readonly query: string;
}
export interface SearchEdgeMapper extends SearchHit {
  readonly title: Title;
  readonly query: string;
}
export type SearchFacetsMapper = SearchResult;
export type GenreFacetMapper = SearchResult['genres'][number];
export interface SuggestionMapper {
  readonly name: string;
  readonly titleId: string;
}
