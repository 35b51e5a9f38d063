import type { ServerResponse } from 'node:http';
import { isSecret } from '../../../platform/secrets.ts';
import { sendJson, type Route } from '../../../platform/serve.ts';
import type { PlaybackSession, PrismaClient } from '../generated/prisma/client.ts';
import {
  allowedRenditions,
  entryFile,
  type PlayedAsset,
  type SessionManifests,
} from './session-manifests.ts';

export interface OriginParts {
  readonly prisma: PrismaClient;
  readonly manifests: SessionManifests;
  /** What the edge brings as `x-origin-secret`. */
  readonly originSecret: string;
}

const HLS_TYPE = 'application/vnd.apple.mpegurl';
const DASH_TYPE = 'application/dash+xml';

/** Made for one session, and gone with it: nothing between the edge and the player may keep it. */
const sendManifest = (response: ServerResponse, type: string, text: string): void => {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'private, no-store' }).end(text);
};

const refuse = (response: ServerResponse, status: number, error: string): void => {
  response.setHeader('cache-control', 'no-store');
  sendJson(response, status, { error });
};

/**
 * `GET /manifests/:sessionId/:file`: where the edge fetches manifests, once it has verified the signature of their URL.
 * Each is made for its session as it is now. 403 without the edge's secret and for no session or a rendition that the
 * plan does not allow; 410 for a session that has ended.
 */
export function manifestRoute({ prisma, manifests, originSecret }: OriginParts): Route {
  return {
    method: 'GET',
    path: '/manifests/:sessionId/:file',
    async handler(request, response, { sessionId = '', file = '' }) {
      if (!isSecret(request.headers['x-origin-secret'], originSecret))
        return refuse(response, 403, 'only the edge may ask for manifests');
      const session = await prisma.playbackSession.findUnique({ where: { id: sessionId } });
      if (!session) return refuse(response, 403, 'there is no such session');
      if (session.endedAt !== null || session.expiresAt.getTime() <= Date.now())
        return refuse(response, 410, 'the session has ended');
      const asset = await prisma.mediaAsset.findUniqueOrThrow({
        where: { id: session.assetId },
        include: { renditions: true },
      });
      await answer(response, manifests, session, asset, file);
    },
  };
}

async function answer(
  response: ServerResponse,
  manifests: SessionManifests,
  session: PlaybackSession,
  asset: PlayedAsset,
  file: string,
): Promise<void> {
  if (file === entryFile.HLS) return sendManifest(response, HLS_TYPE, await manifests.master(session, asset));
  if (file === entryFile.DASH) return sendManifest(response, DASH_TYPE, await manifests.mpd(session, asset));
  const name = /^(.+)\.m3u8$/.exec(file)?.[1];
  const rendition = allowedRenditions(session, asset.renditions).find((one) => one.name === name);
  if (!rendition) return refuse(response, 403, 'the session may not play this');
  sendManifest(response, HLS_TYPE, await manifests.playlist(session, rendition));
}
