import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { UserMapper, ProfileMapper, SessionMapper, ApiKeyMapper } from '../mappers.ts';
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

/** The outcome of `deleteProfile`. */
export type DeleteProfilePayload = {
  /** Id of the profile that is gone; null when refused. */
  deletedProfileId?: Maybe<Scalars['ID']['output']>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
};

/** What an authenticator app needs. Nothing is switched on until `confirmMfa` gets a code of it. */
export type EnableMfaPayload = {
  /** The same as an `otpauth:` address, for a QR code; null when refused. */
  otpauthUri?: Maybe<Scalars['String']['output']>;
  /** The shared secret in base32, for typing in; null when refused. */
  secret?: Maybe<Scalars['String']['output']>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
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

/** Everything that can be done. */
export type Mutation = {
  /** Sets a new password. All sign-ins end, this one included: the answer has the tokens of a new one. */
  changePassword: AuthPayload;
  /** Shows that the address is the user's. Doing it again changes nothing. */
  confirmEmail: ConfirmEmailPayload;
  /** Switches the second factor on, given that the authenticator app shows the right code. */
  confirmMfa: ConfirmMfaPayload;
  /** Makes a key for programs. Its secret is in the answer and nowhere else. */
  createApiKey: CreateApiKeyPayload;
  /** Makes a profile for one more person; an account has five at most. */
  createProfile: ProfilePayload;
  /** Deletes one of the viewer's profiles, which cannot be undone. The last one stays. */
  deleteProfile: DeleteProfilePayload;
  /** Switches the second factor off. */
  disableMfa: UserPayload;
  /** Makes a secret for an authenticator app. Asking again before `confirmMfa` makes another. */
  enableMfa: EnableMfaPayload;
  /** Signs in with e-mail and password. Ten failures in a row lock the account for a minute, then for twice as long each. */
  login: AuthPayload;
  /** Ends the sign-in that this request belongs to. */
  logout: SignOutPayload;
  /** Ends all of the viewer's sign-ins, this one included. */
  logoutEverywhere: SignOutPayload;
  /** Gives fresh tokens for a refresh token that was not used before. */
  refreshTokens: AuthPayload;
  /** Makes an account with one profile, signs it in, and mails a code for `confirmEmail`. */
  register: AuthPayload;
  /** Mails a code for `resetPassword`. The answer is the same whether or not there is such an account. */
  requestPasswordReset: MailPayload;
  /** Mails a new code for `confirmEmail` to the signed-in user, unless the address is confirmed. */
  resendConfirmation: MailPayload;
  /** Sets a new password with a mailed code, and ends all sign-ins of the account. */
  resetPassword: ResetPasswordPayload;
  /** Makes one of the viewer's keys useless, within a minute everywhere. Doing it again changes nothing. */
  revokeApiKey: RevokeApiKeyPayload;
  /** Ends one of the viewer's sign-ins, on whatever device. */
  revokeSession: SignOutPayload;
  /** Sets what an account may do and ends its sign-ins, so that it holds at once. For admins. */
  setRoles: UserPayload;
  /** Changes one of the viewer's profiles. */
  updateProfile: ProfilePayload;
  /** Completes a sign-in that asked for a second factor. A challenge stands for five minutes and five attempts. */
  verifyMfa: AuthPayload;
};


/** Everything that can be done. */
export type MutationChangePasswordArgs = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
};


/** Everything that can be done. */
export type MutationConfirmEmailArgs = {
  token: Scalars['String']['input'];
};


/** Everything that can be done. */
export type MutationConfirmMfaArgs = {
  code: Scalars['String']['input'];
};


/** Everything that can be done. */
export type MutationCreateApiKeyArgs = {
  name: Scalars['String']['input'];
  scopes: Array<Scalars['String']['input']>;
};


/** Everything that can be done. */
export type MutationCreateProfileArgs = {
  input: CreateProfileInput;
};


