import type { Prisma } from '../generated/prisma/client.ts';
import { isMaster, readMaster, readMedia } from '../manifests/hls.ts';
import { resolveKey } from '../manifests/keys.ts';
import type { Bucket } from '../storage.ts';

/** What a finished job made, as its manifests tell. */
export interface JobOutputs {
  readonly masterKey: string;
  readonly mpdKey: string | null;
  readonly durationSeconds: number;
  readonly renditions: Omit<Prisma.RenditionCreateManyInput, 'assetId'>[];
}

/**
 * Reads what a job made from its own manifests: how files are laid out and called is the transcoder's affair.
 * @param prefix folder of the job's output, with a slash at its end
 * @param playlists keys of the manifests if the transcoder told them; else they are looked for in the folder
 * @throws {UnusableOutput} if there is no master playlist, or it leads to files that are not there
 */
export async function readOutputs(
  media: Bucket,
  prefix: string,
  playlists: readonly string[] = [],
): Promise<JobOutputs> {
  const told = playlists.filter((key) => key.startsWith(prefix));
  const keys = told.length > 0 ? told : await media.list(prefix);
  const master = await findMaster(media, keys);
  if (!master) throw new UnusableOutput(`There is no master playlist in ${prefix}.`);
  const { variants, tracks } = readMaster(master.text);
  const taken = new Set<string>();
  const renditions: JobOutputs['renditions'] = [];
  let durationSeconds = 0;
  for (const { uri, ...facts } of variants) {
    const playlist = await readPlaylist(media, master.key, uri);
    if (taken.has(playlist.playlistKey)) continue;
    taken.add(playlist.playlistKey);
    durationSeconds = Math.max(durationSeconds, playlist.durationSeconds);
    renditions.push({
      ...rendition(playlist),
      ...facts,
      kind: 'VIDEO',
      name: freeName(renditions, `${facts.height}p`),
    });
  }
  for (const { uri, type } of tracks) {
    const playlist = await readPlaylist(media, master.key, uri);
    if (taken.has(playlist.playlistKey)) continue;
    taken.add(playlist.playlistKey);
    const kind = type === 'AUDIO' ? 'AUDIO' : 'TEXT';
    const facts = { height: 0, width: 0, bandwidth: 0, codecs: '' };
    renditions.push({
      ...rendition(playlist),
      ...facts,
      kind,
      name: freeName(renditions, kind.toLowerCase()),
    });
  }
  assertSeparate(renditions);
  const mpdKey = keys.find((key) => key.endsWith('.mpd')) ?? null;
  return { masterKey: master.key, mpdKey, durationSeconds, renditions };
}

async function findMaster(
  media: Bucket,
  keys: readonly string[],
): Promise<{ key: string; text: string } | undefined> {
  for (const key of keys.filter((name) => name.endsWith('.m3u8'))) {
    const text = await media.text(key);
    if (text !== undefined && isMaster(text)) return { key, text };
  }
  return undefined;
}

interface Playlist {
  playlistKey: string;
  mediaPrefix: string;
  durationSeconds: number;
}

async function readPlaylist(media: Bucket, masterKey: string, uri: string): Promise<Playlist> {
  const playlistKey = resolveKey(masterKey, uri);
  const text = await media.text(playlistKey);
  if (text === undefined) throw new UnusableOutput(`The playlist ${playlistKey} is not there.`);
  const { uris, durationSeconds } = readMedia(text);
  const mediaPrefix = commonPrefix(uris.map((file) => resolveKey(playlistKey, file)));
  return { playlistKey, mediaPrefix, durationSeconds };
}

const rendition = ({ playlistKey, mediaPrefix }: Playlist) => ({ playlistKey, mediaPrefix });

/** What a job wrote cannot be played: trying again with the same files does not help. */
export class UnusableOutput extends Error {
  override name = 'UnusableOutput';
}

/**
 * What all keys of a rendition begin with. It is signed with a wildcard behind it; where files of several renditions
 * lie side by side it reaches into their names.
 */
function commonPrefix(keys: readonly string[]): string {
  const [first = '', ...rest] = keys;
  let length = first.length;
  for (const key of rest) {
    let same = 0;
    while (same < length && key[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}

/** @throws if a signature for one rendition would open another */
function assertSeparate(renditions: JobOutputs['renditions']): void {
  for (const one of renditions)
    for (const other of renditions)
      if (one !== other && other.mediaPrefix.startsWith(one.mediaPrefix))
        throw new UnusableOutput(
          `The files of ${one.name} and ${other.name} cannot be told apart by their names.`,
        );
}

/** `720p`, or `720p-2` if another rendition is called so. */
function freeName(renditions: readonly { name: string }[], wanted: string): string {
  const taken = new Set(renditions.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  return name;
}
