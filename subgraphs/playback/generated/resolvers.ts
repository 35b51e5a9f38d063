import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { MediaAssetMapper, RenditionMapper, TranscodeJobMapper, PlaybackSessionMapper, WatchProgressMapper, TitleMapper, ProfileMapper, UploadMapper } from '../mappers.ts';
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
  /** A whole number up to 2^53 - 1, as a JSON number: sizes and offsets of files outgrow Int. */
  BigInt: { input: number; output: number; }
  /** A moment, as ISO 8601 in UTC, such as 2026-01-31T12:00:00.000Z. */
  DateTime: { input: Date; output: Date | string; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** How far a video is on its way from a file to something to play. */
export type AssetStatus =
  /** It cannot be played: the upload was refused or expired, or the transcode failed. */
  | 'FAILED'
  /** It can be played. */
  | 'READY'
  /** The file is being made into renditions. */
  | 'TRANSCODING'
  /** The file is on its way. */
  | 'UPLOADING';

/** An upload all of whose parts were sent. */
export type CompleteUploadInput = {
  /** All parts of it, in any order. */
  parts: Array<UploadedPartInput>;
  /** Id of the upload. */
  uploadId: Scalars['ID']['input'];
};

/** What completeUpload answers. */
export type CompleteUploadPayload = {
  /** The asset, now being transcoded; null when the upload was refused. */
  asset?: Maybe<MediaAsset>;
  /** The transcode that began; follow it with transcodeProgress. */
  transcodeJob?: Maybe<TranscodeJob>;
  /** Why it was refused; empty when it was not. */
  userErrors: Array<UserError>;
};

/** A file that a client is about to upload. */
export type CreateUploadInput = {
  /** Media type of the file, such as `video/mp4`. */
  contentType: Scalars['String']['input'];
  /** Name of the file, with its extension: mp4, m4v, mov, mkv, webm, ts, m2ts or avi. */
  fileName: Scalars['String']['input'];
  /** SHA-256 of the file, hex; checked on completion when given. */
  sha256?: InputMaybe<Scalars['String']['input']>;
  /** Size of the file in bytes. */
  size: Scalars['BigInt']['input'];
  /** The movie or episode that it is the video of. */
  titleId: Scalars['ID']['input'];
};

/** What createUpload answers. */
export type CreateUploadPayload = {
  /** The upload; null when it was refused. */
  upload?: Maybe<Upload>;
  /** Why it was refused; empty when it was not. */
  userErrors: Array<UserError>;
};

/** Where a device gets the keys of an encrypted title. */
export type Drm = {
  /** Where the licence request goes. */
  licenseUrl: Scalars['String']['output'];
  /** The key system, one of those that the device named. */
  system: DrmSystem;
};

/** A system that hands out the keys of encrypted video. */
export type DrmSystem =
  /** W3C Clear Key, which every browser has. */
  | 'CLEAR_KEY'
  /** Apple FairPlay Streaming. */
  | 'FAIRPLAY'
  /** Microsoft PlayReady. */
  | 'PLAYREADY'
  /** Google Widevine. */
  | 'WIDEVINE';

/** How a manifest is written. */
export type ManifestFormat =
  /** MPEG-DASH (ISO/IEC 23009-1). */
  | 'DASH'
  /** HTTP Live Streaming (RFC 8216). */
  | 'HLS';

/** The video of a title: one uploaded file and what became of it. */
export type MediaAsset = {
  /** Length of the video; null until it is transcoded. */
  durationSeconds?: Maybe<Scalars['Float']['output']>;
  /** Id of the asset. */
  id: Scalars['ID']['output'];
  /** In which qualities it can be played, best first; empty until it is transcoded. */
  renditions: Array<Rendition>;
  /** How far it is. */
  status: AssetStatus;
  /** The title that it is the video of. */
  title?: Maybe<Title>;
  /** The newest transcode of it; null before there is one, and for viewers who may not upload. */
  transcodeJob?: Maybe<TranscodeJob>;
};

/** Everything that can be done. */
export type Mutation = {
  /** Stops a transcode that is not over. Needs the scope `media:write`. */
  cancelTranscode: TranscodeJobPayload;
  /**
   * Puts the parts together, checks size, checksum and kind of the file, and begins its transcode. May be repeated: the
   * answer is the same and nothing happens twice. Needs the scope `media:write`.
   */
  completeUpload: CompleteUploadPayload;
  /** Begins an upload: gives a URL for each part of the file. Each call begins a new one. Needs the scope `media:write`. */
  createUpload: CreateUploadPayload;
  /** Tells where the viewer is; keeps the stream's place; returns the session, or STREAM_LIMIT once it was taken over. */
  heartbeat: PlaybackPayload;
  /** Gives a session a new signed manifest URL that works longer. */
  renewPlayback: PlaybackPayload;
  /** Tries again after the newest attempt at an asset failed or was canceled. Needs the scope `media:write`. */
  retryTranscode: TranscodeJobPayload;
  /** Takes a stream's place and gives a signed manifest, if membership, profile, region and title allow it. */
  startPlayback: PlaybackPayload;
  /** Ends a session and gives its place back. May be repeated. */
  stopPlayback: PlaybackPayload;
};


/** Everything that can be done. */
export type MutationCancelTranscodeArgs = {
  jobId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationCompleteUploadArgs = {
  input: CompleteUploadInput;
};


/** Everything that can be done. */
export type MutationCreateUploadArgs = {
  input: CreateUploadInput;
};


/** Everything that can be done. */
export type MutationHeartbeatArgs = {
  positionSeconds: Scalars['Float']['input'];
  sessionId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationRenewPlaybackArgs = {
  sessionId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationRetryTranscodeArgs = {
  jobId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationStartPlaybackArgs = {
  input: StartPlaybackInput;
};


/** Everything that can be done. */
export type MutationStopPlaybackArgs = {
  positionSeconds?: InputMaybe<Scalars['Float']['input']>;
  sessionId: Scalars['ID']['input'];
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

/** What mutations of a playback session answer. */
export type PlaybackPayload = {
  /** The session; null when the mutation was refused. */
  session?: Maybe<PlaybackSession>;
  /** Why it was refused; empty when it was not. */
  userErrors: Array<UserError>;
};

/** One device watching one title: it holds a stream's place for as long as it sends heartbeats. */
export type PlaybackSession = {
  /** Where to get keys; null for a title that is not encrypted, which so far is every one. */
  drm?: Maybe<Drm>;
  /** When manifestUrl, and every URL it leads to, stops working; renewPlayback gives a later one. */
  expiresAt: Scalars['DateTime']['output'];
  /** How the manifest is written. */
  format: ManifestFormat;
  /** How often to send a heartbeat. */
  heartbeatIntervalSeconds: Scalars['Int']['output'];
  /** Id of the session. */
  id: Scalars['ID']['output'];
  /** Signed; opens nothing after expiresAt. */
  manifestUrl: Scalars['String']['output'];
  /** Where to begin: where the profile left off, 0 for a title it has finished or not begun. */
  resumePositionSeconds: Scalars['Float']['output'];
  /** What is being watched. */
  title?: Maybe<Title>;
};

/** One person who watches on an account. Only the account's owner (and an admin) can see it. */
export type Profile = {
  /** Titles that the profile has begun and not finished, newest first. Only for the profile's owner. */
  continueWatching?: Maybe<WatchProgressConnection>;
  /** Opaque id, such as `prf_01k9…`. */
  id: Scalars['ID']['output'];
};


/** One person who watches on an account. Only the account's owner (and an admin) can see it. */
export type ProfileContinueWatchingArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Everything that can be asked. */
export type Query = {
  /** The asset with this id; null if there is none, or if it is not ready and the viewer may not upload. */
  asset?: Maybe<MediaAsset>;
  /** The transcode with this id, for viewers who may upload and for whoever uploaded the file; null if there is none. */
  transcodeJob?: Maybe<TranscodeJob>;
};


/** Everything that can be asked. */
export type QueryAssetArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryTranscodeJobArgs = {
  id: Scalars['ID']['input'];
};

/** One quality of a video. */
export type Rendition = {
  /** Peak bits per second. */
  bandwidth: Scalars['Int']['output'];
  /** Codecs of picture and sound, as RFC 6381 writes them. */
  codecs: Scalars['String']['output'];
  /** Height of the picture in pixels. */
  height: Scalars['Int']['output'];
  /** Width of the picture in pixels. */
  width: Scalars['Int']['output'];
};

/** What a viewer wants to watch, and on what. */
export type StartPlaybackInput = {
  /** Stable id of the device: a device restarting counts as one stream. */
  deviceId: Scalars['String']['input'];
  /** The key systems that the device has, best first; matters for encrypted titles only. */
  drmSystems?: InputMaybe<Array<DrmSystem>>;
  /** How the manifest shall be written; HLS when not given. */
  format?: InputMaybe<ManifestFormat>;
  /** The profile's PIN, when it has one. */
  pin?: InputMaybe<Scalars['String']['input']>;
  /** One of the viewer's own profiles. */
  profileId: Scalars['ID']['input'];
  /** The movie or episode. */
  titleId: Scalars['ID']['input'];
};

/** Everything that can be followed. */
export type Subscription = {
  /** The job at once, then at each change, until it is over; then it completes. */
  transcodeProgress: TranscodeJob;
};


/** Everything that can be followed. */
export type SubscriptionTranscodeProgressArgs = {
  jobId: Scalars['ID']['input'];
};

/** Something to watch: a film, a series or an episode. */
export type Title = {
  /** The video that plays; for viewers who may upload also one that is not ready yet. */
  asset?: Maybe<MediaAsset>;
  /** Readable and stable for the demo catalogue (`alien-1979`), opaque for titles made later (`ttl_01k9…`). */
  id: Scalars['ID']['output'];
  /** Whether there is something to play, and in which qualities. */
  playable?: Maybe<Scalars['Boolean']['output']>;
};

/** One attempt to make an uploaded file into renditions. */
export type TranscodeJob = {
  /** The asset that it is for. */
  asset: MediaAsset;
  /** 1 for the first attempt at the asset, one more for each retry. */
  attempt: Scalars['Int']['output'];
  /** The transcoder's code for what went wrong; null unless the status is ERROR. */
  errorCode?: Maybe<Scalars['String']['output']>;
  /** What went wrong, in words; null unless the status is ERROR. */
  errorMessage?: Maybe<Scalars['String']['output']>;
  /** Id of the job. */
  id: Scalars['ID']['output'];
  /** 0 to 100; never goes back. */
  percent: Scalars['Int']['output'];
  /** What it is doing. */
  status: TranscodeStatus;
};

/** What mutations of a transcode answer. */
export type TranscodeJobPayload = {
  /** The job: the new attempt after retryTranscode. Null when the mutation was refused. */
  transcodeJob?: Maybe<TranscodeJob>;
  /** Why it was refused; empty when it was not. */
  userErrors: Array<UserError>;
};

/** What a transcode is doing. */
export type TranscodeStatus =
  /** Stopped by an editor. */
  | 'CANCELED'
  /** Done: the renditions can be played. */
  | 'COMPLETE'
  /** Failed; errorCode and errorMessage say why. */
  | 'ERROR'
  /** Looking at the file. */
  | 'PROBING'
  /** Waiting for its turn. */
  | 'QUEUED'
  /** Making the renditions. */
  | 'TRANSCODING'
  /** Storing the renditions. */
  | 'UPLOADING';

/** An upload that has begun. */
export type Upload = {
  /** The asset that will come of it. */
  asset: MediaAsset;
  /** When the URLs stop working and what was sent is thrown away. */
  expiresAt: Scalars['DateTime']['output'];
  /** Id of the upload, for completeUpload. */
  id: Scalars['ID']['output'];
  /** The parts in order; they may be sent in any order and at once. */
  parts: Array<UploadPart>;
};

/** A piece of the file and where to send it. */
export type UploadPart = {
  /** Number of the part, from 1. */
  number: Scalars['Int']['output'];
  /** First byte of the part in the file, and how many bytes it has. */
  offset: Scalars['BigInt']['output'];
  /** How many bytes the part has. */
  size: Scalars['BigInt']['output'];
  /** Where to PUT the part's bytes, and nothing but them; the answer's `ETag` header goes to completeUpload. */
  url: Scalars['String']['output'];
};

/** A part that was sent. */
export type UploadedPartInput = {
  /** The `ETag` header of the answer to the part's PUT. */
  etag: Scalars['String']['input'];
  /** Number of the part, as createUpload gave it. */
  number: Scalars['Int']['input'];
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

/** How far a profile is in a title. */
export type WatchProgress = {
  /** Length of the video. */
  durationSeconds: Scalars['Float']['output'];
  /** True once only the credits are left. */
  finished: Scalars['Boolean']['output'];
  /** Where the profile is. */
  positionSeconds: Scalars['Float']['output'];
  /** The title. */
  title?: Maybe<Title>;
  /** When the profile was last heard of in this title. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A page of watch progress. */
export type WatchProgressConnection = {
  /** The page's edges, newest first. */
  edges: Array<WatchProgressEdge>;
  /** Where the page lies. */
  pageInfo: PageInfo;
};

/** One entry of a page. */
export type WatchProgressEdge = {
  /** Opaque; pass it as `after` to read on from here. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: WatchProgress;
};



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
  MediaAsset: MediaAsset;
  PlaybackSession: PlaybackSession;
  Profile: Profile;
  Title: Title;
  TranscodeJob: TranscodeJob;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  MediaAsset:
    ( { __typename: 'MediaAsset' }
    & GraphQLRecursivePick<FederationTypes['MediaAsset'], {"id":true}> );
  PlaybackSession:
    ( { __typename: 'PlaybackSession' }
    & GraphQLRecursivePick<FederationTypes['PlaybackSession'], {"id":true}> );
  Profile:
    ( { __typename: 'Profile' }
    & GraphQLRecursivePick<FederationTypes['Profile'], {"id":true}> );
  Title:
    ( { __typename: 'Title' }
    & GraphQLRecursivePick<FederationTypes['Title'], {"id":true}> );
  TranscodeJob:
    ( { __typename: 'TranscodeJob' }
    & GraphQLRecursivePick<FederationTypes['TranscodeJob'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AssetStatus: AssetStatus;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  CompleteUploadInput: CompleteUploadInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CompleteUploadPayload: ResolverTypeWrapper<Omit<CompleteUploadPayload, 'asset' | 'transcodeJob'> & { asset?: Maybe<ResolversTypes['MediaAsset']>, transcodeJob?: Maybe<ResolversTypes['TranscodeJob']> }>;
  CreateUploadInput: CreateUploadInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CreateUploadPayload: ResolverTypeWrapper<Omit<CreateUploadPayload, 'upload'> & { upload?: Maybe<ResolversTypes['Upload']> }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Drm: ResolverTypeWrapper<Drm>;
  DrmSystem: DrmSystem;
  ManifestFormat: ManifestFormat;
  MediaAsset: ResolverTypeWrapper<MediaAssetMapper>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PlaybackPayload: ResolverTypeWrapper<Omit<PlaybackPayload, 'session'> & { session?: Maybe<ResolversTypes['PlaybackSession']> }>;
  PlaybackSession: ResolverTypeWrapper<PlaybackSessionMapper>;
  Profile: ResolverTypeWrapper<ProfileMapper>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Rendition: ResolverTypeWrapper<RenditionMapper>;
  StartPlaybackInput: StartPlaybackInput;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Title: ResolverTypeWrapper<TitleMapper>;
  TranscodeJob: ResolverTypeWrapper<TranscodeJobMapper>;
  TranscodeJobPayload: ResolverTypeWrapper<Omit<TranscodeJobPayload, 'transcodeJob'> & { transcodeJob?: Maybe<ResolversTypes['TranscodeJob']> }>;
  TranscodeStatus: TranscodeStatus;
  Upload: ResolverTypeWrapper<UploadMapper>;
  UploadPart: ResolverTypeWrapper<UploadPart>;
  UploadedPartInput: UploadedPartInput;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  WatchProgress: ResolverTypeWrapper<WatchProgressMapper>;
  WatchProgressConnection: ResolverTypeWrapper<Omit<WatchProgressConnection, 'edges'> & { edges: Array<ResolversTypes['WatchProgressEdge']> }>;
  WatchProgressEdge: ResolverTypeWrapper<Omit<WatchProgressEdge, 'node'> & { node: ResolversTypes['WatchProgress'] }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BigInt: Scalars['BigInt']['output'];
  CompleteUploadInput: CompleteUploadInput;
  ID: Scalars['ID']['output'];
  CompleteUploadPayload: Omit<CompleteUploadPayload, 'asset' | 'transcodeJob'> & { asset?: Maybe<ResolversParentTypes['MediaAsset']>, transcodeJob?: Maybe<ResolversParentTypes['TranscodeJob']> };
  CreateUploadInput: CreateUploadInput;
  String: Scalars['String']['output'];
  CreateUploadPayload: Omit<CreateUploadPayload, 'upload'> & { upload?: Maybe<ResolversParentTypes['Upload']> };
  DateTime: Scalars['DateTime']['output'];
  Drm: Drm;
  MediaAsset: MediaAssetMapper;
  Float: Scalars['Float']['output'];
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  PlaybackPayload: Omit<PlaybackPayload, 'session'> & { session?: Maybe<ResolversParentTypes['PlaybackSession']> };
  PlaybackSession: PlaybackSessionMapper;
  Profile: ProfileMapper;
  Query: Record<PropertyKey, never>;
  Rendition: RenditionMapper;
  StartPlaybackInput: StartPlaybackInput;
  Subscription: Record<PropertyKey, never>;
  Title: TitleMapper;
  TranscodeJob: TranscodeJobMapper;
  TranscodeJobPayload: Omit<TranscodeJobPayload, 'transcodeJob'> & { transcodeJob?: Maybe<ResolversParentTypes['TranscodeJob']> };
  Upload: UploadMapper;
  UploadPart: UploadPart;
  UploadedPartInput: UploadedPartInput;
  UserError: UserError;
  WatchProgress: WatchProgressMapper;
  WatchProgressConnection: Omit<WatchProgressConnection, 'edges'> & { edges: Array<ResolversParentTypes['WatchProgressEdge']> };
  WatchProgressEdge: Omit<WatchProgressEdge, 'node'> & { node: ResolversParentTypes['WatchProgress'] };
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
  maxAge?: Maybe<Scalars['Int']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface BigIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['BigInt'], any> {
  name: 'BigInt';
}

export type CompleteUploadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CompleteUploadPayload'] = ResolversParentTypes['CompleteUploadPayload']> = {
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType>;
  transcodeJob?: Resolver<Maybe<ResolversTypes['TranscodeJob']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateUploadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateUploadPayload'] = ResolversParentTypes['CreateUploadPayload']> = {
  upload?: Resolver<Maybe<ResolversTypes['Upload']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DrmResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Drm'] = ResolversParentTypes['Drm']> = {
  licenseUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  system?: Resolver<ResolversTypes['DrmSystem'], ParentType, ContextType>;
};

export type MediaAssetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaAsset'] = ResolversParentTypes['MediaAsset'], FederationReferenceType extends FederationReferenceTypes['MediaAsset'] = FederationReferenceTypes['MediaAsset']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MediaAsset']> | FederationReferenceType, FederationReferenceType, ContextType>;
  durationSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  renditions?: Resolver<Array<ResolversTypes['Rendition']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['AssetStatus'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  transcodeJob?: Resolver<Maybe<ResolversTypes['TranscodeJob']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelTranscode?: Resolver<ResolversTypes['TranscodeJobPayload'], ParentType, ContextType, RequireFields<MutationCancelTranscodeArgs, 'jobId'>>;
  completeUpload?: Resolver<ResolversTypes['CompleteUploadPayload'], ParentType, ContextType, RequireFields<MutationCompleteUploadArgs, 'input'>>;
  createUpload?: Resolver<ResolversTypes['CreateUploadPayload'], ParentType, ContextType, RequireFields<MutationCreateUploadArgs, 'input'>>;
  heartbeat?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationHeartbeatArgs, 'positionSeconds' | 'sessionId'>>;
  renewPlayback?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationRenewPlaybackArgs, 'sessionId'>>;
  retryTranscode?: Resolver<ResolversTypes['TranscodeJobPayload'], ParentType, ContextType, RequireFields<MutationRetryTranscodeArgs, 'jobId'>>;
  startPlayback?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationStartPlaybackArgs, 'input'>>;
  stopPlayback?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationStopPlaybackArgs, 'sessionId'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlaybackPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlaybackPayload'] = ResolversParentTypes['PlaybackPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['PlaybackSession']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PlaybackSessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlaybackSession'] = ResolversParentTypes['PlaybackSession'], FederationReferenceType extends FederationReferenceTypes['PlaybackSession'] = FederationReferenceTypes['PlaybackSession']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['PlaybackSession']> | FederationReferenceType, FederationReferenceType, ContextType>;
  drm?: Resolver<Maybe<ResolversTypes['Drm']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  format?: Resolver<ResolversTypes['ManifestFormat'], ParentType, ContextType>;
  heartbeatIntervalSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  manifestUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  resumePositionSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
};

export type ProfileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Profile'] = ResolversParentTypes['Profile'], FederationReferenceType extends FederationReferenceTypes['Profile'] = FederationReferenceTypes['Profile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Profile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  continueWatching?: Resolver<Maybe<ResolversTypes['WatchProgressConnection']>, ParentType, ContextType, Partial<ProfileContinueWatchingArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType, RequireFields<QueryAssetArgs, 'id'>>;
  transcodeJob?: Resolver<Maybe<ResolversTypes['TranscodeJob']>, ParentType, ContextType, RequireFields<QueryTranscodeJobArgs, 'id'>>;
};

export type RenditionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Rendition'] = ResolversParentTypes['Rendition']> = {
  bandwidth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  codecs?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  transcodeProgress?: SubscriptionResolver<ResolversTypes['TranscodeJob'], "transcodeProgress", ParentType, ContextType, RequireFields<SubscriptionTranscodeProgressArgs, 'jobId'>>;
};

export type TitleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Title'] = ResolversParentTypes['Title'], FederationReferenceType extends FederationReferenceTypes['Title'] = FederationReferenceTypes['Title']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Title']> | FederationReferenceType, FederationReferenceType, ContextType>;
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  playable?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type TranscodeJobResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TranscodeJob'] = ResolversParentTypes['TranscodeJob'], FederationReferenceType extends FederationReferenceTypes['TranscodeJob'] = FederationReferenceTypes['TranscodeJob']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['TranscodeJob']> | FederationReferenceType, FederationReferenceType, ContextType>;
  asset?: Resolver<ResolversTypes['MediaAsset'], ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  errorMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  percent?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TranscodeStatus'], ParentType, ContextType>;
};

export type TranscodeJobPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TranscodeJobPayload'] = ResolversParentTypes['TranscodeJobPayload']> = {
  transcodeJob?: Resolver<Maybe<ResolversTypes['TranscodeJob']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UploadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Upload'] = ResolversParentTypes['Upload']> = {
  asset?: Resolver<ResolversTypes['MediaAsset'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  parts?: Resolver<Array<ResolversTypes['UploadPart']>, ParentType, ContextType>;
};

export type UploadPartResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UploadPart'] = ResolversParentTypes['UploadPart']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  offset?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  size?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type WatchProgressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WatchProgress'] = ResolversParentTypes['WatchProgress']> = {
  durationSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  finished?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  positionSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WatchProgressConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WatchProgressConnection'] = ResolversParentTypes['WatchProgressConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WatchProgressEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WatchProgressEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WatchProgressEdge'] = ResolversParentTypes['WatchProgressEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WatchProgress'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  BigInt?: GraphQLScalarType;
  CompleteUploadPayload?: CompleteUploadPayloadResolvers<ContextType>;
  CreateUploadPayload?: CreateUploadPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Drm?: DrmResolvers<ContextType>;
  MediaAsset?: MediaAssetResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PlaybackPayload?: PlaybackPayloadResolvers<ContextType>;
  PlaybackSession?: PlaybackSessionResolvers<ContextType>;
  Profile?: ProfileResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Rendition?: RenditionResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Title?: TitleResolvers<ContextType>;
  TranscodeJob?: TranscodeJobResolvers<ContextType>;
  TranscodeJobPayload?: TranscodeJobPayloadResolvers<ContextType>;
  Upload?: UploadResolvers<ContextType>;
  UploadPart?: UploadPartResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  WatchProgress?: WatchProgressResolvers<ContextType>;
  WatchProgressConnection?: WatchProgressConnectionResolvers<ContextType>;
  WatchProgressEdge?: WatchProgressEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
