/** A variant stream of a master playlist (RFC 8216, section 4.3.4.2). */
export interface HlsVariant {
  readonly uri: string;
  readonly bandwidth: number;
  readonly codecs: string;
  readonly width: number;
  readonly height: number;
}

/** An alternative rendition of a master playlist that has a playlist of its own (section 4.3.4.1). */
export interface HlsTrack {
  readonly uri: string;
  readonly type: string;
  readonly name: string;
}

export interface HlsMaster {
  readonly variants: readonly HlsVariant[];
  readonly tracks: readonly HlsTrack[];
}

const attribute = /([A-Z0-9-]+)=("[^"]*"|[^",]*)/g;
const STREAM = '#EXT-X-STREAM-INF:';
const MEDIA = '#EXT-X-MEDIA:';

/** The attribute list of a tag (section 4.2), quotes taken off. */
function attributes(line: string): Record<string, string> {
  const list = line.slice(line.indexOf(':') + 1);
  return Object.fromEntries(
    [...list.matchAll(attribute)].map(([, name, value]) => [name ?? '', (value ?? '').replaceAll('"', '')]),
  );
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).map((line) => line.trim());

export const isMaster = (text: string): boolean => text.startsWith('#EXTM3U') && text.includes(STREAM);

/** Reads what a master playlist lists. Variants without a resolution have height 0. */
export function readMaster(text: string): HlsMaster {
  const lines = linesOf(text);
  const variants: HlsVariant[] = [];
  const tracks: HlsTrack[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.startsWith(STREAM)) {
      const { BANDWIDTH, CODECS = '', RESOLUTION = '0x0' } = attributes(line);
      const uri = lines.slice(index + 1).find((next) => next !== '' && !next.startsWith('#'));
      const [width = 0, height = 0] = RESOLUTION.split('x').map(Number);
      if (uri !== undefined)
        variants.push({ uri, bandwidth: Number(BANDWIDTH), codecs: CODECS, width, height });
    } else if (line.startsWith(MEDIA)) {
      const { URI, TYPE = '', NAME = '' } = attributes(line);
      if (URI !== undefined) tracks.push({ uri: URI, type: TYPE, name: NAME });
    }
  }
  return { variants, tracks };
}

/**
 * A master playlist with some of its playlists taken out.
 * @param place where a playlist is to be found now; undefined takes it out
 */
export function rewriteMaster(text: string, place: (uri: string) => string | undefined): string {
  const kept: string[] = [];
  let stream: string | undefined;
  for (const line of linesOf(text)) {
    if (line === '' || line.startsWith('#EXT-X-I-FRAME-STREAM-INF:')) continue;
    if (line.startsWith(STREAM)) {
      stream = line;
    } else if (line.startsWith(MEDIA)) {
      const { URI } = attributes(line);
      const url = URI === undefined ? undefined : place(URI);
      if (URI === undefined) kept.push(line);
      else if (url !== undefined) kept.push(line.replace(/URI="[^"]*"/, () => `URI="${url}"`));
    } else if (line.startsWith('#')) {
      kept.push(line);
    } else {
      const url = place(line);
      if (stream !== undefined && url !== undefined) kept.push(stream, url);
      stream = undefined;
    }
  }
  return `${kept.join('\n')}\n`;
}

/** Reads which files a media playlist leads to, and how many seconds they last. */
export function readMedia(text: string): { uris: string[]; durationSeconds: number } {
  const uris = new Set<string>();
  let durationSeconds = 0;
  for (const line of linesOf(text)) {
    if (line.startsWith('#EXTINF:')) durationSeconds += Number.parseFloat(line.slice(8)) || 0;
    else if (line.startsWith('#EXT-X-MAP:')) uris.add(attributes(line)['URI'] ?? '');
    else if (line !== '' && !line.startsWith('#')) uris.add(line);
  }
  uris.delete('');
  return { uris: [...uris], durationSeconds };
}

/**
 * A media playlist whose files are elsewhere.
 * @param place where a file is to be found now
 */
export const rewriteMedia = (text: string, place: (uri: string) => string): string =>
  `${linesOf(text)
    .filter((line) => line !== '')
    .map((line) => {
      if (!line.startsWith('#')) return place(line);
      if (!line.startsWith('#EXT-X-MAP:')) return line;
      return line.replace(/URI="([^"]*)"/, (_, uri: string) => `URI="${place(uri)}"`);
    })
    .join('\n')}\n`;
