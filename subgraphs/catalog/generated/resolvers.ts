import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
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
  /** A moment, as RFC 3339 has it, in UTC. */
  DateTime: { input: Date; output: Date | string; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** A key with which a program asks in the place of a person. */
export type ApiKey = {
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** Opaque id, such as `key_01k9…`; `revokeApiKey` takes it. */
  id: Scalars['ID']['output'];
  /** When it was last used, give or take a minute; null if never. */
  lastUsedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What its owner calls it. */
  name: Scalars['String']['output'];
  /** The first characters of the key; the rest is shown once, at creation. */
  prefix: Scalars['String']['output'];
  /** What it may do, as long as its owner may do it. */
  scopes: Array<Scalars['String']['output']>;
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

/** The outcome of an attempt to sign in. */
export type AuthPayload = {
  /** Present when a second factor is needed: pass it to verifyMfa. */
  mfaChallenge?: Maybe<Scalars['String']['output']>;
  /** The tokens to act with; null when refused or while a second factor is missing. */
  tokens?: Maybe<AuthTokens>;
  /** Who is signed in; null when refused or while a second factor is missing. */
  user?: Maybe<User>;
  /** Why it was refused; empty when signed in. */
  userErrors: Array<UserError>;
};

/** What a client needs to act as a user. Keep both secret. */
export type AuthTokens = {
  /** Send it as `Authorization: Bearer …`, or as `authorization` in `connection_init`. A signed JWT (RFC 9068). */
  accessToken: Scalars['String']['output'];
  /** When the access token stops working: refresh a little before. */
  accessTokenExpiresAt: Scalars['DateTime']['output'];
  /**
   * Good for one `refreshTokens`, which gives the next one. Using one twice ends the sign-in, since one of the two users
   * must be a thief: a client with several windows refreshes in one of them at a time.
   */
  refreshToken: Scalars['String']['output'];
};

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

/** The outcome of `confirmEmail`. */
export type ConfirmEmailPayload = {
  /** The account whose address is confirmed; null when refused. */
  user?: Maybe<User>;
  /** Why it was refused; empty when confirmed. */
  userErrors: Array<UserError>;
};

/** The outcome of `confirmMfa`. */
export type ConfirmMfaPayload = {
  /** Ten codes, shown only now, each good for one sign-in without the authenticator; null when refused. */
  recoveryCodes?: Maybe<Array<Scalars['String']['output']>>;
  /** The account as it is now; null when refused. */
  user?: Maybe<User>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

/** The outcome of `createApiKey`. */
export type CreateApiKeyPayload = {
  /** The new key, without its secret; null when refused. */
  apiKey?: Maybe<ApiKey>;
  /** The whole key, shown only now. */
  secret?: Maybe<Scalars['String']['output']>;
  /** Why it was refused; empty when made. */
  userErrors: Array<UserError>;
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

/** What a new profile needs. */
export type CreateProfileInput = {
  /** ADULT unless given. */
  kind?: InputMaybe<ProfileKind>;
  /** A BCP 47 tag; `en` unless given. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** AGE_7 for KIDS and AGE_18 for ADULT unless given. */
  maturityLimit?: InputMaybe<MaturityRating>;
  /** 1 to 50 characters. */
  name: Scalars['String']['input'];
  /** 4 to 8 digits; no PIN unless given. */
  pin?: InputMaybe<Scalars['String']['input']>;
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

/** How much of what was found came out in a decade. */
export type DecadeFacet = {
  /** How many titles. */
  count: Scalars['Int']['output'];
  /** First year of the decade: 1990 stands for 1990 to 1999. */
  decade: Scalars['Int']['output'];
};

/** The outcome of `deleteProfile`. */
export type DeleteProfilePayload = {
  /** Id of the profile that is gone; null when refused. */
  deletedProfileId?: Maybe<Scalars['ID']['output']>;
  /** Why it was refused; empty when done. */
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

/** What an authenticator app needs. Nothing is switched on until `confirmMfa` gets a code of it. */
export type EnableMfaPayload = {
  /** The same as an `otpauth:` address, for a QR code; null when refused. */
  otpauthUri?: Maybe<Scalars['String']['output']>;
  /** The shared secret in base32, for typing in; null when refused. */
  secret?: Maybe<Scalars['String']['output']>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

export type Entitlements = {
  active: Scalars['Boolean']['output'];
  maxHeight: Scalars['Int']['output'];
  maxStreams: Scalars['Int']['output'];
  validUntil?: Maybe<Scalars['DateTime']['output']>;
};

/** A part of a series. */
export type Episode = Title & {
  /** The video that plays; for viewers who may upload also one that is not ready yet. */
  asset?: Maybe<MediaAsset>;
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
  /** Whether there is something to play, and in which qualities. */
  playable?: Maybe<Scalars['Boolean']['output']>;
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
  /** Titles like this one, most alike first; none for older viewers than the title itself. */
  similar?: Maybe<Array<Title>>;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};


/** A part of a series. */
export type EpisodeSimilarArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
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

export type Invoice = {
  createdAt: Scalars['DateTime']['output'];
  hostedUrl?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  status: Scalars['String']['output'];
  total: Money;
};

export type InvoiceConnection = {
  edges: Array<InvoiceEdge>;
  pageInfo: PageInfo;
};

export type InvoiceEdge = {
  cursor: Scalars['String']['output'];
  node: Invoice;
};

/** What signing in needs. */
export type LoginInput = {
  /** Name of the device for the list of sign-ins; the User-Agent unless given. */
  device?: InputMaybe<Scalars['String']['input']>;
  /** Address of the account; case does not matter. */
  email: Scalars['String']['input'];
  /** The account's password. */
  password: Scalars['String']['input'];
};

/** The outcome of something that sends a mail. */
export type MailPayload = {
  /** True when the mail is on its way, or would be if there were such an account; false when refused. */
  accepted: Scalars['Boolean']['output'];
  /** Why it was refused; empty when accepted. */
  userErrors: Array<UserError>;
};

/** How a manifest is written. */
export type ManifestFormat =
  /** MPEG-DASH (ISO/IEC 23009-1). */
  | 'DASH'
  /** HTTP Live Streaming (RFC 8216). */
  | 'HLS';

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

export type Membership = {
  cancelAtPeriodEnd: Scalars['Boolean']['output'];
  currentPeriodEnd: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  plan: Plan;
  status: MembershipStatus;
};

export type MembershipPayload = {
  membership?: Maybe<Membership>;
  userErrors: Array<UserError>;
};

export type MembershipStatus =
  | 'ACTIVE'
  | 'CANCELED'
  | 'INCOMPLETE'
  | 'PAST_DUE'
  | 'PAUSED'
  | 'TRIALING';

/** Money in the currency's minor unit, as Stripe counts it. */
export type Money = {
  amount: Scalars['Int']['output'];
  currency: Scalars['String']['output'];
};

/** A film. */
export type Movie = Title & {
  /** The video that plays; for viewers who may upload also one that is not ready yet. */
  asset?: Maybe<MediaAsset>;
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
  /** Whether there is something to play, and in which qualities. */
  playable?: Maybe<Scalars['Boolean']['output']>;
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
  /** Titles like this one, most alike first; none for older viewers than the title itself. */
  similar?: Maybe<Array<Title>>;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};


/** A film. */
export type MovieSimilarArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Outcome of a change to a film. */
export type MoviePayload = {
  /** The film as it is now; null when nothing was changed. */
  movie?: Maybe<Movie>;
  /** Why nothing was changed; empty when all went well. */
  userErrors: Array<UserError>;
};

/** What anybody can do with accounts. */
export type Mutation = {
  /** Puts a title on a profile's list; one that is there already stays where it is. */
  addToMyList: MyListPayload;
  cancelMembership: MembershipPayload;
  /** Stops a transcode that is not over. Needs the scope `media:write`. */
  cancelTranscode: TranscodeJobPayload;
  /** Sets a new password. All sign-ins end, this one included: the answer has the tokens of a new one. */
  changePassword: AuthPayload;
  changePlan: MembershipPayload;
  /**
   * Puts the parts together, checks size, checksum and kind of the file, and begins its transcode. May be repeated: the
   * answer is the same and nothing happens twice. Needs the scope `media:write`.
   */
  completeUpload: CompleteUploadPayload;
  /** Shows that the address is the user's. Doing it again changes nothing. */
  confirmEmail: ConfirmEmailPayload;
  /** Switches the second factor on, given that the authenticator app shows the right code. */
  confirmMfa: ConfirmMfaPayload;
  /** Makes a key for programs. Its secret is in the answer and nowhere else. */
  createApiKey: CreateApiKeyPayload;
  /** Adds a film. Needs the scope `catalog:write`. */
  createMovie: MoviePayload;
  /** Makes a profile for one more person; an account has five at most. */
  createProfile: ProfilePayload;
  /** Begins an upload: gives a URL for each part of the file. Each call begins a new one. Needs the scope `media:write`. */
  createUpload: CreateUploadPayload;
  /** Deletes one of the viewer's profiles, which cannot be undone. The last one stays. */
  deleteProfile: DeleteProfilePayload;
  /** Switches the second factor off. */
  disableMfa: UserPayload;
  /** Makes a secret for an authenticator app. Asking again before `confirmMfa` makes another. */
  enableMfa: EnableMfaPayload;
  /** Tells where the viewer is; keeps the stream's place; returns the session, or STREAM_LIMIT once it was taken over. */
  heartbeat: PlaybackPayload;
  /** Signs in with e-mail and password. Ten failures in a row lock the account for a minute, then for twice as long each. */
  login: AuthPayload;
  /** Ends the sign-in that this request belongs to. */
  logout: SignOutPayload;
  /** Ends all of the viewer's sign-ins, this one included. */
  logoutEverywhere: SignOutPayload;
  /** Makes a draft visible to everybody; of a series, its episodes too. Needs the scope `catalog:write`. */
  publishTitle: TitlePayload;
  /** Says what a profile thinks of a title. Without a thumb, what was said before is taken back. */
  rateTitle: RateTitlePayload;
  /** Gives fresh tokens for a refresh token that was not used before. */
  refreshTokens: AuthPayload;
  /** Makes an account with one profile, signs it in, and mails a code for `confirmEmail`. */
  register: AuthPayload;
  /** Takes a title off a profile's list; one that is not there changes nothing. */
  removeFromMyList: MyListPayload;
  /** Gives a session a new signed manifest URL that works longer. */
  renewPlayback: PlaybackPayload;
  /** Mails a code for `resetPassword`. The answer is the same whether or not there is such an account. */
  requestPasswordReset: MailPayload;
  /** Mails a new code for `confirmEmail` to the signed-in user, unless the address is confirmed. */
  resendConfirmation: MailPayload;
  /** Sets a new password with a mailed code, and ends all sign-ins of the account. */
  resetPassword: ResetPasswordPayload;
  resumeMembership: MembershipPayload;
  /** Tries again after the newest attempt at an asset failed or was canceled. Needs the scope `media:write`. */
  retryTranscode: TranscodeJobPayload;
  /** Makes one of the viewer's keys useless, within a minute everywhere. Doing it again changes nothing. */
  revokeApiKey: RevokeApiKeyPayload;
  /** Ends one of the viewer's sign-ins, on whatever device. */
  revokeSession: SignOutPayload;
  /** Sets what an account may do and ends its sign-ins, so that it holds at once. For admins. */
  setRoles: UserPayload;
  startCheckout: StartCheckoutPayload;
  /** Takes a stream's place and gives a signed manifest, if membership, profile, region and title allow it. */
  startPlayback: PlaybackPayload;
  /** Ends a session and gives its place back. May be repeated. */
  stopPlayback: PlaybackPayload;
  /** Makes a title a draft again, which only editors see; of a series, its episodes too. Needs `catalog:write`. */
  unpublishTitle: TitlePayload;
  /** Changes a film. Needs the scope `catalog:write`. */
  updateMovie: MoviePayload;
  /** Changes one of the viewer's profiles. */
  updateProfile: ProfilePayload;
  /** Completes a sign-in that asked for a second factor. A challenge stands for five minutes and five attempts. */
  verifyMfa: AuthPayload;
};


/** What anybody can do with accounts. */
export type MutationAddToMyListArgs = {
  profileId: Scalars['ID']['input'];
  titleId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationCancelTranscodeArgs = {
  jobId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationChangePasswordArgs = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
};


/** What anybody can do with accounts. */
export type MutationChangePlanArgs = {
  planId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationCompleteUploadArgs = {
  input: CompleteUploadInput;
};


/** What anybody can do with accounts. */
export type MutationConfirmEmailArgs = {
  token: Scalars['String']['input'];
};


/** What anybody can do with accounts. */
export type MutationConfirmMfaArgs = {
  code: Scalars['String']['input'];
};


/** What anybody can do with accounts. */
export type MutationCreateApiKeyArgs = {
  name: Scalars['String']['input'];
  scopes: Array<Scalars['String']['input']>;
};


/** What anybody can do with accounts. */
export type MutationCreateMovieArgs = {
  input: CreateMovieInput;
};


/** What anybody can do with accounts. */
export type MutationCreateProfileArgs = {
  input: CreateProfileInput;
};


/** What anybody can do with accounts. */
export type MutationCreateUploadArgs = {
  input: CreateUploadInput;
};


/** What anybody can do with accounts. */
export type MutationDeleteProfileArgs = {
  pin?: InputMaybe<Scalars['String']['input']>;
  profileId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationDisableMfaArgs = {
  code: Scalars['String']['input'];
};


/** What anybody can do with accounts. */
export type MutationHeartbeatArgs = {
  positionSeconds: Scalars['Float']['input'];
  sessionId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationLoginArgs = {
  input: LoginInput;
};


/** What anybody can do with accounts. */
export type MutationPublishTitleArgs = {
  titleId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationRateTitleArgs = {
  profileId: Scalars['ID']['input'];
  thumb?: InputMaybe<Thumb>;
  titleId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationRefreshTokensArgs = {
  refreshToken: Scalars['String']['input'];
};


/** What anybody can do with accounts. */
export type MutationRegisterArgs = {
  input: RegisterInput;
};


/** What anybody can do with accounts. */
export type MutationRemoveFromMyListArgs = {
  profileId: Scalars['ID']['input'];
  titleId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationRenewPlaybackArgs = {
  sessionId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationRequestPasswordResetArgs = {
  email: Scalars['String']['input'];
};


/** What anybody can do with accounts. */
export type MutationResetPasswordArgs = {
  newPassword: Scalars['String']['input'];
  token: Scalars['String']['input'];
};


/** What anybody can do with accounts. */
export type MutationRetryTranscodeArgs = {
  jobId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationRevokeApiKeyArgs = {
  id: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationRevokeSessionArgs = {
  sessionId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationSetRolesArgs = {
  roles: Array<Role>;
  userId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationStartCheckoutArgs = {
  planId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationStartPlaybackArgs = {
  input: StartPlaybackInput;
};


/** What anybody can do with accounts. */
export type MutationStopPlaybackArgs = {
  positionSeconds?: InputMaybe<Scalars['Float']['input']>;
  sessionId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationUnpublishTitleArgs = {
  titleId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationUpdateMovieArgs = {
  input: UpdateMovieInput;
  titleId: Scalars['ID']['input'];
};


/** What anybody can do with accounts. */
export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


/** What anybody can do with accounts. */
export type MutationVerifyMfaArgs = {
  challenge: Scalars['String']['input'];
  code: Scalars['String']['input'];
};

/** The outcome of a change to a list. */
export type MyListPayload = {
  /** The profile with its list as it is now; null if refused. */
  profile?: Maybe<Profile>;
  /** Why it was refused; empty if it was not. */
  userErrors: Array<UserError>;
};

/** Where a page lies in its connection, as the Relay specification has it. */
export type PageInfo = {
  /** Cursor of the page's last edge, to pass as `after`; null for an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are edges after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are edges before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the page's first edge; null for an empty page. */
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

export type Plan = {
  id: Scalars['ID']['output'];
  /** Months between charges. */
  intervalMonths: Scalars['Int']['output'];
  /** Height in pixels of the best rendition the plan may play. */
  maxHeight: Scalars['Int']['output'];
  maxStreams: Scalars['Int']['output'];
  name: Scalars['String']['output'];
  price: Money;
  trialDays: Scalars['Int']['output'];
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

/** A viewer's profile, with what it is watching. */
export type Profile = {
  /** Titles that the profile has begun and not finished, newest first. Only for the profile's owner. */
  continueWatching?: Maybe<WatchProgressConnection>;
  /** Home page: shelves in order, each saying why it is there. Only for the account the profile belongs to. */
  home?: Maybe<Array<Shelf>>;
  /** Id of the profile. */
  id: Scalars['ID']['output'];
  /** Whom it is for. */
  kind: ProfileKind;
  /** Language of preference, a BCP 47 tag such as `en` or `pt-BR`. */
  language: Scalars['String']['output'];
  /** Titles rated above it are not played. */
  maturityLimit: MaturityRating;
  /** The profile's own list, newest first. Only for the account the profile belongs to. */
  myList?: Maybe<TitleConnection>;
  /** Name shown when choosing who watches. */
  name: Scalars['String']['output'];
  /** Whether playing, and loosening the limit, asks for the profile's PIN. */
  pinProtected: Scalars['Boolean']['output'];
};


/** A viewer's profile, with what it is watching. */
export type ProfileContinueWatchingArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A viewer's profile, with what it is watching. */
export type ProfileHomeArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A viewer's profile, with what it is watching. */
export type ProfileMyListArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Whom a profile is for. */
export type ProfileKind =
  /** A grown-up: any maturity limit. */
  | 'ADULT'
  /** A child: a limit of AGE_13 at most. */
  | 'KIDS';

/** The outcome of a change to a profile. */
export type ProfilePayload = {
  /** The profile as it is now; null when refused. */
  profile?: Maybe<Profile>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

/** What anybody can ask about accounts. */
export type Query = {
  /** The asset with this id; null if there is none, or if it is not ready and the viewer may not upload. */
  asset?: Maybe<MediaAsset>;
  /** All genres, by name. */
  genres: Array<Genre>;
  /** The signed-in user; null for a visitor. */
  me?: Maybe<User>;
  /** A person by their id; null if there is none. */
  person?: Maybe<Person>;
  plans: Array<Plan>;
  /** One of the viewer's own profiles; null if there is none with this id, FORBIDDEN if it is another user's. */
  profile?: Maybe<Profile>;
  /** Finds titles by name or director. Forgives typing errors, accents, missing spaces and unfinished words. */
  search: SearchConnection;
  /** Completions of a text that is being typed, the best one first. */
  suggest: Array<Suggestion>;
  /** A title by its id; null if there is none, or if it is a draft that the viewer may not see. */
  title?: Maybe<Title>;
  /** Titles of the catalogue, page by page. */
  titles: TitleConnection;
  /** The transcode with this id, for viewers who may upload and for whoever uploaded the file; null if there is none. */
  transcodeJob?: Maybe<TranscodeJob>;
};


/** What anybody can ask about accounts. */
export type QueryAssetArgs = {
  id: Scalars['ID']['input'];
};


/** What anybody can ask about accounts. */
export type QueryPersonArgs = {
  id: Scalars['ID']['input'];
};


/** What anybody can ask about accounts. */
export type QueryProfileArgs = {
  id: Scalars['ID']['input'];
};


/** What anybody can ask about accounts. */
export type QuerySearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TitleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  query: Scalars['String']['input'];
};


/** What anybody can ask about accounts. */
export type QuerySuggestArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  prefix: Scalars['String']['input'];
};


/** What anybody can ask about accounts. */
export type QueryTitleArgs = {
  id: Scalars['ID']['input'];
};


/** What anybody can ask about accounts. */
export type QueryTitlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TitleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<TitleOrder>;
};


/** What anybody can ask about accounts. */
export type QueryTranscodeJobArgs = {
  id: Scalars['ID']['input'];
};

/** The outcome of rateTitle. */
export type RateTitlePayload = {
  /** The title; null if refused. */
  title?: Maybe<Title>;
  /** Why it was refused; empty if it was not. */
  userErrors: Array<UserError>;
};

/** What a new account needs. */
export type RegisterInput = {
  /** Address to sign in with; case does not matter. */
  email: Scalars['String']['input'];
  /** At least 8 characters of any kind, at most 1024 bytes, and not one that everybody uses. */
  password: Scalars['String']['input'];
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

/** The outcome of `resetPassword`. */
export type ResetPasswordPayload = {
  /** Whether the password is the new one: sign in with it. */
  reset: Scalars['Boolean']['output'];
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

/** The outcome of `revokeApiKey`. */
export type RevokeApiKeyPayload = {
  /** Id of the key that no longer works; null when refused. */
  revokedApiKeyId?: Maybe<Scalars['ID']['output']>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

/** What an account may do, beyond watching. */
export type Role =
  /** Runs the platform: also `admin`. */
  | 'ADMIN'
  /** Keeps the catalog: also `catalog:write` and `media:write`. */
  | 'EDITOR'
  /** Watches: the scope `catalog:read`. Every account has it. */
  | 'VIEWER';

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
  /** The video that plays; for viewers who may upload also one that is not ready yet. */
  asset?: Maybe<MediaAsset>;
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
  /** Whether there is something to play, and in which qualities. */
  playable?: Maybe<Scalars['Boolean']['output']>;
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
  /** Titles like this one, most alike first; none for older viewers than the title itself. */
  similar?: Maybe<Array<Title>>;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};


/** A series: seasons of episodes. */
export type SeriesSimilarArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A sign-in on one device. */
export type Session = {
  /** When it signed in. */
  createdAt: Scalars['DateTime']['output'];
  /** Whether this very request belongs to it. */
  current: Scalars['Boolean']['output'];
  /** Name of the device: what the client said, or its User-Agent. */
  device?: Maybe<Scalars['String']['output']>;
  /** Opaque id, such as `ses_01k9…`; `revokeSession` takes it. */
  id: Scalars['ID']['output'];
  /** When it last signed in or got fresh tokens. */
  lastSeenAt: Scalars['DateTime']['output'];
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

/** The outcome of ending sign-ins. */
export type SignOutPayload = {
  /** Ids of the sign-ins that ended now; those that had ended before are not among them. */
  endedSessionIds: Array<Scalars['ID']['output']>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

export type StartCheckoutPayload = {
  /** Page where the customer pays; Stripe's in production. */
  checkoutUrl?: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
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

export type Subscription = {
  /** The viewer's own membership at each change. */
  membershipChanged: Membership;
  /** The job at once, then at each change, until it is over; then it completes. */
  transcodeProgress: TranscodeJob;
};


export type SubscriptionTranscodeProgressArgs = {
  jobId: Scalars['ID']['input'];
};

/** A completion of what is being typed. */
export type Suggestion = {
  /** The text to search for. */
  text: Scalars['String']['output'];
  /** The title it names. */
  title?: Maybe<Title>;
};

/** A verdict on a title. */
export type Thumb =
  /** Not for me. */
  | 'DOWN'
  /** More like this. */
  | 'UP';

/** A movie, series or episode of the catalog, with what there is to play of it. */
export type Title = {
  /** The video that plays; for viewers who may upload also one that is not ready yet. */
  asset?: Maybe<MediaAsset>;
  /** When it may be watched from; null means it always could. */
  availableFrom?: Maybe<Scalars['DateTime']['output']>;
  /** When it may be watched until; null means no end is set. */
  availableUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Genres, the main one first. */
  genres: Array<Genre>;
  /** Id of the title. */
  id: Scalars['ID']['output'];
  /** Age from which it is fit to be seen. What nobody rated counts as AGE_18. */
  maturityRating: MaturityRating;
  /** Name as it is shown. */
  name: Scalars['String']['output'];
  /** Whether there is something to play, and in which qualities. */
  playable?: Maybe<Scalars['Boolean']['output']>;
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
  /** Titles like this one, most alike first; none for older viewers than the title itself. */
  similar?: Maybe<Array<Title>>;
  /** What it is about, in a few sentences. */
  synopsis?: Maybe<Scalars['String']['output']>;
};


/** A movie, series or episode of the catalog, with what there is to play of it. */
export type TitleSimilarArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of titles. */
export type TitleConnection = {
  /** The titles of this page, in order. */
  edges: Array<TitleEdge>;
  /** Where this page stands. */
  pageInfo: PageInfo;
  /** How many titles there are in all. */
  totalCount: Scalars['Int']['output'];
};

/** A title in its place in a connection. */
export type TitleEdge = {
  /** Opaque; pass it as `after` to go on behind this edge. */
  cursor: Scalars['String']['output'];
  /** The title; null while the catalog cannot answer. */
  node?: Maybe<Title>;
};

/** Which titles to list or find. Conditions add up: a title meets all that are given. */
export type TitleFilter = {
  /** Titles of any of these genres. */
  genreIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Kinds of titles; films and series if not given. */
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

/** What to change of a profile: fields left out stay as they are. */
export type UpdateProfileInput = {
  /** The PIN as it is: needed to change the PIN, the kind or the limit of a profile that has one. */
  currentPin?: InputMaybe<Scalars['String']['input']>;
  /** Whom it is for; a kids profile cannot have a limit above AGE_13. */
  kind?: InputMaybe<ProfileKind>;
  /** A BCP 47 tag. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** Titles rated above it are not played. */
  maturityLimit?: InputMaybe<MaturityRating>;
  /** 1 to 50 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The account's password, in the place of a forgotten PIN. */
  password?: InputMaybe<Scalars['String']['input']>;
  /** A new PIN of 4 to 8 digits; null removes it. */
  pin?: InputMaybe<Scalars['String']['input']>;
  /** The profile. */
  profileId: Scalars['ID']['input'];
};

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

/** An account. Only its owner (and an admin) can see it. */
export type User = {
  /** Keys that have not been revoked, newest first. */
  apiKeys: Array<ApiKey>;
  /** When the account was made. */
  createdAt: Scalars['DateTime']['output'];
  /** Address that the account signs in with, in lower case. */
  email: Scalars['String']['output'];
  /** Whether the owner has shown, by a mailed code, that the address is theirs. */
  emailVerified: Scalars['Boolean']['output'];
  entitlements?: Maybe<Entitlements>;
  /** Opaque id, such as `usr_01k9…`. */
  id: Scalars['ID']['output'];
  invoices?: Maybe<InvoiceConnection>;
  membership?: Maybe<Membership>;
  /** Whether signing in asks for a code of an authenticator app too. */
  mfaEnabled: Scalars['Boolean']['output'];
  /** Who watches on this account, oldest first: one to five. */
  profiles: Array<Profile>;
  /** What the account may do. */
  roles: Array<Role>;
  /** The scopes that follow from the roles; an API key can have some or all of them. */
  scopes: Array<Scalars['String']['output']>;
  /** Where the account is signed in now, latest first. */
  sessions: Array<Session>;
};


/** An account. Only its owner (and an admin) can see it. */
export type UserInvoicesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Why a mutation did not do what it was asked to: an outcome that a client can handle. */
export type UserError = {
  /** What kind of refusal it is, for programs. */
  code: UserErrorCode;
  /** Path of the input field at fault, outermost first. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** What was wrong and what to do about it, for people. */
  message: Scalars['String']['output'];
};

/** Every kind of expected refusal. */
export type UserErrorCode =
  /** Too many failed attempts: try again after the time that the message tells. */
  | 'ACCOUNT_LOCKED'
  /** The user has a membership already. */
  | 'ALREADY_MEMBER'
  /** The bytes are not those that were announced. */
  | 'CHECKSUM_MISMATCH'
  /** The state of things does not allow it; the message tells why. */
  | 'CONFLICT'
  /** An account with this e-mail exists. */
  | 'EMAIL_TAKEN'
  /** The e-mail, password, code or token is not right. */
  | 'INVALID_CREDENTIALS'
  /** A value is missing, malformed or out of range; `field` names it. */
  | 'INVALID_INPUT'
  /** The title is rated above the profile's limit. */
  | 'MATURITY_BLOCKED'
  /** The password was right; a code of the second factor is needed too. */
  | 'MFA_REQUIRED'
  /** The title may not be watched in this country or at this time. */
  | 'NOT_AVAILABLE_IN_REGION'
  /** There is no such thing, or it is not the viewer's. */
  | 'NOT_FOUND'
  /** The media is not ready yet. */
  | 'NOT_READY'
  /** A membership is needed. */
  | 'NO_MEMBERSHIP'
  /** The payment was declined. */
  | 'PAYMENT_FAILED'
  /** The profile's PIN is needed. */
  | 'PIN_REQUIRED'
  /** The account has as many profiles as it may have. */
  | 'PROFILE_LIMIT'
  /** As many devices play as the plan allows. */
  | 'STREAM_LIMIT'
  /** The token or code was used before or is too old. */
  | 'TOKEN_EXPIRED'
  /** The file is larger than allowed. */
  | 'TOO_LARGE'
  /** The file is not media that can be played. */
  | 'UNSUPPORTED_MEDIA';

/** The outcome of a change to an account. */
export type UserPayload = {
  /** The account as it is now; null when refused. */
  user?: Maybe<User>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

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
    | ( Omit<Episode, 'asset' | 'season' | 'series' | 'similar'> & { asset?: Maybe<_RefType['MediaAsset']>, season: _RefType['Season'], series: _RefType['Series'], similar?: Maybe<Array<_RefType['Title']>> } )
    | ( Omit<Movie, 'asset' | 'directors' | 'similar'> & { asset?: Maybe<_RefType['MediaAsset']>, directors: Array<_RefType['Person']>, similar?: Maybe<Array<_RefType['Title']>> } )
    | ( Omit<Series, 'asset' | 'seasons' | 'similar'> & { asset?: Maybe<_RefType['MediaAsset']>, seasons: Array<_RefType['Season']>, similar?: Maybe<Array<_RefType['Title']>> } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ApiKey: ResolverTypeWrapper<ApiKey>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  AssetStatus: AssetStatus;
  AuthPayload: ResolverTypeWrapper<Omit<AuthPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  AuthTokens: ResolverTypeWrapper<AuthTokens>;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  CompleteUploadInput: CompleteUploadInput;
  CompleteUploadPayload: ResolverTypeWrapper<Omit<CompleteUploadPayload, 'asset' | 'transcodeJob'> & { asset?: Maybe<ResolversTypes['MediaAsset']>, transcodeJob?: Maybe<ResolversTypes['TranscodeJob']> }>;
  ConfirmEmailPayload: ResolverTypeWrapper<Omit<ConfirmEmailPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  ConfirmMfaPayload: ResolverTypeWrapper<Omit<ConfirmMfaPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  CreateApiKeyPayload: ResolverTypeWrapper<Omit<CreateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversTypes['ApiKey']> }>;
  CreateMovieInput: CreateMovieInput;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CreateProfileInput: CreateProfileInput;
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: ResolverTypeWrapper<Omit<CreateUploadPayload, 'upload'> & { upload?: Maybe<ResolversTypes['Upload']> }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DecadeFacet: ResolverTypeWrapper<DecadeFacet>;
  DeleteProfilePayload: ResolverTypeWrapper<DeleteProfilePayload>;
  Drm: ResolverTypeWrapper<Drm>;
  DrmSystem: DrmSystem;
  EnableMfaPayload: ResolverTypeWrapper<EnableMfaPayload>;
  Entitlements: ResolverTypeWrapper<Entitlements>;
  Episode: ResolverTypeWrapper<Omit<Episode, 'asset' | 'season' | 'series' | 'similar'> & { asset?: Maybe<ResolversTypes['MediaAsset']>, season: ResolversTypes['Season'], series: ResolversTypes['Series'], similar?: Maybe<Array<ResolversTypes['Title']>> }>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Genre: ResolverTypeWrapper<Genre>;
  GenreFacet: ResolverTypeWrapper<GenreFacet>;
  Invoice: ResolverTypeWrapper<Invoice>;
  InvoiceConnection: ResolverTypeWrapper<InvoiceConnection>;
  InvoiceEdge: ResolverTypeWrapper<InvoiceEdge>;
  LoginInput: LoginInput;
  MailPayload: ResolverTypeWrapper<MailPayload>;
  ManifestFormat: ManifestFormat;
  MaturityRating: MaturityRating;
  MediaAsset: ResolverTypeWrapper<Omit<MediaAsset, 'renditions' | 'title' | 'transcodeJob'> & { renditions: Array<ResolversTypes['Rendition']>, title?: Maybe<ResolversTypes['Title']>, transcodeJob?: Maybe<ResolversTypes['TranscodeJob']> }>;
  Membership: ResolverTypeWrapper<Membership>;
  MembershipPayload: ResolverTypeWrapper<MembershipPayload>;
  MembershipStatus: MembershipStatus;
  Money: ResolverTypeWrapper<Money>;
  Movie: ResolverTypeWrapper<Omit<Movie, 'asset' | 'directors' | 'similar'> & { asset?: Maybe<ResolversTypes['MediaAsset']>, directors: Array<ResolversTypes['Person']>, similar?: Maybe<Array<ResolversTypes['Title']>> }>;
  MoviePayload: ResolverTypeWrapper<Omit<MoviePayload, 'movie'> & { movie?: Maybe<ResolversTypes['Movie']> }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  MyListPayload: ResolverTypeWrapper<Omit<MyListPayload, 'profile'> & { profile?: Maybe<ResolversTypes['Profile']> }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Person: ResolverTypeWrapper<Omit<Person, 'titles'> & { titles: Array<ResolversTypes['Title']> }>;
  Plan: ResolverTypeWrapper<Plan>;
  PlaybackPayload: ResolverTypeWrapper<Omit<PlaybackPayload, 'session'> & { session?: Maybe<ResolversTypes['PlaybackSession']> }>;
  PlaybackSession: ResolverTypeWrapper<Omit<PlaybackSession, 'drm' | 'title'> & { drm?: Maybe<ResolversTypes['Drm']>, title?: Maybe<ResolversTypes['Title']> }>;
  Profile: ResolverTypeWrapper<Omit<Profile, 'continueWatching' | 'home' | 'myList'> & { continueWatching?: Maybe<ResolversTypes['WatchProgressConnection']>, home?: Maybe<Array<ResolversTypes['Shelf']>>, myList?: Maybe<ResolversTypes['TitleConnection']> }>;
  ProfileKind: ProfileKind;
  ProfilePayload: ResolverTypeWrapper<Omit<ProfilePayload, 'profile'> & { profile?: Maybe<ResolversTypes['Profile']> }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RateTitlePayload: ResolverTypeWrapper<Omit<RateTitlePayload, 'title'> & { title?: Maybe<ResolversTypes['Title']> }>;
  RegisterInput: RegisterInput;
  Rendition: ResolverTypeWrapper<Rendition>;
  ResetPasswordPayload: ResolverTypeWrapper<ResetPasswordPayload>;
  RevokeApiKeyPayload: ResolverTypeWrapper<RevokeApiKeyPayload>;
  Role: Role;
  SearchConnection: ResolverTypeWrapper<Omit<SearchConnection, 'edges'> & { edges: Array<ResolversTypes['SearchEdge']> }>;
  SearchEdge: ResolverTypeWrapper<Omit<SearchEdge, 'node'> & { node: ResolversTypes['Title'] }>;
  SearchFacets: ResolverTypeWrapper<SearchFacets>;
  Season: ResolverTypeWrapper<Omit<Season, 'episodes'> & { episodes: Array<ResolversTypes['Episode']> }>;
  Series: ResolverTypeWrapper<Omit<Series, 'asset' | 'seasons' | 'similar'> & { asset?: Maybe<ResolversTypes['MediaAsset']>, seasons: Array<ResolversTypes['Season']>, similar?: Maybe<Array<ResolversTypes['Title']>> }>;
  Session: ResolverTypeWrapper<Session>;
  Shelf: ResolverTypeWrapper<Omit<Shelf, 'becauseOf' | 'titles'> & { becauseOf?: Maybe<ResolversTypes['Title']>, titles: ResolversTypes['TitleConnection'] }>;
  ShelfKind: ShelfKind;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  StartCheckoutPayload: ResolverTypeWrapper<StartCheckoutPayload>;
  StartPlaybackInput: StartPlaybackInput;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Suggestion: ResolverTypeWrapper<Omit<Suggestion, 'title'> & { title?: Maybe<ResolversTypes['Title']> }>;
  Thumb: Thumb;
  Title: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Title']>;
  TitleConnection: ResolverTypeWrapper<Omit<TitleConnection, 'edges'> & { edges: Array<ResolversTypes['TitleEdge']> }>;
  TitleEdge: ResolverTypeWrapper<Omit<TitleEdge, 'node'> & { node?: Maybe<ResolversTypes['Title']> }>;
  TitleFilter: TitleFilter;
  TitleKind: TitleKind;
  TitleOrder: TitleOrder;
  TitlePayload: ResolverTypeWrapper<Omit<TitlePayload, 'title'> & { title?: Maybe<ResolversTypes['Title']> }>;
  TranscodeJob: ResolverTypeWrapper<Omit<TranscodeJob, 'asset'> & { asset: ResolversTypes['MediaAsset'] }>;
  TranscodeJobPayload: ResolverTypeWrapper<Omit<TranscodeJobPayload, 'transcodeJob'> & { transcodeJob?: Maybe<ResolversTypes['TranscodeJob']> }>;
  TranscodeStatus: TranscodeStatus;
  UpdateMovieInput: UpdateMovieInput;
  UpdateProfileInput: UpdateProfileInput;
  Upload: ResolverTypeWrapper<Omit<Upload, 'asset'> & { asset: ResolversTypes['MediaAsset'] }>;
  UploadPart: ResolverTypeWrapper<UploadPart>;
  UploadedPartInput: UploadedPartInput;
  User: ResolverTypeWrapper<Omit<User, 'apiKeys' | 'profiles'> & { apiKeys: Array<ResolversTypes['ApiKey']>, profiles: Array<ResolversTypes['Profile']> }>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  UserPayload: ResolverTypeWrapper<Omit<UserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  WatchProgress: ResolverTypeWrapper<Omit<WatchProgress, 'title'> & { title?: Maybe<ResolversTypes['Title']> }>;
  WatchProgressConnection: ResolverTypeWrapper<Omit<WatchProgressConnection, 'edges'> & { edges: Array<ResolversTypes['WatchProgressEdge']> }>;
  WatchProgressEdge: ResolverTypeWrapper<Omit<WatchProgressEdge, 'node'> & { node: ResolversTypes['WatchProgress'] }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ApiKey: ApiKey;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  AuthPayload: Omit<AuthPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  AuthTokens: AuthTokens;
  BigInt: Scalars['BigInt']['output'];
  CompleteUploadInput: CompleteUploadInput;
  CompleteUploadPayload: Omit<CompleteUploadPayload, 'asset' | 'transcodeJob'> & { asset?: Maybe<ResolversParentTypes['MediaAsset']>, transcodeJob?: Maybe<ResolversParentTypes['TranscodeJob']> };
  ConfirmEmailPayload: Omit<ConfirmEmailPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  ConfirmMfaPayload: Omit<ConfirmMfaPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  CreateApiKeyPayload: Omit<CreateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversParentTypes['ApiKey']> };
  CreateMovieInput: CreateMovieInput;
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
  CreateProfileInput: CreateProfileInput;
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: Omit<CreateUploadPayload, 'upload'> & { upload?: Maybe<ResolversParentTypes['Upload']> };
  DateTime: Scalars['DateTime']['output'];
  DecadeFacet: DecadeFacet;
  DeleteProfilePayload: DeleteProfilePayload;
  Drm: Drm;
  EnableMfaPayload: EnableMfaPayload;
  Entitlements: Entitlements;
  Episode: Omit<Episode, 'asset' | 'season' | 'series' | 'similar'> & { asset?: Maybe<ResolversParentTypes['MediaAsset']>, season: ResolversParentTypes['Season'], series: ResolversParentTypes['Series'], similar?: Maybe<Array<ResolversParentTypes['Title']>> } | FederationReferenceTypes['Episode'];
  Float: Scalars['Float']['output'];
  Genre: Genre;
  GenreFacet: GenreFacet;
  Invoice: Invoice;
  InvoiceConnection: InvoiceConnection;
  InvoiceEdge: InvoiceEdge;
  LoginInput: LoginInput;
  MailPayload: MailPayload;
  MediaAsset: Omit<MediaAsset, 'renditions' | 'title' | 'transcodeJob'> & { renditions: Array<ResolversParentTypes['Rendition']>, title?: Maybe<ResolversParentTypes['Title']>, transcodeJob?: Maybe<ResolversParentTypes['TranscodeJob']> };
  Membership: Membership;
  MembershipPayload: MembershipPayload;
  Money: Money;
  Movie: Omit<Movie, 'asset' | 'directors' | 'similar'> & { asset?: Maybe<ResolversParentTypes['MediaAsset']>, directors: Array<ResolversParentTypes['Person']>, similar?: Maybe<Array<ResolversParentTypes['Title']>> } | FederationReferenceTypes['Movie'];
  MoviePayload: Omit<MoviePayload, 'movie'> & { movie?: Maybe<ResolversParentTypes['Movie']> };
  Mutation: Record<PropertyKey, never>;
  MyListPayload: Omit<MyListPayload, 'profile'> & { profile?: Maybe<ResolversParentTypes['Profile']> };
  PageInfo: PageInfo;
  Person: Omit<Person, 'titles'> & { titles: Array<ResolversParentTypes['Title']> };
  Plan: Plan;
  PlaybackPayload: Omit<PlaybackPayload, 'session'> & { session?: Maybe<ResolversParentTypes['PlaybackSession']> };
  PlaybackSession: Omit<PlaybackSession, 'drm' | 'title'> & { drm?: Maybe<ResolversParentTypes['Drm']>, title?: Maybe<ResolversParentTypes['Title']> };
  Profile: Omit<Profile, 'continueWatching' | 'home' | 'myList'> & { continueWatching?: Maybe<ResolversParentTypes['WatchProgressConnection']>, home?: Maybe<Array<ResolversParentTypes['Shelf']>>, myList?: Maybe<ResolversParentTypes['TitleConnection']> };
  ProfilePayload: Omit<ProfilePayload, 'profile'> & { profile?: Maybe<ResolversParentTypes['Profile']> };
  Query: Record<PropertyKey, never>;
  RateTitlePayload: Omit<RateTitlePayload, 'title'> & { title?: Maybe<ResolversParentTypes['Title']> };
  RegisterInput: RegisterInput;
  Rendition: Rendition;
  ResetPasswordPayload: ResetPasswordPayload;
  RevokeApiKeyPayload: RevokeApiKeyPayload;
  SearchConnection: Omit<SearchConnection, 'edges'> & { edges: Array<ResolversParentTypes['SearchEdge']> };
  SearchEdge: Omit<SearchEdge, 'node'> & { node: ResolversParentTypes['Title'] };
  SearchFacets: SearchFacets;
  Season: Omit<Season, 'episodes'> & { episodes: Array<ResolversParentTypes['Episode']> };
  Series: Omit<Series, 'asset' | 'seasons' | 'similar'> & { asset?: Maybe<ResolversParentTypes['MediaAsset']>, seasons: Array<ResolversParentTypes['Season']>, similar?: Maybe<Array<ResolversParentTypes['Title']>> } | FederationReferenceTypes['Series'];
  Session: Session;
  Shelf: Omit<Shelf, 'becauseOf' | 'titles'> & { becauseOf?: Maybe<ResolversParentTypes['Title']>, titles: ResolversParentTypes['TitleConnection'] };
  SignOutPayload: SignOutPayload;
  StartCheckoutPayload: StartCheckoutPayload;
  StartPlaybackInput: StartPlaybackInput;
  Subscription: Record<PropertyKey, never>;
  Suggestion: Omit<Suggestion, 'title'> & { title?: Maybe<ResolversParentTypes['Title']> };
  Title: ResolversInterfaceTypes<ResolversParentTypes>['Title'];
  TitleConnection: Omit<TitleConnection, 'edges'> & { edges: Array<ResolversParentTypes['TitleEdge']> };
  TitleEdge: Omit<TitleEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Title']> };
  TitleFilter: TitleFilter;
  TitlePayload: Omit<TitlePayload, 'title'> & { title?: Maybe<ResolversParentTypes['Title']> };
  TranscodeJob: Omit<TranscodeJob, 'asset'> & { asset: ResolversParentTypes['MediaAsset'] };
  TranscodeJobPayload: Omit<TranscodeJobPayload, 'transcodeJob'> & { transcodeJob?: Maybe<ResolversParentTypes['TranscodeJob']> };
  UpdateMovieInput: UpdateMovieInput;
  UpdateProfileInput: UpdateProfileInput;
  Upload: Omit<Upload, 'asset'> & { asset: ResolversParentTypes['MediaAsset'] };
  UploadPart: UploadPart;
  UploadedPartInput: UploadedPartInput;
  User: Omit<User, 'apiKeys' | 'profiles'> & { apiKeys: Array<ResolversParentTypes['ApiKey']>, profiles: Array<ResolversParentTypes['Profile']> };
  UserError: UserError;
  UserPayload: Omit<UserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  WatchProgress: Omit<WatchProgress, 'title'> & { title?: Maybe<ResolversParentTypes['Title']> };
  WatchProgressConnection: Omit<WatchProgressConnection, 'edges'> & { edges: Array<ResolversParentTypes['WatchProgressEdge']> };
  WatchProgressEdge: Omit<WatchProgressEdge, 'node'> & { node: ResolversParentTypes['WatchProgress'] };
};

export type ApiKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  prefix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AuthPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuthPayload'] = ResolversParentTypes['AuthPayload']> = {
  mfaChallenge?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tokens?: Resolver<Maybe<ResolversTypes['AuthTokens']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AuthTokensResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuthTokens'] = ResolversParentTypes['AuthTokens']> = {
  accessToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  accessTokenExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  refreshToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface BigIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['BigInt'], any> {
  name: 'BigInt';
}

export type CompleteUploadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CompleteUploadPayload'] = ResolversParentTypes['CompleteUploadPayload']> = {
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType>;
  transcodeJob?: Resolver<Maybe<ResolversTypes['TranscodeJob']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ConfirmEmailPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConfirmEmailPayload'] = ResolversParentTypes['ConfirmEmailPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ConfirmMfaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConfirmMfaPayload'] = ResolversParentTypes['ConfirmMfaPayload']> = {
  recoveryCodes?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateApiKeyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateApiKeyPayload'] = ResolversParentTypes['CreateApiKeyPayload']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateUploadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateUploadPayload'] = ResolversParentTypes['CreateUploadPayload']> = {
  upload?: Resolver<Maybe<ResolversTypes['Upload']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecadeFacetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DecadeFacet'] = ResolversParentTypes['DecadeFacet']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  decade?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DeleteProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteProfilePayload'] = ResolversParentTypes['DeleteProfilePayload']> = {
  deletedProfileId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DrmResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Drm'] = ResolversParentTypes['Drm']> = {
  licenseUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  system?: Resolver<ResolversTypes['DrmSystem'], ParentType, ContextType>;
};

export type EnableMfaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EnableMfaPayload'] = ResolversParentTypes['EnableMfaPayload']> = {
  otpauthUri?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EntitlementsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Entitlements'] = ResolversParentTypes['Entitlements']> = {
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  maxHeight?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxStreams?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  validUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type EpisodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Episode'] = ResolversParentTypes['Episode'], FederationReferenceType extends FederationReferenceTypes['Episode'] = FederationReferenceTypes['Episode']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Episode']> | FederationReferenceType, FederationReferenceType, ContextType>;
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType>;
  availableFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  availableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  playable?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  popularity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  published?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  regions?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  season?: Resolver<ResolversTypes['Season'], ParentType, ContextType>;
  series?: Resolver<ResolversTypes['Series'], ParentType, ContextType>;
  similar?: Resolver<Maybe<Array<ResolversTypes['Title']>>, ParentType, ContextType, Partial<EpisodeSimilarArgs>>;
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

export type InvoiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Invoice'] = ResolversParentTypes['Invoice']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  hostedUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type InvoiceConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvoiceConnection'] = ResolversParentTypes['InvoiceConnection']> = {
  edges?: Resolver<Array<ResolversTypes['InvoiceEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type InvoiceEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvoiceEdge'] = ResolversParentTypes['InvoiceEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Invoice'], ParentType, ContextType>;
};

export type MailPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MailPayload'] = ResolversParentTypes['MailPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MediaAssetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaAsset'] = ResolversParentTypes['MediaAsset']> = {
  durationSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  renditions?: Resolver<Array<ResolversTypes['Rendition']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['AssetStatus'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  transcodeJob?: Resolver<Maybe<ResolversTypes['TranscodeJob']>, ParentType, ContextType>;
};

export type MembershipResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Membership'] = ResolversParentTypes['Membership']> = {
  cancelAtPeriodEnd?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  currentPeriodEnd?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  plan?: Resolver<ResolversTypes['Plan'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['MembershipStatus'], ParentType, ContextType>;
};

export type MembershipPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MembershipPayload'] = ResolversParentTypes['MembershipPayload']> = {
  membership?: Resolver<Maybe<ResolversTypes['Membership']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MovieResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Movie'] = ResolversParentTypes['Movie'], FederationReferenceType extends FederationReferenceTypes['Movie'] = FederationReferenceTypes['Movie']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Movie']> | FederationReferenceType, FederationReferenceType, ContextType>;
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType>;
  availableFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  availableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  directors?: Resolver<Array<ResolversTypes['Person']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  playable?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  popularity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  published?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  regions?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  similar?: Resolver<Maybe<Array<ResolversTypes['Title']>>, ParentType, ContextType, Partial<MovieSimilarArgs>>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MoviePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MoviePayload'] = ResolversParentTypes['MoviePayload']> = {
  movie?: Resolver<Maybe<ResolversTypes['Movie']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addToMyList?: Resolver<ResolversTypes['MyListPayload'], ParentType, ContextType, RequireFields<MutationAddToMyListArgs, 'profileId' | 'titleId'>>;
  cancelMembership?: Resolver<ResolversTypes['MembershipPayload'], ParentType, ContextType>;
  cancelTranscode?: Resolver<ResolversTypes['TranscodeJobPayload'], ParentType, ContextType, RequireFields<MutationCancelTranscodeArgs, 'jobId'>>;
  changePassword?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'currentPassword' | 'newPassword'>>;
  changePlan?: Resolver<ResolversTypes['MembershipPayload'], ParentType, ContextType, RequireFields<MutationChangePlanArgs, 'planId'>>;
  completeUpload?: Resolver<ResolversTypes['CompleteUploadPayload'], ParentType, ContextType, RequireFields<MutationCompleteUploadArgs, 'input'>>;
  confirmEmail?: Resolver<ResolversTypes['ConfirmEmailPayload'], ParentType, ContextType, RequireFields<MutationConfirmEmailArgs, 'token'>>;
  confirmMfa?: Resolver<ResolversTypes['ConfirmMfaPayload'], ParentType, ContextType, RequireFields<MutationConfirmMfaArgs, 'code'>>;
  createApiKey?: Resolver<ResolversTypes['CreateApiKeyPayload'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'name' | 'scopes'>>;
  createMovie?: Resolver<ResolversTypes['MoviePayload'], ParentType, ContextType, RequireFields<MutationCreateMovieArgs, 'input'>>;
  createProfile?: Resolver<ResolversTypes['ProfilePayload'], ParentType, ContextType, RequireFields<MutationCreateProfileArgs, 'input'>>;
  createUpload?: Resolver<ResolversTypes['CreateUploadPayload'], ParentType, ContextType, RequireFields<MutationCreateUploadArgs, 'input'>>;
  deleteProfile?: Resolver<ResolversTypes['DeleteProfilePayload'], ParentType, ContextType, RequireFields<MutationDeleteProfileArgs, 'profileId'>>;
  disableMfa?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationDisableMfaArgs, 'code'>>;
  enableMfa?: Resolver<ResolversTypes['EnableMfaPayload'], ParentType, ContextType>;
  heartbeat?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationHeartbeatArgs, 'positionSeconds' | 'sessionId'>>;
  login?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationLoginArgs, 'input'>>;
  logout?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  logoutEverywhere?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  publishTitle?: Resolver<ResolversTypes['TitlePayload'], ParentType, ContextType, RequireFields<MutationPublishTitleArgs, 'titleId'>>;
  rateTitle?: Resolver<ResolversTypes['RateTitlePayload'], ParentType, ContextType, RequireFields<MutationRateTitleArgs, 'profileId' | 'titleId'>>;
  refreshTokens?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationRefreshTokensArgs, 'refreshToken'>>;
  register?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationRegisterArgs, 'input'>>;
  removeFromMyList?: Resolver<ResolversTypes['MyListPayload'], ParentType, ContextType, RequireFields<MutationRemoveFromMyListArgs, 'profileId' | 'titleId'>>;
  renewPlayback?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationRenewPlaybackArgs, 'sessionId'>>;
  requestPasswordReset?: Resolver<ResolversTypes['MailPayload'], ParentType, ContextType, RequireFields<MutationRequestPasswordResetArgs, 'email'>>;
  resendConfirmation?: Resolver<ResolversTypes['MailPayload'], ParentType, ContextType>;
  resetPassword?: Resolver<ResolversTypes['ResetPasswordPayload'], ParentType, ContextType, RequireFields<MutationResetPasswordArgs, 'newPassword' | 'token'>>;
  resumeMembership?: Resolver<ResolversTypes['MembershipPayload'], ParentType, ContextType>;
  retryTranscode?: Resolver<ResolversTypes['TranscodeJobPayload'], ParentType, ContextType, RequireFields<MutationRetryTranscodeArgs, 'jobId'>>;
  revokeApiKey?: Resolver<ResolversTypes['RevokeApiKeyPayload'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'id'>>;
  revokeSession?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'sessionId'>>;
  setRoles?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationSetRolesArgs, 'roles' | 'userId'>>;
  startCheckout?: Resolver<ResolversTypes['StartCheckoutPayload'], ParentType, ContextType, RequireFields<MutationStartCheckoutArgs, 'planId'>>;
  startPlayback?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationStartPlaybackArgs, 'input'>>;
  stopPlayback?: Resolver<ResolversTypes['PlaybackPayload'], ParentType, ContextType, RequireFields<MutationStopPlaybackArgs, 'sessionId'>>;
  unpublishTitle?: Resolver<ResolversTypes['TitlePayload'], ParentType, ContextType, RequireFields<MutationUnpublishTitleArgs, 'titleId'>>;
  updateMovie?: Resolver<ResolversTypes['MoviePayload'], ParentType, ContextType, RequireFields<MutationUpdateMovieArgs, 'input' | 'titleId'>>;
  updateProfile?: Resolver<ResolversTypes['ProfilePayload'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  verifyMfa?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationVerifyMfaArgs, 'challenge' | 'code'>>;
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

export type PersonResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Person'] = ResolversParentTypes['Person']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  titles?: Resolver<Array<ResolversTypes['Title']>, ParentType, ContextType, Partial<PersonTitlesArgs>>;
};

export type PlanResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Plan'] = ResolversParentTypes['Plan']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  intervalMonths?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxHeight?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxStreams?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  trialDays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PlaybackPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlaybackPayload'] = ResolversParentTypes['PlaybackPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['PlaybackSession']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PlaybackSessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlaybackSession'] = ResolversParentTypes['PlaybackSession']> = {
  drm?: Resolver<Maybe<ResolversTypes['Drm']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  format?: Resolver<ResolversTypes['ManifestFormat'], ParentType, ContextType>;
  heartbeatIntervalSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  manifestUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  resumePositionSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
};

export type ProfileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Profile'] = ResolversParentTypes['Profile']> = {
  continueWatching?: Resolver<Maybe<ResolversTypes['WatchProgressConnection']>, ParentType, ContextType, Partial<ProfileContinueWatchingArgs>>;
  home?: Resolver<Maybe<Array<ResolversTypes['Shelf']>>, ParentType, ContextType, Partial<ProfileHomeArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ProfileKind'], ParentType, ContextType>;
  language?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maturityLimit?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  myList?: Resolver<Maybe<ResolversTypes['TitleConnection']>, ParentType, ContextType, Partial<ProfileMyListArgs>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pinProtected?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProfilePayload'] = ResolversParentTypes['ProfilePayload']> = {
  profile?: Resolver<Maybe<ResolversTypes['Profile']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType, RequireFields<QueryAssetArgs, 'id'>>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  person?: Resolver<Maybe<ResolversTypes['Person']>, ParentType, ContextType, RequireFields<QueryPersonArgs, 'id'>>;
  plans?: Resolver<Array<ResolversTypes['Plan']>, ParentType, ContextType>;
  profile?: Resolver<Maybe<ResolversTypes['Profile']>, ParentType, ContextType, RequireFields<QueryProfileArgs, 'id'>>;
  search?: Resolver<ResolversTypes['SearchConnection'], ParentType, ContextType, RequireFields<QuerySearchArgs, 'query'>>;
  suggest?: Resolver<Array<ResolversTypes['Suggestion']>, ParentType, ContextType, RequireFields<QuerySuggestArgs, 'prefix'>>;
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType, RequireFields<QueryTitleArgs, 'id'>>;
  titles?: Resolver<ResolversTypes['TitleConnection'], ParentType, ContextType, Partial<QueryTitlesArgs>>;
  transcodeJob?: Resolver<Maybe<ResolversTypes['TranscodeJob']>, ParentType, ContextType, RequireFields<QueryTranscodeJobArgs, 'id'>>;
};

export type RateTitlePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RateTitlePayload'] = ResolversParentTypes['RateTitlePayload']> = {
  title?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RenditionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Rendition'] = ResolversParentTypes['Rendition']> = {
  bandwidth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  codecs?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ResetPasswordPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResetPasswordPayload'] = ResolversParentTypes['ResetPasswordPayload']> = {
  reset?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeApiKeyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeApiKeyPayload'] = ResolversParentTypes['RevokeApiKeyPayload']> = {
  revokedApiKeyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
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
  asset?: Resolver<Maybe<ResolversTypes['MediaAsset']>, ParentType, ContextType>;
  availableFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  availableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  genres?: Resolver<Array<ResolversTypes['Genre']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maturityRating?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  playable?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  popularity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  published?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  regions?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  releaseDate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runtimeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  seasons?: Resolver<Array<ResolversTypes['Season']>, ParentType, ContextType>;
  similar?: Resolver<Maybe<Array<ResolversTypes['Title']>>, ParentType, ContextType, Partial<SeriesSimilarArgs>>;
  synopsis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  device?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ShelfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Shelf'] = ResolversParentTypes['Shelf']> = {
  becauseOf?: Resolver<Maybe<ResolversTypes['Title']>, ParentType, ContextType>;
  headline?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ShelfKind'], ParentType, ContextType>;
  titles?: Resolver<ResolversTypes['TitleConnection'], ParentType, ContextType, Partial<ShelfTitlesArgs>>;
};

export type SignOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  endedSessionIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type StartCheckoutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StartCheckoutPayload'] = ResolversParentTypes['StartCheckoutPayload']> = {
  checkoutUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  membershipChanged?: SubscriptionResolver<ResolversTypes['Membership'], "membershipChanged", ParentType, ContextType>;
  transcodeProgress?: SubscriptionResolver<ResolversTypes['TranscodeJob'], "transcodeProgress", ParentType, ContextType, RequireFields<SubscriptionTranscodeProgressArgs, 'jobId'>>;
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

export type TranscodeJobResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TranscodeJob'] = ResolversParentTypes['TranscodeJob']> = {
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

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  apiKeys?: Resolver<Array<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  emailVerified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  entitlements?: Resolver<Maybe<ResolversTypes['Entitlements']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  invoices?: Resolver<Maybe<ResolversTypes['InvoiceConnection']>, ParentType, ContextType, Partial<UserInvoicesArgs>>;
  membership?: Resolver<Maybe<ResolversTypes['Membership']>, ParentType, ContextType>;
  mfaEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  profiles?: Resolver<Array<ResolversTypes['Profile']>, ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  sessions?: Resolver<Array<ResolversTypes['Session']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserPayload'] = ResolversParentTypes['UserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
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
  ApiKey?: ApiKeyResolvers<ContextType>;
  AuthPayload?: AuthPayloadResolvers<ContextType>;
  AuthTokens?: AuthTokensResolvers<ContextType>;
  BigInt?: GraphQLScalarType;
  CompleteUploadPayload?: CompleteUploadPayloadResolvers<ContextType>;
  ConfirmEmailPayload?: ConfirmEmailPayloadResolvers<ContextType>;
  ConfirmMfaPayload?: ConfirmMfaPayloadResolvers<ContextType>;
  CreateApiKeyPayload?: CreateApiKeyPayloadResolvers<ContextType>;
  CreateUploadPayload?: CreateUploadPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DecadeFacet?: DecadeFacetResolvers<ContextType>;
  DeleteProfilePayload?: DeleteProfilePayloadResolvers<ContextType>;
  Drm?: DrmResolvers<ContextType>;
  EnableMfaPayload?: EnableMfaPayloadResolvers<ContextType>;
  Entitlements?: EntitlementsResolvers<ContextType>;
  Episode?: EpisodeResolvers<ContextType>;
  Genre?: GenreResolvers<ContextType>;
  GenreFacet?: GenreFacetResolvers<ContextType>;
  Invoice?: InvoiceResolvers<ContextType>;
  InvoiceConnection?: InvoiceConnectionResolvers<ContextType>;
  InvoiceEdge?: InvoiceEdgeResolvers<ContextType>;
  MailPayload?: MailPayloadResolvers<ContextType>;
  MediaAsset?: MediaAssetResolvers<ContextType>;
  Membership?: MembershipResolvers<ContextType>;
  MembershipPayload?: MembershipPayloadResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Movie?: MovieResolvers<ContextType>;
  MoviePayload?: MoviePayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  MyListPayload?: MyListPayloadResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Person?: PersonResolvers<ContextType>;
  Plan?: PlanResolvers<ContextType>;
  PlaybackPayload?: PlaybackPayloadResolvers<ContextType>;
  PlaybackSession?: PlaybackSessionResolvers<ContextType>;
  Profile?: ProfileResolvers<ContextType>;
  ProfilePayload?: ProfilePayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RateTitlePayload?: RateTitlePayloadResolvers<ContextType>;
  Rendition?: RenditionResolvers<ContextType>;
  ResetPasswordPayload?: ResetPasswordPayloadResolvers<ContextType>;
  RevokeApiKeyPayload?: RevokeApiKeyPayloadResolvers<ContextType>;
  SearchConnection?: SearchConnectionResolvers<ContextType>;
  SearchEdge?: SearchEdgeResolvers<ContextType>;
  SearchFacets?: SearchFacetsResolvers<ContextType>;
  Season?: SeasonResolvers<ContextType>;
  Series?: SeriesResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  Shelf?: ShelfResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  StartCheckoutPayload?: StartCheckoutPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Suggestion?: SuggestionResolvers<ContextType>;
  Title?: TitleResolvers<ContextType>;
  TitleConnection?: TitleConnectionResolvers<ContextType>;
  TitleEdge?: TitleEdgeResolvers<ContextType>;
  TitlePayload?: TitlePayloadResolvers<ContextType>;
  TranscodeJob?: TranscodeJobResolvers<ContextType>;
  TranscodeJobPayload?: TranscodeJobPayloadResolvers<ContextType>;
  Upload?: UploadResolvers<ContextType>;
  UploadPart?: UploadPartResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  UserPayload?: UserPayloadResolvers<ContextType>;
  WatchProgress?: WatchProgressResolvers<ContextType>;
  WatchProgressConnection?: WatchProgressConnectionResolvers<ContextType>;
  WatchProgressEdge?: WatchProgressEdgeResolvers<ContextType>;
};

