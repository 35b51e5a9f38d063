import type DataLoader from 'dataloader';
import { forbidden, signedOut } from '../../platform/errors.ts';
import { loaderById, loaderOfLists } from '../../platform/loaders.ts';
import { hasScope, requireUser, type Viewer } from '../../platform/viewer.ts';
import type { ApiKey, PrismaClient, Profile, Session, User } from './generated/prisma/client.ts';
import type { Parts } from './parts.ts';

/** What resolvers get, made anew for each request. */
export interface Context {
  readonly viewer: Viewer;
  readonly parts: Parts;
  readonly loaders: Loaders;
  /**
   * The id of the account that asks, for anything that is the account's own.
   * @throws `UNAUTHENTICATED` for a visitor or after the sign-in ended, `FORBIDDEN` for an API key
   */
  account(): Promise<string>;
  /** Whether the viewer may see what belongs to this account. */
  maySee(userId: string): boolean;
}

export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly profile: DataLoader<string, Profile | null>;
  readonly profilesOfUser: DataLoader<string, Profile[]>;
  readonly sessionsOfUser: DataLoader<string, Session[]>;
  readonly apiKeysOfUser: DataLoader<string, ApiKey[]>;
}

export function createContext(parts: Parts, viewer: Viewer): Context {
  let account: Promise<string> | undefined;
  return {
    viewer,
    parts,
    loaders: createLoaders(parts.prisma),
    account: () => (account ??= liveAccount(parts.prisma, viewer)),
    maySee: (userId) =>
      viewer.apiKeyId === undefined && (viewer.userId === userId || hasScope(viewer, 'admin')),
  };
}

/** An access token outlives its sign-in by some minutes; here, where the sign-ins are kept, it does not. */
async function liveAccount(prisma: PrismaClient, viewer: Viewer): Promise<string> {
  if (viewer.apiKeyId !== undefined)
    throw forbidden('An API key cannot act on accounts: sign in and send an access token.');
  const userId = requireUser(viewer);
  if (viewer.sessionId === undefined) return userId;
  const session = await prisma.session.findFirst({
    where: { id: viewer.sessionId, userId, endedAt: null },
    select: { id: true },
  });
  if (session === null) throw signedOut();
  return userId;
}

/** No id of ours looks otherwise; what does cannot be there, and PostgreSQL would choke on some of it. */
const isId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

function createLoaders(prisma: PrismaClient): Loaders {
  return {
    user: loaderById((ids) => prisma.user.findMany({ where: { id: { in: ids.filter(isId) } } })),
    profile: loaderById((ids) => prisma.profile.findMany({ where: { id: { in: ids.filter(isId) } } })),
    profilesOfUser: loaderOfLists(
      (userIds) =>
        prisma.profile.findMany({
          where: { userId: { in: userIds } },
          orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        }),
      (profile) => profile.userId,
    ),
    sessionsOfUser: loaderOfLists(
      (userIds) =>
        prisma.session.findMany({
          where: { userId: { in: userIds }, endedAt: null, expiresAt: { gt: new Date() } },
          orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
        }),
      (session) => session.userId,
    ),
    apiKeysOfUser: loaderOfLists(
      (userIds) =>
        prisma.apiKey.findMany({
          where: { userId: { in: userIds }, revokedAt: null },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        }),
      (key) => key.userId,
    ),
  };
}
