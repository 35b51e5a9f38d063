import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
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
  DateTime: { input: Date; output: Date | string; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type CreateMovieInput = {
  genreIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  maturityRating: MaturityRating;
  name: Scalars['String']['input'];
  releaseDate?: InputMaybe<Scalars['String']['input']>;
  runtimeMinutes?: InputMaybe<Scalars['Int']['input']>;
  synopsis?: InputMaybe<Scalars['String']['input']>;
};

export type DecadeFacet = {
  count: Scalars['Int']['output'];
  decade: Scalars['Int']['output'];
};

export type Episode = Title & {
  genres: Array<Genre>;
  id: Scalars['ID']['output'];
  maturityRating: MaturityRating;
  name: Scalars['String']['output'];
  number: Scalars['Int']['output'];
  releaseDate?: Maybe<Scalars['String']['output']>;
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  season: Season;
  series: Series;
  synopsis?: Maybe<Scalars['String']['output']>;
};

export type Genre = {
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
};

export type GenreFacet = {
  count: Scalars['Int']['output'];
  genre: Genre;
};

export type MaturityRating =
  | 'AGE_7'
  | 'AGE_13'
  | 'AGE_16'
  | 'AGE_18'
  | 'ALL';

export type Movie = Title & {
  directors: Array<Person>;
  genres: Array<Genre>;
  id: Scalars['ID']['output'];
  maturityRating: MaturityRating;
  name: Scalars['String']['output'];
  releaseDate?: Maybe<Scalars['String']['output']>;
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  synopsis?: Maybe<Scalars['String']['output']>;
};

export type MoviePayload = {
  movie?: Maybe<Movie>;
  userErrors: Array<UserError>;
};

export type Mutation = {
  createMovie: MoviePayload;
};


export type MutationCreateMovieArgs = {
  input: CreateMovieInput;
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

export type Person = {
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
};

export type Query = {
  genres: Array<Genre>;
  search: SearchConnection;
  suggest: Array<Suggestion>;
  title?: Maybe<Title>;
  titles: TitleConnection;
};


export type QuerySearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TitleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  query: Scalars['String']['input'];
};


export type QuerySuggestArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  prefix: Scalars['String']['input'];
};


export type QueryTitleArgs = {
  id: Scalars['ID']['input'];
};


export type QueryTitlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TitleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<TitleOrder>;
};

