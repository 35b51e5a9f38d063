import { requireUser } from '../../../platform/viewer.ts';
import type { PlaybackSessionResolvers } from '../generated/resolvers.ts';
import { entryFile, manifestUrl } from '../manifests/session-manifests.ts';
import { ownSession } from '../sessions/playback-parts.ts';

export const PlaybackSession: PlaybackSessionResolvers = {
  __resolveReference: async ({ id }, { viewer, prisma }) =>
    (await ownSession(prisma, requireUser(viewer), id)).value ?? null,
  title: ({ titleId }) => ({ __typename: 'Title', id: titleId }),
  manifestUrl: ({ id, format, expiresAt }, _, { env, signer }) =>
    signer.url(manifestUrl(env.CDN_URL, id, entryFile[format]), expiresAt),
  heartbeatIntervalSeconds: (_session, _, { env }) => env.HEARTBEAT_INTERVAL_SECONDS,
  resumePositionSeconds: ({ positionSeconds }) => positionSeconds,
  // no asset is encrypted so far, so no device needs a key
  drm: () => null,
};
