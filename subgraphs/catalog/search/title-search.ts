import type { PageInfo } from '../../../platform/pagination.ts';
import type { TitleFilter } from '../generated/resolvers.ts';

export interface SearchRequest {
  /** What people typed, at most {@link MAX_QUERY_LENGTH} characters. */
  readonly query: string;
  readonly filter?: TitleFilter | null | undefined;
  /** Size of a page, clamped already. */
  readonly first: number;
  readonly after?: string | null | undefined;
  /** Whether titles that are not published are found too. */
  readonly drafts: boolean;
}

export interface SearchHit {
  readonly titleId: string;
  /** The better the higher; comparable within one search only. */
  readonly score: number;
  /** Opaque; as `after` it goes on behind this hit. */
  readonly cursor: string;
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  readonly pageInfo: PageInfo;
  /** On all pages together, as are the facets. */
  readonly totalCount: number;
  /** The most frequent first. */
  readonly genres: readonly { readonly genreId: string; readonly count: number }[];
  /** The newest first. */
  readonly decades: readonly { readonly decade: number; readonly count: number }[];
}

/** Finds titles by what people type. Knows nothing of GraphQL; reads what it needs of titles itself. */
export interface TitleSearch {
  /** @throws `BAD_USER_INPUT` for a cursor or a date that is none */
  search(request: SearchRequest): Promise<SearchResult>;
  /** Titles whose name the text may be the beginning of, the best first, each name once. */
  suggest(request: {
    prefix: string;
    first: number;
    drafts: boolean;
  }): Promise<{ titleId: string; name: string }[]>;
}

/** Nobody types more, and the work grows with it. */
export const MAX_QUERY_LENGTH = 200;
