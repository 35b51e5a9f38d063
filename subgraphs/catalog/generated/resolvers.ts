import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TitleMapper, MovieMapper, SeriesMapper, EpisodeMapper, SeasonMapper, GenreMapper, PersonMapper, TitleConnectionMapper, TitleEdgeMapper, SearchConnectionMapper, SearchEdgeMapper, SearchFacetsMapper, GenreFacetMapper, SuggestionMapper } from '../mappers.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment, as ISO 8601 in UTC, such as 2026-01-31T12:00:00.000Z. */
  DateTime: { input: Date; output: Date | string; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** A film to add. */
export type CreateMovieInput = {
  /** Ids of its genres, the main one first; at most 10. */
  genreIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Age from which it is fit to be seen. */
  maturityRating: MaturityRating;
  /** Name, 1 to 200 characters on one line. */
  name: Scalars['String']['input'];
  /** False keeps it a draft that only editors see until publishTitle; true if not given. */
  publish?: InputMaybe<Scalars['Boolean']['input']>;
  /** Day of the first release, YYYY-MM-DD. */
  releaseDate?: InputMaybe<Scalars['String']['input']>;
  /** Length in minutes, 1 to 1,000. */
  runtimeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** What it is about, at most 4,000 characters. */
  synopsis?: InputMaybe<Scalars['String']['input']>;
};

/** How much of what was found came out in a decade. */
export type DecadeFacet = {
  /** How many titles. */
  count: Scalars['Int']['output'];
  /** First year of the decade: 1990 stands for 1990 to 1999. */
  decade: Scalars['Int']['output'];
};

/** A part of a series. */
export type Episode = Title & {
  /** When it may be watched from; null means it always could. */
  availableFrom?: Maybe<Scalars['DateTime']['output']>;
  /** When it may be watched until; null means no end is set. */
  availableUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Genres, the main one first. */
  genres: Array<Genre>;
  /** Readable and stable for the demo catalogue (`alien-1979`), opaque for titles made later (`ttl_01k9…`). */
  id: Scalars['ID']['output'];
  /** Age from which it is fit to be seen. What nobody rated counts as AGE_18. */
  maturityRating: MaturityRating;
  /** Name as it is shown. */
  name: Scalars['String']['output'];
  /** Place in its season, from 1. */
  number: Scalars['Int']['output'];
  /** How well known it is, 0 to 1. */
  popularity: Scalars['Float']['output'];
  /** False for a draft, which only editors see. */
  published: Scalars['Boolean']['output'];
  /** Countries in which it may be watched, as ISO 3166-1 alpha-2 codes; null means everywhere. */
  regions?: Maybe<Array<Scalars['String']['output']>>;
  /** Day of the first release, YYYY-MM-DD; 1 January where only the year is known. */
  releaseDate?: Maybe<Scalars['String']['output']>;
  /** Length in minutes. */
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  /** The season it belongs to. */
  season: Season;
  /** The series it belongs to. */
  series: Series;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};

/** A kind of film or series. */
export type Genre = {
  /** Readable id, such as `science-fiction`: what `TitleFilter.genreIds` takes. */
  id: Scalars['ID']['output'];
  /** Name as it is shown. */
  name: Scalars['String']['output'];
};

/** How much of what was found is of a genre. */
export type GenreFacet = {
  /** How many titles. */
  count: Scalars['Int']['output'];
  /** The genre. */
  genre: Genre;
};

/** Age from which something is fit to be seen, from the mildest to the strictest. */
export type MaturityRating =
  /** From 7 years. */
  | 'AGE_7'
  /** From 13 years. */
  | 'AGE_13'
  /** From 16 years. */
  | 'AGE_16'
  /** From 18 years. */
  | 'AGE_18'
  /** Fit for everybody. */
  | 'ALL';

/** A film. */
export type Movie = Title & {
  /** When it may be watched from; null means it always could. */
  availableFrom?: Maybe<Scalars['DateTime']['output']>;
  /** When it may be watched until; null means no end is set. */
  availableUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Who directed it, as far as it is known. */
  directors: Array<Person>;
  /** Genres, the main one first. */
  genres: Array<Genre>;
  /** Readable and stable for the demo catalogue (`alien-1979`), opaque for titles made later (`ttl_01k9…`). */
  id: Scalars['ID']['output'];
  /** Age from which it is fit to be seen. What nobody rated counts as AGE_18. */
  maturityRating: MaturityRating;
  /** Name as it is shown. */
  name: Scalars['String']['output'];
  /** How well known it is, 0 to 1. */
  popularity: Scalars['Float']['output'];
  /** False for a draft, which only editors see. */
  published: Scalars['Boolean']['output'];
  /** Countries in which it may be watched, as ISO 3166-1 alpha-2 codes; null means everywhere. */
  regions?: Maybe<Array<Scalars['String']['output']>>;
  /** Day of the first release, YYYY-MM-DD; 1 January where only the year is known. */
  releaseDate?: Maybe<Scalars['String']['output']>;
  /** Length in minutes. */
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};

/** Outcome of a change to a film. */
export type MoviePayload = {
  /** The film as it is now; null when nothing was changed. */
  movie?: Maybe<Movie>;
  /** Why nothing was changed; empty when all went well. */
  userErrors: Array<UserError>;
};

/** Everything that can be done. */
export type Mutation = {
  /** Adds a film. Needs the scope `catalog:write`. */
  createMovie: MoviePayload;
  /** Makes a draft visible to everybody; of a series, its episodes too. Needs the scope `catalog:write`. */
  publishTitle: TitlePayload;
  /** Makes a title a draft again, which only editors see; of a series, its episodes too. Needs `catalog:write`. */
  unpublishTitle: TitlePayload;
  /** Changes a film. Needs the scope `catalog:write`. */
  updateMovie: MoviePayload;
};


/** Everything that can be done. */
export type MutationCreateMovieArgs = {
  input: CreateMovieInput;
};


/** Everything that can be done. */
export type MutationPublishTitleArgs = {
  titleId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationUnpublishTitleArgs = {
  titleId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationUpdateMovieArgs = {
  input: UpdateMovieInput;
  titleId: Scalars['ID']['input'];
};

/** Where a page of a connection stands, as the Relay specification has it. */
export type PageInfo = {
  /** Cursor of the last edge: pass it as `after` for the next page. Null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether more comes after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether something came before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge; null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Somebody who makes films. */
export type Person = {
  /** Id, such as `per_ridley-scott`. */
  id: Scalars['ID']['output'];
  /** Name as it is shown. */
  name: Scalars['String']['output'];
  /** What they directed, the best known first. */
  titles: Array<Title>;
};


/** Somebody who makes films. */
export type PersonTitlesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Everything that can be asked. */
export type Query = {
  /** All genres, by name. */
  genres: Array<Genre>;
  /** A person by their id; null if there is none. */
  person?: Maybe<Person>;
  /** Finds titles by name or director. Forgives typing errors, accents, missing spaces and unfinished words. */
  search: SearchConnection;
  /** Completions of a text that is being typed, the best one first. */
  suggest: Array<Suggestion>;
  /** A title by its id; null if there is none, or if it is a draft that the viewer may not see. */
  title?: Maybe<Title>;
  /** Titles of the catalogue, page by page. */
  titles: TitleConnection;
};


/** Everything that can be asked. */
export type QueryPersonArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QuerySearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TitleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  query: Scalars['String']['input'];
};


/** Everything that can be asked. */
export type QuerySuggestArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  prefix: Scalars['String']['input'];
};


/** Everything that can be asked. */
export type QueryTitleArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryTitlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TitleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<TitleOrder>;
};

/** A page of what a search found, and what the whole of it is made of. */
export type SearchConnection = {
  /** What was found, the best match first. */
  edges: Array<SearchEdge>;
  /** What was found, counted by genre and decade: the whole of it, not this page. */
  facets: SearchFacets;
  /** Where this page stands. */
  pageInfo: PageInfo;
  /** How many titles were found, on all pages together. */
  totalCount: Scalars['Int']['output'];
};

/** A title that a search found. */
export type SearchEdge = {
  /** Opaque place of this title: pass it as `after` to go on behind it. */
  cursor: Scalars['String']['output'];
  /** The name with the matched parts between <em> and </em>, everything else escaped. */
  highlight?: Maybe<Scalars['String']['output']>;
  /** The title. */
  node: Title;
  /** How well it matches; comparable within one search only. */
  score: Scalars['Float']['output'];
};

/** Counts of what a search found. */
export type SearchFacets = {
  /** By decade of release, the newest first. Titles without a date are not counted. */
  decades: Array<DecadeFacet>;
  /** By genre, the most frequent first. A title counts for each of its genres. */
  genres: Array<GenreFacet>;
};

/** A season of a series. */
export type Season = {
  /** Its episodes, the first one first. */
  episodes: Array<Episode>;
  /** Id, such as `sea_lantern-bay-1`. */
  id: Scalars['ID']['output'];
  /** Place in its series, from 1. */
  number: Scalars['Int']['output'];
};

/** A series: seasons of episodes. */
export type Series = Title & {
  /** When it may be watched from; null means it always could. */
  availableFrom?: Maybe<Scalars['DateTime']['output']>;
  /** When it may be watched until; null means no end is set. */
  availableUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Genres, the main one first. */
  genres: Array<Genre>;
  /** Readable and stable for the demo catalogue (`alien-1979`), opaque for titles made later (`ttl_01k9…`). */
  id: Scalars['ID']['output'];
  /** Age from which it is fit to be seen. What nobody rated counts as AGE_18. */
  maturityRating: MaturityRating;
  /** Name as it is shown. */
  name: Scalars['String']['output'];
  /** How well known it is, 0 to 1. */
  popularity: Scalars['Float']['output'];
  /** False for a draft, which only editors see. */
  published: Scalars['Boolean']['output'];
  /** Countries in which it may be watched, as ISO 3166-1 alpha-2 codes; null means everywhere. */
  regions?: Maybe<Array<Scalars['String']['output']>>;
  /** Day of the first release, YYYY-MM-DD; 1 January where only the year is known. */
  releaseDate?: Maybe<Scalars['String']['output']>;
  /** Length in minutes. */
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  /** Its seasons, the first one first. */
  seasons: Array<Season>;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};

/** A completion of what is being typed. */
export type Suggestion = {
  /** The text to search for. */
  text: Scalars['String']['output'];
  /** The title it names. */
  title?: Maybe<Title>;
};

/** Something to watch: a film, a series or an episode. */
export type Title = {
  /** When it may be watched from; null means it always could. */
  availableFrom?: Maybe<Scalars['DateTime']['output']>;
  /** When it may be watched until; null means no end is set. */
  availableUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Genres, the main one first. */
  genres: Array<Genre>;
  /** Readable and stable for the demo catalogue (`alien-1979`), opaque for titles made later (`ttl_01k9…`). */
  id: Scalars['ID']['output'];
  /** Age from which it is fit to be seen. What nobody rated counts as AGE_18. */
  maturityRating: MaturityRating;
  /** Name as it is shown. */
  name: Scalars['String']['output'];
  /** How well known it is, 0 to 1. */
  popularity: Scalars['Float']['output'];
  /** False for a draft, which only editors see. */
  published: Scalars['Boolean']['output'];
  /** Countries in which it may be watched, as ISO 3166-1 alpha-2 codes; null means everywhere. */
  regions?: Maybe<Array<Scalars['String']['output']>>;
  /** Day of the first release, YYYY-MM-DD; 1 January where only the year is known. */
  releaseDate?: Maybe<Scalars['String']['output']>;
  /** Length in minutes. */
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};

/** A page of titles. */
export type TitleConnection = {
  /** The titles of this page, in order. */
  edges: Array<TitleEdge>;
  /** Where this page stands. */
  pageInfo: PageInfo;
  /** How many titles there are on all pages together. */
  totalCount: Scalars['Int']['output'];
};

/** A title in a page. */
export type TitleEdge = {
  /** Opaque place of this title: pass it as `after` to go on behind it. */
  cursor: Scalars['String']['output'];
  /** The title; null once it is gone. */
  node?: Maybe<Title>;
};

/** Which titles to list or find. Conditions add up: a title meets all that are given. */
export type TitleFilter = {
  /** Titles of any of these genres; an empty list asks for none in particular. */
  genreIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Kinds of titles; films and series if not given or empty. */
  kinds?: InputMaybe<Array<TitleKind>>;
  /** Titles rated up to this age. */
  maturityAtMost?: InputMaybe<MaturityRating>;
  /** True: only titles that have something to play. Of a series that is its episodes' business: ask for EPISODE too. */
  playableOnly?: InputMaybe<Scalars['Boolean']['input']>;
  /** Released on this day or later: YYYY-MM-DD, or YYYY for its first day. */
  releasedFrom?: InputMaybe<Scalars['String']['input']>;
  /** Released on this day or earlier: YYYY-MM-DD, or YYYY for its last day. */
  releasedTo?: InputMaybe<Scalars['String']['input']>;
};

/** Kinds of titles. */
export type TitleKind =
  /** A part of a series. */
  | 'EPISODE'
  /** A film. */
  | 'MOVIE'
  /** A series as a whole. */
  | 'SERIES';

/** Orders in which titles are listed. */
export type TitleOrder =
  /** By name, without regard to case, accents and signs. */
  | 'NAME'
  /** The best known first. */
  | 'POPULARITY'
  /** The newest first; those without a date last. */
  | 'RELEASE_DATE';

/** Outcome of a change to a title. */
export type TitlePayload = {
  /** The title as it is now; null when nothing was changed. */
  title?: Maybe<Title>;
  /** Why nothing was changed; empty when all went well. */
  userErrors: Array<UserError>;
};

/** What to change of a film. What is not given stays; null empties what may be empty. */
export type UpdateMovieInput = {
  /** When it may be watched from. */
  availableFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** When it may be watched until; after availableFrom. */
  availableUntil?: InputMaybe<Scalars['DateTime']['input']>;
  /** Ids of its genres, the main one first; at most 10. */
  genreIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Age from which it is fit to be seen. */
  maturityRating?: InputMaybe<MaturityRating>;
  /** Name, 1 to 200 characters on one line. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Countries in which it may be watched, as ISO 3166-1 alpha-2 codes; null or empty means everywhere. */
  regions?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Day of the first release, YYYY-MM-DD. */
  releaseDate?: InputMaybe<Scalars['String']['input']>;
  /** Length in minutes, 1 to 1,000. */
  runtimeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** What it is about, at most 4,000 characters. */
  synopsis?: InputMaybe<Scalars['String']['input']>;
};

/** An expected refusal of a mutation: what was wrong, where, and what to do about it. */
export type UserError = {
  /** What kind of refusal it is; decide by this, never by the message. */
  code: UserErrorCode;
  /** Path of the input field at fault, outermost first. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** What was wrong, in words for people. */
  message: Scalars['String']['output'];
};

/** What kind of refusal a UserError is. */
export type UserErrorCode =
  /** Too many failed attempts; try again later. */
  | 'ACCOUNT_LOCKED'
  /** There is a running membership already. */
  | 'ALREADY_MEMBER'
  /** The file is not the one that was announced. */
  | 'CHECKSUM_MISMATCH'
  /** The state of things does not allow this now. */
  | 'CONFLICT'
  /** An account with this e-mail address exists. */
  | 'EMAIL_TAKEN'
  /** E-mail, password or code is wrong. */
  | 'INVALID_CREDENTIALS'
  /** A value is malformed or out of range. */
  | 'INVALID_INPUT'
  /** The title is beyond the profile's maturity limit. */
  | 'MATURITY_BLOCKED'
  /** A second factor is needed. */
  | 'MFA_REQUIRED'
  /** The title cannot be watched here, or not at this time. */
  | 'NOT_AVAILABLE_IN_REGION'
  /** What the input names is not there. */
  | 'NOT_FOUND'
  /** There is nothing to play yet. */
  | 'NOT_READY'
  /** This needs a running membership. */
  | 'NO_MEMBERSHIP'
  /** The payment was declined. */
  | 'PAYMENT_FAILED'
  /** The profile's PIN is missing or wrong. */
  | 'PIN_REQUIRED'
  /** The account has as many profiles as it may. */
  | 'PROFILE_LIMIT'
  /** As many streams run as the plan allows. */
  | 'STREAM_LIMIT'
  /** The token or challenge is past its time, or was used. */
  | 'TOKEN_EXPIRED'
  /** The file is larger than allowed or announced. */
  | 'TOO_LARGE'
  /** The file is not a video that can be read. */
  | 'UNSUPPORTED_MEDIA';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Episode: Episode;
  Movie: Movie;
  Series: Series;
  Title: Title;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Episode:
    ( { __typename: 'Episode' }
    & GraphQLRecursivePick<FederationTypes['Episode'], {"id":true}> );
  Movie:
    ( { __typename: 'Movie' }
    & GraphQLRecursivePick<FederationTypes['Movie'], {"id":true}> );
  Series:
    ( { __typename: 'Series' }
    & GraphQLRecursivePick<FederationTypes['Series'], {"id":true}> );
  Title:
    ( { __typename: 'Title' }
    & GraphQLRecursivePick<FederationTypes['Title'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CreateMovieInput: CreateMovieInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DecadeFacet: ResolverTypeWrapper<DecadeFacet>;
  Episode: ResolverTypeWrapper<EpisodeMapper>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Genre: ResolverTypeWrapper<GenreMapper>;
  GenreFacet: ResolverTypeWrapper<GenreFacetMapper>;
  MaturityRating: MaturityRating;
  Movie: ResolverTypeWrapper<MovieMapper>;
  MoviePayload: ResolverTypeWrapper<Omit<MoviePayload, 'movie'> & { movie?: Maybe<ResolversTypes['Movie']> }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Person: ResolverTypeWrapper<PersonMapper>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SearchConnection: ResolverTypeWrapper<SearchConnectionMapper>;
  SearchEdge: ResolverTypeWrapper<SearchEdgeMapper>;
  SearchFacets: ResolverTypeWrapper<SearchFacetsMapper>;
  Season: ResolverTypeWrapper<SeasonMapper>;
  Series: ResolverTypeWrapper<SeriesMapper>;
  Suggestion: ResolverTypeWrapper<SuggestionMapper>;
  Title: ResolverTypeWrapper<TitleMapper>;
  TitleConnection: ResolverTypeWrapper<TitleConnectionMapper>;
  TitleEdge: ResolverTypeWrapper<TitleEdgeMapper>;
  TitleFilter: TitleFilter;
  TitleKind: TitleKind;
  TitleOrder: TitleOrder;
  TitlePayload: ResolverTypeWrapper<Omit<TitlePayload, 'title'> & { title?: Maybe<ResolversTypes['Title']> }>;
  UpdateMovieInput: UpdateMovieInput;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CreateMovieInput: CreateMovieInput;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  DateTime: Scalars['DateTime']['output'];
  DecadeFacet: DecadeFacet;
  Episode: EpisodeMapper;
  Float: Scalars['Float']['output'];
  Genre: GenreMapper;
  GenreFacet: GenreFacetMapper;
  Movie: MovieMapper;
  MoviePayload: Omit<MoviePayload, 'movie'> & { movie?: Maybe<ResolversParentTypes['Movie']> };
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Person: PersonMapper;
  Query: Record<PropertyKey, never>;
  SearchConnection: SearchConnectionMapper;
  SearchEdge: SearchEdgeMapper;
  SearchFacets: SearchFacetsMapper;
  Season: SeasonMapper;
  Series: SeriesMapper;
  Suggestion: SuggestionMapper;
  Title: TitleMapper;
  TitleConnection: TitleConnectionMapper;
  TitleEdge: TitleEdgeMapper;
  TitleFilter: TitleFilter;
  TitlePayload: Omit<TitlePayload, 'title'> & { title?: Maybe<ResolversParentTypes['Title']> };
  UpdateMovieInput: UpdateMovieInput;
  UserError: UserError;
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
  maxAge?: Maybe<Scalars['Int']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecadeFacetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DecadeFacet'] = ResolversParentTypes['DecadeFacet']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  decade?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EpisodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Episode'] = ResolversParentTypes['Episode'], FederationReferenceType extends FederationReferenceTypes['Episode'] = FederationReferenceTypes['Episode']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Episode']> | FederationReferenceType, FederationReferenceType, ContextType>;
  availableFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  availableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  popularity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  published?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  regions?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  season?: Resolver<ResolversTypes['Season'], ParentType, ContextType>;
  series?: Resolver<ResolversTypes['Series'], ParentType, ContextType>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GenreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Genre'] = ResolversParentTypes['Genre']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type GenreFacetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GenreFacet'] = ResolversParentTypes['GenreFacet']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  genre?: Resolver<ResolversTypes['Genre'], ParentType, ContextType>;
};

