import type { UserResolvers } from '../generated/resolvers.ts';
import { scopesOf } from '../scopes.ts';

export const User: UserResolvers = {
  async __resolveReference({ id }, { loaders, maySee }) {
    return maySee(id) ? loaders.user.load(id) : null;
  },
  emailVerified: (user) => user.emailVerifiedAt !== null,
  mfaEnabled: (user) => user.mfaSecret !== null,
  scopes: (user) => scopesOf(user.roles),
  profiles: (user, _arguments, { loaders }) => loaders.profilesOfUser.load(user.id),
  async sessions(user, _arguments, { loaders, viewer }) {
    const current = user.currentSessionId ?? viewer.sessionId;
    const sessions = await loaders.sessionsOfUser.load(user.id);
    return sessions.map((session) => ({ ...session, current: session.id === current }));
  },
  apiKeys: (user, _arguments, { loaders }) => loaders.apiKeysOfUser.load(user.id),
};