export type SearchConnection = {
  edges: Array<SearchEdge>;
  facets: SearchFacets;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type SearchEdge = {
  cursor: Scalars['String']['output'];
  /** The name with the matched parts between <em> and </em>, everything else escaped. */
  highlight?: Maybe<Scalars['String']['output']>;
  node: Title;
  score: Scalars['Float']['output'];
};

export type SearchFacets = {
  decades: Array<DecadeFacet>;
  genres: Array<GenreFacet>;
};

export type Season = {
  episodes: Array<Episode>;
  id: Scalars['ID']['output'];
  number: Scalars['Int']['output'];
};

export type Series = Title & {
  genres: Array<Genre>;
  id: Scalars['ID']['output'];
  maturityRating: MaturityRating;
  name: Scalars['String']['output'];
  releaseDate?: Maybe<Scalars['String']['output']>;
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  seasons: Array<Season>;
  synopsis?: Maybe<Scalars['String']['output']>;
};

export type Suggestion = {
  text: Scalars['String']['output'];
  title?: Maybe<Title>;
};

export type Title = {
  genres: Array<Genre>;
  id: Scalars['ID']['output'];
  maturityRating: MaturityRating;
  name: Scalars['String']['output'];
  releaseDate?: Maybe<Scalars['String']['output']>;
  runtimeMinutes?: Maybe<Scalars['Int']['output']>;
  synopsis?: Maybe<Scalars['String']['output']>;
};

export type TitleConnection = {
  edges: Array<TitleEdge>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type TitleEdge = {
  cursor: Scalars['String']['output'];
  node?: Maybe<Title>;
};

export type TitleFilter = {
  genreIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  maturityAtMost?: InputMaybe<MaturityRating>;
  playableOnly?: InputMaybe<Scalars['Boolean']['input']>;
  releasedFrom?: InputMaybe<Scalars['String']['input']>;
  releasedTo?: InputMaybe<Scalars['String']['input']>;
};

export type TitleOrder =
  | 'NAME'
  | 'POPULARITY'
  | 'RELEASE_DATE';

export type UserError = {
  code: UserErrorCode;
  /** Path of the input field at fault, outermost first. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type UserErrorCode =
  | 'ACCOUNT_LOCKED'
  | 'ALREADY_MEMBER'
  | 'CHECKSUM_MISMATCH'
  | 'CONFLICT'
  | 'EMAIL_TAKEN'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_INPUT'
  | 'MATURITY_BLOCKED'
  | 'MFA_REQUIRED'
  | 'NOT_AVAILABLE_IN_REGION'
  | 'NOT_FOUND'
  | 'NOT_READY'
  | 'NO_MEMBERSHIP'
  | 'PAYMENT_FAILED'
  | 'PIN_REQUIRED'
  | 'PROFILE_LIMIT'
  | 'STREAM_LIMIT'
  | 'TOKEN_EXPIRED'
  | 'TOO_LARGE'
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


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Title:
    | ( Episode )
    | ( Movie )
    | ( Series )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CreateMovieInput: CreateMovieInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DecadeFacet: ResolverTypeWrapper<DecadeFacet>;
  Episode: ResolverTypeWrapper<Episode>;
  Genre: ResolverTypeWrapper<Genre>;
  GenreFacet: ResolverTypeWrapper<GenreFacet>;
  MaturityRating: MaturityRating;
  Movie: ResolverTypeWrapper<Movie>;
  MoviePayload: ResolverTypeWrapper<MoviePayload>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Person: ResolverTypeWrapper<Person>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SearchConnection: ResolverTypeWrapper<Omit<SearchConnection, 'edges'> & { edges: Array<ResolversTypes['SearchEdge']> }>;
  SearchEdge: ResolverTypeWrapper<Omit<SearchEdge, 'node'> & { node: ResolversTypes['Title'] }>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  SearchFacets: ResolverTypeWrapper<SearchFacets>;
  Season: ResolverTypeWrapper<Season>;
  Series: ResolverTypeWrapper<Series>;
  Suggestion: ResolverTypeWrapper<Omit<Suggestion, 'title'> & { title?: Maybe<ResolversTypes['Title']> }>;
  Title: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Title']>;
  TitleConnection: ResolverTypeWrapper<Omit<TitleConnection, 'edges'> & { edges: Array<ResolversTypes['TitleEdge']> }>;
  TitleEdge: ResolverTypeWrapper<Omit<TitleEdge, 'node'> & { node?: Maybe<ResolversTypes['Title']> }>;
  TitleFilter: TitleFilter;
  TitleOrder: TitleOrder;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CreateMovieInput: CreateMovieInput;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  DateTime: Scalars['DateTime']['output'];
  DecadeFacet: DecadeFacet;
  Episode: Episode | FederationReferenceTypes['Episode'];
  Genre: Genre;
  GenreFacet: GenreFacet;
  Movie: Movie | FederationReferenceTypes['Movie'];
  MoviePayload: MoviePayload;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Person: Person;
  Query: Record<PropertyKey, never>;
  SearchConnection: Omit<SearchConnection, 'edges'> & { edges: Array<ResolversParentTypes['SearchEdge']> };
  SearchEdge: Omit<SearchEdge, 'node'> & { node: ResolversParentTypes['Title'] };
  Float: Scalars['Float']['output'];
  SearchFacets: SearchFacets;
  Season: Season;
  Series: Series | FederationReferenceTypes['Series'];
  Suggestion: Omit<Suggestion, 'title'> & { title?: Maybe<ResolversParentTypes['Title']> };
  Title: ResolversInterfaceTypes<ResolversParentTypes>['Title'];
  TitleConnection: Omit<TitleConnection, 'edges'> & { edges: Array<ResolversParentTypes['TitleEdge']> };
  TitleEdge: Omit<TitleEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Title']> };
  TitleFilter: TitleFilter;
  UserError: UserError;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecadeFacetResolvers<ContextType = any, ParentType extends ResolversParentTypes['DecadeFacet'] = ResolversParentTypes['DecadeFacet']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  decade?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EpisodeResolvers<ContextType = any, ParentType extends ResolversParentTypes['Episode'] = ResolversParentTypes['Episode'], FederationReferenceType extends FederationReferenceTypes['Episode'] = FederationReferenceTypes['Episode']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Episode']> | FederationReferenceType, FederationReferenceType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  season?: Resolver<ResolversTypes['Season'], ParentType, ContextType>;
  series?: Resolver<ResolversTypes['Series'], ParentType, ContextType>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GenreResolvers<ContextType = any, ParentType extends ResolversParentTypes['Genre'] = ResolversParentTypes['Genre']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type GenreFacetResolvers<ContextType = any, ParentType extends ResolversParentTypes['GenreFacet'] = ResolversParentTypes['GenreFacet']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  genre?: Resolver<ResolversTypes['Genre'], ParentType, ContextType>;
};

export type MovieResolvers<ContextType = any, ParentType extends ResolversParentTypes['Movie'] = ResolversParentTypes['Movie'], FederationReferenceType extends FederationReferenceTypes['Movie'] = FederationReferenceTypes['Movie']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Movie']> | FederationReferenceType, FederationReferenceType, ContextType>;
  directors?: Resolver<Array<ResolversTypes['Person']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MoviePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['MoviePayload'] = ResolversParentTypes['MoviePayload']> = {
  movie?: Resolver<Maybe<ResolversTypes['Movie']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = any, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createMovie?: Resolver<ResolversTypes['MoviePayload'], ParentType, ContextType, RequireFields<MutationCreateMovieArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = any, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PersonResolvers<ContextType = any, ParentType extends ResolversParentTypes['Person'] = ResolversParentTypes['Person']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = any, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  search?: Resolver<ResolversTypes['SearchConnection'], ParentType, ContextType, RequireFields<QuerySearchArgs, 'query'>>;
  suggest?: Resolver<Array<ResolversTypes['Suggestion']>, ParentType, ContextType, RequireFields<QuerySuggestArgs, 'prefix'>>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType, RequireFields<QueryTitleArgs, 'id'>>;
  titles?: Resolver<ResolversTypes['TitleConnection'], ParentType, ContextType, Partial<QueryTitlesArgs>>;
};

export type SearchConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['SearchConnection'] = ResolversParentTypes['SearchConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SearchEdge']>, ParentType, ContextType>;
  facets?: Resolver<ResolversTypes['SearchFacets'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SearchEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['SearchEdge'] = ResolversParentTypes['SearchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  highlight?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Title'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SearchFacetsResolvers<ContextType = any, ParentType extends ResolversParentTypes['SearchFacets'] = ResolversParentTypes['SearchFacets']> = {
  decades?: Resolver<Array<ResolversTypes['DecadeFacet']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['GenreFacet']>, ParentType, ContextType>;
};

export type SeasonResolvers<ContextType = any, ParentType extends ResolversParentTypes['Season'] = ResolversParentTypes['Season']> = {
  episodes?: Resolver<Array<ResolversTypes['Episode']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SeriesResolvers<ContextType = any, ParentType extends ResolversParentTypes['Series'] = ResolversParentTypes['Series'], FederationReferenceType extends FederationReferenceTypes['Series'] = FederationReferenceTypes['Series']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Series']> | FederationReferenceType, FederationReferenceType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  seasons?: Resolver<Array<ResolversTypes['Season']>, ParentType, ContextType>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SuggestionResolvers<ContextType = any, ParentType extends ResolversParentTypes['Suggestion'] = ResolversParentTypes['Suggestion']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
};

export type TitleResolvers<ContextType = any, ParentType extends ResolversParentTypes['Title'] = ResolversParentTypes['Title'], FederationReferenceType extends FederationReferenceTypes['Title'] = FederationReferenceTypes['Title']> = {
  __resolveType: TypeResolveFn<'Episode' | 'Movie' | 'Series', ParentType, ContextType>;
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Title']> | FederationReferenceType, FederationReferenceType, ContextType>;
};

export type TitleConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['TitleConnection'] = ResolversParentTypes['TitleConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TitleEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TitleEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['TitleEdge'] = ResolversParentTypes['TitleEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = any> = {
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
  UserError?: UserErrorResolvers<ContextType>;
};