export type MovieResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Movie'] = ResolversParentTypes['Movie'], FederationReferenceType extends FederationReferenceTypes['Movie'] = FederationReferenceTypes['Movie']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Movie']> | FederationReferenceType, FederationReferenceType, ContextType>;
  availableFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  availableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  directors?: Resolver<Array<ResolversTypes['Person']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  popularity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  published?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  regions?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MoviePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MoviePayload'] = ResolversParentTypes['MoviePayload']> = {
  movie?: Resolver<Maybe<ResolversTypes['Movie']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createMovie?: Resolver<ResolversTypes['MoviePayload'], ParentType, ContextType, RequireFields<MutationCreateMovieArgs, 'input'>>;
  publishTitle?: Resolver<ResolversTypes['TitlePayload'], ParentType, ContextType, RequireFields<MutationPublishTitleArgs, 'titleId'>>;
  unpublishTitle?: Resolver<ResolversTypes['TitlePayload'], ParentType, ContextType, RequireFields<MutationUnpublishTitleArgs, 'titleId'>>;
  updateMovie?: Resolver<ResolversTypes['MoviePayload'], ParentType, ContextType, RequireFields<MutationUpdateMovieArgs, 'input' | 'titleId'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PersonResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Person'] = ResolversParentTypes['Person']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  titles?: Resolver<Array<ResolversTypes['Title']>, ParentType, ContextType, Partial<PersonTitlesArgs>>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  person?: Resolver<Maybe<ResolversTypes['Person']>, ParentType, ContextType, RequireFields<QueryPersonArgs, 'id'>>;
  search?: Resolver<ResolversTypes['SearchConnection'], ParentType, ContextType, RequireFields<QuerySearchArgs, 'query'>>;
  suggest?: Resolver<Array<ResolversTypes['Suggestion']>, ParentType, ContextType, RequireFields<QuerySuggestArgs, 'prefix'>>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType, RequireFields<QueryTitleArgs, 'id'>>;
  titles?: Resolver<ResolversTypes['TitleConnection'], ParentType, ContextType, Partial<QueryTitlesArgs>>;
};

