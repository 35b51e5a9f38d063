import type { ApiKey, Profile, Session, User } from './generated/prisma/client.ts';

/** What resolvers of each GraphQL type get as parent: the row, and what only the request knows. */
export interface UserMapper extends User {
  /** The sign-in that this answer began or belongs to, when it is not the viewer's. */
  readonly currentSessionId?: string;
}
export type ProfileMapper = Profile;
export interface SessionMapper extends Session {
  readonly current: boolean;
}
export type ApiKeyMapper = ApiKey;