/** Everything that can be done. */
export type MutationDeleteProfileArgs = {
  pin?: InputMaybe<Scalars['String']['input']>;
  profileId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationDisableMfaArgs = {
  code: Scalars['String']['input'];
};


/** Everything that can be done. */
export type MutationLoginArgs = {
  input: LoginInput;
};


/** Everything that can be done. */
export type MutationRefreshTokensArgs = {
  refreshToken: Scalars['String']['input'];
};


/** Everything that can be done. */
export type MutationRegisterArgs = {
  input: RegisterInput;
};


/** Everything that can be done. */
export type MutationRequestPasswordResetArgs = {
  email: Scalars['String']['input'];
};


/** Everything that can be done. */
export type MutationResetPasswordArgs = {
  newPassword: Scalars['String']['input'];
  token: Scalars['String']['input'];
};


/** Everything that can be done. */
export type MutationRevokeApiKeyArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationRevokeSessionArgs = {
  sessionId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationSetRolesArgs = {
  roles: Array<Role>;
  userId: Scalars['ID']['input'];
};


/** Everything that can be done. */
export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


/** Everything that can be done. */
export type MutationVerifyMfaArgs = {
  challenge: Scalars['String']['input'];
  code: Scalars['String']['input'];
};

/** One person who watches on an account. Only the account's owner (and an admin) can see it. */
export type Profile = {
  /** Opaque id, such as `prf_01k9…`. */
  id: Scalars['ID']['output'];
  /** Whom it is for. */
  kind: ProfileKind;
  /** Language of preference, a BCP 47 tag such as `en` or `pt-BR`. */
  language: Scalars['String']['output'];
  /** Titles rated above it are not played. */
  maturityLimit: MaturityRating;
  /** Name shown when choosing who watches. */
  name: Scalars['String']['output'];
  /** Whether playing, and loosening the limit, asks for the profile's PIN. */
  pinProtected: Scalars['Boolean']['output'];
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

/** Everything that can be asked. */
export type Query = {
  /** The signed-in user; null for a visitor. */
  me?: Maybe<User>;
  /** One of the viewer's own profiles; null if there is none with this id, FORBIDDEN if it is another user's. */
  profile?: Maybe<Profile>;
};


/** Everything that can be asked. */
export type QueryProfileArgs = {
  id: Scalars['ID']['input'];
};

/** What a new account needs. */
export type RegisterInput = {
  /** Address to sign in with; case does not matter. */
  email: Scalars['String']['input'];
  /** At least 8 characters of any kind, at most 1024 bytes, and not one that everybody uses. */
  password: Scalars['String']['input'];
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

/** The outcome of ending sign-ins. */
export type SignOutPayload = {
  /** Ids of the sign-ins that ended now; those that had ended before are not among them. */
  endedSessionIds: Array<Scalars['ID']['output']>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
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
  /** Opaque id, such as `usr_01k9…`. */
  id: Scalars['ID']['output'];
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

/** The outcome of a change to an account. */
export type UserPayload = {
  /** The account as it is now; null when refused. */
  user?: Maybe<User>;
  /** Why it was refused; empty when done. */
  userErrors: Array<UserError>;
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
  Profile: Profile;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Profile:
    ( { __typename: 'Profile' }
    & GraphQLRecursivePick<FederationTypes['Profile'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ApiKey: ResolverTypeWrapper<ApiKeyMapper>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  AuthPayload: ResolverTypeWrapper<Omit<AuthPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  AuthTokens: ResolverTypeWrapper<AuthTokens>;
  ConfirmEmailPayload: ResolverTypeWrapper<Omit<ConfirmEmailPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  ConfirmMfaPayload: ResolverTypeWrapper<Omit<ConfirmMfaPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  CreateApiKeyPayload: ResolverTypeWrapper<Omit<CreateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversTypes['ApiKey']> }>;
  CreateProfileInput: CreateProfileInput;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteProfilePayload: ResolverTypeWrapper<DeleteProfilePayload>;
  EnableMfaPayload: ResolverTypeWrapper<EnableMfaPayload>;
  LoginInput: LoginInput;
  MailPayload: ResolverTypeWrapper<MailPayload>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  MaturityRating: MaturityRating;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Profile: ResolverTypeWrapper<ProfileMapper>;
  ProfileKind: ProfileKind;
  ProfilePayload: ResolverTypeWrapper<Omit<ProfilePayload, 'profile'> & { profile?: Maybe<ResolversTypes['Profile']> }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterInput: RegisterInput;
  ResetPasswordPayload: ResolverTypeWrapper<ResetPasswordPayload>;
  RevokeApiKeyPayload: ResolverTypeWrapper<RevokeApiKeyPayload>;
  Role: Role;
  Session: ResolverTypeWrapper<SessionMapper>;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  UpdateProfileInput: UpdateProfileInput;
  User: ResolverTypeWrapper<UserMapper>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  UserPayload: ResolverTypeWrapper<Omit<UserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ApiKey: ApiKeyMapper;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  AuthPayload: Omit<AuthPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  AuthTokens: AuthTokens;
  ConfirmEmailPayload: Omit<ConfirmEmailPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  ConfirmMfaPayload: Omit<ConfirmMfaPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  CreateApiKeyPayload: Omit<CreateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversParentTypes['ApiKey']> };
  CreateProfileInput: CreateProfileInput;
  DateTime: Scalars['DateTime']['output'];
  DeleteProfilePayload: DeleteProfilePayload;
  EnableMfaPayload: EnableMfaPayload;
  LoginInput: LoginInput;
  MailPayload: MailPayload;
  Boolean: Scalars['Boolean']['output'];
  Mutation: Record<PropertyKey, never>;
  Profile: ProfileMapper;
  ProfilePayload: Omit<ProfilePayload, 'profile'> & { profile?: Maybe<ResolversParentTypes['Profile']> };
  Query: Record<PropertyKey, never>;
  RegisterInput: RegisterInput;
  ResetPasswordPayload: ResetPasswordPayload;
  RevokeApiKeyPayload: RevokeApiKeyPayload;
  Session: SessionMapper;
  SignOutPayload: SignOutPayload;
  UpdateProfileInput: UpdateProfileInput;
  User: UserMapper;
  UserError: UserError;
  UserPayload: Omit<UserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteProfilePayload'] = ResolversParentTypes['DeleteProfilePayload']> = {
  deletedProfileId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EnableMfaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EnableMfaPayload'] = ResolversParentTypes['EnableMfaPayload']> = {
  otpauthUri?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MailPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MailPayload'] = ResolversParentTypes['MailPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  changePassword?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'currentPassword' | 'newPassword'>>;
  confirmEmail?: Resolver<ResolversTypes['ConfirmEmailPayload'], ParentType, ContextType, RequireFields<MutationConfirmEmailArgs, 'token'>>;
  confirmMfa?: Resolver<ResolversTypes['ConfirmMfaPayload'], ParentType, ContextType, RequireFields<MutationConfirmMfaArgs, 'code'>>;
  createApiKey?: Resolver<ResolversTypes['CreateApiKeyPayload'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'name' | 'scopes'>>;
  createProfile?: Resolver<ResolversTypes['ProfilePayload'], ParentType, ContextType, RequireFields<MutationCreateProfileArgs, 'input'>>;
  deleteProfile?: Resolver<ResolversTypes['DeleteProfilePayload'], ParentType, ContextType, RequireFields<MutationDeleteProfileArgs, 'profileId'>>;
  disableMfa?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationDisableMfaArgs, 'code'>>;
  enableMfa?: Resolver<ResolversTypes['EnableMfaPayload'], ParentType, ContextType>;
  login?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationLoginArgs, 'input'>>;
  logout?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  logoutEverywhere?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  refreshTokens?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationRefreshTokensArgs, 'refreshToken'>>;
  register?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationRegisterArgs, 'input'>>;
  requestPasswordReset?: Resolver<ResolversTypes['MailPayload'], ParentType, ContextType, RequireFields<MutationRequestPasswordResetArgs, 'email'>>;
  resendConfirmation?: Resolver<ResolversTypes['MailPayload'], ParentType, ContextType>;
  resetPassword?: Resolver<ResolversTypes['ResetPasswordPayload'], ParentType, ContextType, RequireFields<MutationResetPasswordArgs, 'newPassword' | 'token'>>;
  revokeApiKey?: Resolver<ResolversTypes['RevokeApiKeyPayload'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'id'>>;
  revokeSession?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'sessionId'>>;
  setRoles?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationSetRolesArgs, 'roles' | 'userId'>>;
  updateProfile?: Resolver<ResolversTypes['ProfilePayload'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  verifyMfa?: Resolver<ResolversTypes['AuthPayload'], ParentType, ContextType, RequireFields<MutationVerifyMfaArgs, 'challenge' | 'code'>>;
};

export type ProfileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Profile'] = ResolversParentTypes['Profile'], FederationReferenceType extends FederationReferenceTypes['Profile'] = FederationReferenceTypes['Profile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Profile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ProfileKind'], ParentType, ContextType>;
  language?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maturityLimit?: Resolver<ResolversTypes['MaturityRating'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pinProtected?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProfilePayload'] = ResolversParentTypes['ProfilePayload']> = {
  profile?: Resolver<Maybe<ResolversTypes['Profile']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  profile?: Resolver<Maybe<ResolversTypes['Profile']>, ParentType, ContextType, RequireFields<QueryProfileArgs, 'id'>>;
};

export type ResetPasswordPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResetPasswordPayload'] = ResolversParentTypes['ResetPasswordPayload']> = {
  reset?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeApiKeyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeApiKeyPayload'] = ResolversParentTypes['RevokeApiKeyPayload']> = {
  revokedApiKeyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  device?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SignOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  endedSessionIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  apiKeys?: Resolver<Array<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  emailVerified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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

export type Resolvers<ContextType = Context> = {
  ApiKey?: ApiKeyResolvers<ContextType>;
  AuthPayload?: AuthPayloadResolvers<ContextType>;
  AuthTokens?: AuthTokensResolvers<ContextType>;
  ConfirmEmailPayload?: ConfirmEmailPayloadResolvers<ContextType>;
  ConfirmMfaPayload?: ConfirmMfaPayloadResolvers<ContextType>;
  CreateApiKeyPayload?: CreateApiKeyPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteProfilePayload?: DeleteProfilePayloadResolvers<ContextType>;
  EnableMfaPayload?: EnableMfaPayloadResolvers<ContextType>;
  MailPayload?: MailPayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Profile?: ProfileResolvers<ContextType>;
  ProfilePayload?: ProfilePayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ResetPasswordPayload?: ResetPasswordPayloadResolvers<ContextType>;
  RevokeApiKeyPayload?: RevokeApiKeyPayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  UserPayload?: UserPayloadResolvers<ContextType>;
};