export type SearchConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchConnection'] = ResolversParentTypes['SearchConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SearchEdge']>, ParentType, ContextType>;
  facets?: Resolver<ResolversTypes['SearchFacets'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SearchEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchEdge'] = ResolversParentTypes['SearchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  highlight?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Title'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SearchFacetsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchFacets'] = ResolversParentTypes['SearchFacets']> = {
  decades?: Resolver<Array<ResolversTypes['DecadeFacet']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['GenreFacet']>, ParentType, ContextType>;
};

export type SeasonResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Season'] = ResolversParentTypes['Season']> = {
  episodes?: Resolver<Array<ResolversTypes['Episode']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SeriesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Series'] = ResolversParentTypes['Series'], FederationReferenceType extends FederationReferenceTypes['Series'] = FederationReferenceTypes['Series']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Series']> | FederationReferenceType, FederationReferenceType, ContextType>;
  availableFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  availableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  popularity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  published?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  regions?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  seasons?: Resolver<Array<ResolversTypes['Season']>, ParentType, ContextType>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SuggestionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Suggestion'] = ResolversParentTypes['Suggestion']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
};

export type TitleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Title'] = ResolversParentTypes['Title'], FederationReferenceType extends FederationReferenceTypes['Title'] = FederationReferenceTypes['Title']> = {
  __resolveType: TypeResolveFn<'Episode' | 'Movie' | 'Series', ParentType, ContextType>;
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Title']> | FederationReferenceType, FederationReferenceType, ContextType>;
};

export type TitleConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TitleConnection'] = ResolversParentTypes['TitleConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TitleEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TitleEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TitleEdge'] = ResolversParentTypes['TitleEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
};

export type TitlePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TitlePayload'] = ResolversParentTypes['TitlePayload']> = {
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  DecadeFacet?: DecadeFacetResolvers<ContextType>;
  Episode?: EpisodeResolvers<ContextType>;
  Genre?: GenreResolvers<ContextType>;
  GenreFacet?: GenreFacetResolvers<ContextType>;
  Movie?: MovieResolvers<ContextType>;
  MoviePayload?: MoviePayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Person?: PersonResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SearchConnection?: SearchConnectionResolvers<ContextType>;
  SearchEdge?: SearchEdgeResolvers<ContextType>;
  SearchFacets?: SearchFacetsResolvers<ContextType>;
  Season?: SeasonResolvers<ContextType>;
  Series?: SeriesResolvers<ContextType>;
  Suggestion?: SuggestionResolvers<ContextType>;
  Title?: TitleResolvers<ContextType>;
  TitleConnection?: TitleConnectionResolvers<ContextType>;
  TitleEdge?: TitleEdgeResolvers<ContextType>;
  TitlePayload?: TitlePayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
