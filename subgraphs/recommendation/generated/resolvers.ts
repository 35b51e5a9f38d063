import type { GraphQLResolveInfo } from 'graphql';
import type { ProfileMapper, TitleMapper, ShelfMapper } from '../mappers.ts';
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
  _FieldSet: { input: unknown; output: unknown; }
};

/** Everything that can be done. */
export type Mutation = {
  /** Puts a title on a profile's list; one that is there already stays where it is. */
  addToMyList: MyListPayload;
  /** Says what a profile thinks of a title. Without a thumb, what was said before is taken back. */
  rateTitle: RateTitlePayload;
  /** Takes a title off a profile's list; one that is not there changes nothing. */
  removeFromMyList: MyListPayload;
};


/** Everything that can be done. */
export type MutationAddToMyListArgs = {
  profileId: Scalars['ID']['input'];
  titleId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationRateTitleArgs = {
  profileId: Scalars['ID']['input'];
  thumb?: InputMaybe<Thumb>;
  titleId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationRemoveFromMyListArgs = {
  profileId: Scalars['ID']['input'];
  titleId: Scalars['ID']['input'];
};

/** The outcome of a change to a list. */
export type MyListPayload = {
  /** The profile with its list as it is now; null if refused. */
  profile?: Maybe<Profile>;
  /** Why it was refused; empty if it was not. */
  userErrors: Array<UserError>;
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

/** One person who watches on an account. Only the account's owner (and an admin) can see it. */
export type Profile = {
  /** Home page: shelves in order, each saying why it is there. Only for the account the profile belongs to. */
  home?: Maybe<Array<Shelf>>;
  /** Opaque id, such as `prf_01k9…`. */
  id: Scalars['ID']['output'];
  /** The profile's own list, newest first. Only for the account the profile belongs to. */
  myList?: Maybe<TitleConnection>;
};


/** One person who watches on an account. Only the account's owner (and an admin) can see it. */
export type ProfileHomeArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One person who watches on an account. Only the account's owner (and an admin) can see it. */
export type ProfileMyListArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of rateTitle. */
export type RateTitlePayload = {
  /** The title; null if refused. */
  title?: Maybe<Title>;
  /** Why it was refused; empty if it was not. */
  userErrors: Array<UserError>;
};

/** A row of titles on a home page. */
export type Shelf = {
  /** The title it is based on, where there is one. */
  becauseOf?: Maybe<Title>;
  /** Why it is there, in words for the viewer. */
  headline: Scalars['String']['output'];
  /** Stable for a profile as long as the shelf is about the same. */
  id: Scalars['ID']['output'];
  /** What the shelf is about. */
  kind: ShelfKind;
  /** The titles, best first; at most 100 in all. */
  titles: TitleConnection;
};


/** A row of titles on a home page. */
export type ShelfTitlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What a shelf is about. */
export type ShelfKind =
  /** Titles like one that was watched or liked. */
  | 'BECAUSE_YOU_WATCHED'
  /** Begun and not finished, last watched first. */
  | 'CONTINUE_WATCHING'
  /** The best of a genre that the profile likes. */
  | 'GENRE'
  /** What the profile put on its list. */
  | 'MY_LIST'
  /** The newest releases. */
  | 'NEW_RELEASES'
  /** What fits the profile's taste best. */
  | 'TOP_PICKS'
  /** What everybody watches these days. */
  | 'TRENDING';

/** A verdict on a title. */
export type Thumb =
  /** Not for me. */
  | 'DOWN'
  /** More like this. */
  | 'UP';

/** Something to watch: a film, a series or an episode. */
export type Title = {
  /** Readable and stable for the demo catalogue (`alien-1979`), opaque for titles made later (`ttl_01k9…`). */
  id: Scalars['ID']['output'];
  /** Titles like this one, most alike first; none for older viewers than the title itself. */
  similar?: Maybe<Array<Title>>;
};


/** Something to watch: a film, a series or an episode. */
export type TitleSimilarArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
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
  Profile: Profile;
  Title: Title;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Profile:
    ( { __typename: 'Profile' }
    & GraphQLRecursivePick<FederationTypes['Profile'], {"id":true}> );
  Title:
    ( { __typename: 'Title' }
    & GraphQLRecursivePick<FederationTypes['Title'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  MyListPayload: ResolverTypeWrapper<Omit<MyListPayload, 'profile'> & { profile?: Maybe<ResolversTypes['Profile']> }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Profile: ResolverTypeWrapper<ProfileMapper>;
  RateTitlePayload: ResolverTypeWrapper<Omit<RateTitlePayload, 'title'> & { title?: Maybe<ResolversTypes['Title']> }>;
  Shelf: ResolverTypeWrapper<ShelfMapper>;
  ShelfKind: ShelfKind;
  Thumb: Thumb;
  Title: ResolverTypeWrapper<TitleMapper>;
  TitleConnection: ResolverTypeWrapper<Omit<TitleConnection, 'edges'> & { edges: Array<ResolversTypes['TitleEdge']> }>;
  TitleEdge: ResolverTypeWrapper<Omit<TitleEdge, 'node'> & { node?: Maybe<ResolversTypes['Title']> }>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Mutation: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  MyListPayload: Omit<MyListPayload, 'profile'> & { profile?: Maybe<ResolversParentTypes['Profile']> };
  PageInfo: PageInfo;
  String: Scalars['String']['output'];
  Profile: ProfileMapper;
  RateTitlePayload: Omit<RateTitlePayload, 'title'> & { title?: Maybe<ResolversParentTypes['Title']> };
  Shelf: ShelfMapper;
  Title: TitleMapper;
  TitleConnection: Omit<TitleConnection, 'edges'> & { edges: Array<ResolversParentTypes['TitleEdge']> };
  TitleEdge: Omit<TitleEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Title']> };
  UserError: UserError;
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
  maxAge?: Maybe<Scalars['Int']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addToMyList?: Resolver<ResolversTypes['MyListPayload'], ParentType, ContextType, RequireFields<MutationAddToMyListArgs, 'profileId' | 'titleId'>>;
  rateTitle?: Resolver<ResolversTypes['RateTitlePayload'], ParentType, ContextType, RequireFields<MutationRateTitleArgs, 'profileId' | 'titleId'>>;
  removeFromMyList?: Resolver<ResolversTypes['MyListPayload'], ParentType, ContextType, RequireFields<MutationRemoveFromMyListArgs, 'profileId' | 'titleId'>>;
};

export type MyListPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyListPayload'] = ResolversParentTypes['MyListPayload']> = {
  profile?: Resolver<Maybe<ResolversTypes['Profile']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProfileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Profile'] = ResolversParentTypes['Profile'], FederationReferenceType extends FederationReferenceTypes['Profile'] = FederationReferenceTypes['Profile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Profile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  home?: Resolver<Maybe<Array<ResolversTypes['Shelf']>>, ParentType, ContextType, Partial<ProfileHomeArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  myList?: Resolver<Maybe<ResolversTypes['TitleConnection']>, ParentType, ContextType, Partial<ProfileMyListArgs>>;
};

export type RateTitlePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RateTitlePayload'] = ResolversParentTypes['RateTitlePayload']> = {
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ShelfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Shelf'] = ResolversParentTypes['Shelf']> = {
  becauseOf?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  headline?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ShelfKind'], ParentType, ContextType>;
  titles?: Resolver<ResolversTypes['TitleConnection'], ParentType, ContextType, Partial<ShelfTitlesArgs>>;
};

export type TitleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Title'] = ResolversParentTypes['Title'], FederationReferenceType extends FederationReferenceTypes['Title'] = FederationReferenceTypes['Title']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Title']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  similar?: Resolver<Maybe<Array<ResolversTypes['Title']>>, ParentType, ContextType, Partial<TitleSimilarArgs>>;
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

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Mutation?: MutationResolvers<ContextType>;
  MyListPayload?: MyListPayloadResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Profile?: ProfileResolvers<ContextType>;
  RateTitlePayload?: RateTitlePayloadResolvers<ContextType>;
  Shelf?: ShelfResolvers<ContextType>;
  Title?: TitleResolvers<ContextType>;
  TitleConnection?: TitleConnectionResolvers<ContextType>;
  TitleEdge?: TitleEdgeResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
