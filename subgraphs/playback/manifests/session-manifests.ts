import { LRUCache } from 'lru-cache';
import type { MediaAsset, PlaybackSession, Rendition } from '../generated/prisma/client.ts';
import { allowedHeights } from '../sessions/playback-rules.ts';
import type { Signer } from '../signing.ts';
import type { Bucket } from '../storage.ts';
import { rewriteMpd } from './dash.ts';
import { rewriteMaster, rewriteMedia } from './hls.ts';
import { keyPath, resolveKey } from './keys.ts';

export interface ManifestParts {
  readonly media: Bucket;
  readonly signer: Signer;
  /** Where clients reach the edge, without a slash at the end. */
  readonly cdnUrl: string;
}

/** What is played, with all that belongs to it. */
export interface PlayedAsset extends MediaAsset {
  readonly renditions: readonly Rendition[];
}

/** The renditions that a session may play: what its plan allows of the pictures, and all sounds and texts. */
export function allowedRenditions(
  session: Pick<PlaybackSession, 'maxHeight'>,
  renditions: readonly Rendition[],
): Rendition[] {
  const pictures = renditions.filter(({ kind }) => kind === 'VIDEO');
  const heights = new Set(
    allowedHeights(
      pictures.map(({ height }) => height),
      session.maxHeight,
    ),
  );
  return renditions.filter(({ kind, height }) => kind !== 'VIDEO' || heights.has(height));
}

/** URL of a session's manifest at the edge, unsigned. */
export const manifestUrl = (cdnUrl: string, sessionId: string, file: string): string =>
  `${cdnUrl}/manifests/${sessionId}/${file}`;

/** The file names of the two manifests with which players begin. */
export const entryFile = { HLS: 'master.m3u8', DASH: 'manifest.mpd' } as const;

export interface SessionManifests {
  /** The master playlist: only renditions that the session may play, each with a signed URL. */
  master(session: PlaybackSession, asset: PlayedAsset): Promise<string>;
  /** A media playlist, every file of it signed with the rendition's own policy. */
  playlist(session: PlaybackSession, rendition: Rendition): Promise<string>;
  /** The MPD: only representations that the session may play, each signed with its own policy. */
  mpd(session: PlaybackSession, asset: PlayedAsset): Promise<string>;
}

/** What a job wrote never changes: its manifests are read once. */
const KEPT_BYTES = 64 * 2 ** 20;

export function createSessionManifests({ media, signer, cdnUrl }: ManifestParts): SessionManifests {
  const texts = new LRUCache<string, string>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (text) => text.length + 1,
  });
  async function read(key: string | null): Promise<string> {
    const known = key === null ? undefined : texts.get(key);
    if (known !== undefined) return known;
    const text = key === null ? undefined : await media.text(key);
    if (key === null || text === undefined) throw new MissingManifest(`There is no manifest ${key ?? ''}.`);
    texts.set(key, text);
    return text;
  }
  const mediaUrl = (key: string): string => `${cdnUrl}/media/${keyPath(key)}`;
  /** One signature for all files of a rendition, and for no other file. */
  const filesQuery = (session: PlaybackSession, { mediaPrefix }: Rendition): string =>
    signer.query(`${mediaUrl(mediaPrefix)}*`, session.expiresAt);

  return {
    async master(session, asset) {
      const allowed = new Map(
        allowedRenditions(session, asset.renditions).map((one) => [one.playlistKey, one]),
      );
      return rewriteMaster(await read(asset.masterKey), (uri) => {
        const rendition = allowed.get(resolveKey(asset.masterKey ?? '', uri));
        return (
          rendition &&
          signer.url(manifestUrl(cdnUrl, session.id, `${rendition.name}.m3u8`), session.expiresAt)
        );
      });
    },
    async playlist(session, rendition) {
      const query = filesQuery(session, rendition);
      return rewriteMedia(
        await read(rendition.playlistKey),
        (uri) => `${mediaUrl(resolveKey(rendition.playlistKey, uri))}?${query}`,
      );
    },
    async mpd(session, asset) {
      const allowed = allowedRenditions(session, asset.renditions);
      return rewriteMpd(await read(asset.mpdKey), (uri) => {
        const place = templateKey(asset.mpdKey ?? '', uri);
        const rendition = allowed.find(({ mediaPrefix }) => place.key.startsWith(mediaPrefix));
        return rendition && `${place.fill(mediaUrl(place.key))}?${filesQuery(session, rendition)}`;
      });
    },
  };
}

/** A manifest that should be in the store is not there. */
class MissingManifest extends Error {
  override name = 'MissingManifest';
  readonly status = 404;
}

/**
 * The key that a DASH template names. Its identifiers (`$Number%05d$`) are not part of a URL's grammar: they are set
 * aside while the rest is resolved, and `fill` puts them back.
 */
function templateKey(mpdKey: string, template: string): { key: string; fill: (url: string) => string } {
  const identifiers: string[] = [];
  const plain = template.replace(/\$[^$]*\$/g, (identifier) => `__${identifiers.push(identifier) - 1}__`);
  return {
    key: resolveKey(mpdKey, plain),
    fill: (url) => url.replace(/__(\d+)__/g, (mark, index: string) => identifiers[Number(index)] ?? mark),
  };
}
