/** A container that MediaConvert reads, and how its files are called and begin. */
interface Container {
  readonly extensions: readonly string[];
  readonly contentTypes: readonly string[];
  /** Whether a file that begins with these bytes is one. */
  matches(head: Buffer): boolean;
}

const ascii = (head: Buffer, start: number, end: number): string => head.toString('latin1', start, end);

/** ISO base media (ISO/IEC 14496-12): the second word of the first box names its type. */
const isoBoxes = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip']);
const isIsoMedia: Container['matches'] = (head) =>
  isoBoxes.has(ascii(head, 4, 8)) && head.readUInt32BE(0) !== 0;

/** EBML (RFC 8794), whose header names the document type. */
const isMatroska: Container['matches'] = (head) =>
  head.readUInt32BE(0) === 0x1a45dfa3 && /matroska|webm/.test(ascii(head, 4, 64));

/** MPEG transport stream: a sync byte every 188 bytes, or every 192 with the time codes of M2TS before each. */
const isTransportStream: Container['matches'] = (head) =>
  [188, 192].some((size) => [0, 1, 2, 3].every((packet) => head[packet * size + size - 188] === 0x47));

const isAvi: Container['matches'] = (head) => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'AVI ';

const containers: readonly Container[] = [
  {
    extensions: ['mp4', 'm4v', 'mov'],
    contentTypes: ['video/mp4', 'video/x-m4v', 'video/quicktime'],
    matches: isIsoMedia,
  },
  {
    extensions: ['mkv', 'webm'],
    contentTypes: ['video/x-matroska', 'video/matroska', 'video/webm'],
    matches: isMatroska,
  },
  { extensions: ['ts', 'm2ts', 'mts'], contentTypes: ['video/mp2t'], matches: isTransportStream },
  { extensions: ['avi'], contentTypes: ['video/x-msvideo', 'video/avi', 'video/vnd.avi'], matches: isAvi },
];

/** How much of a file {@link looksLikeVideo} wants to see. */
export const HEAD_BYTES = 4096;

/** The extension of a file name, in lower case; undefined if files called so are not taken. */
export function extensionOf(fileName: string): string | undefined {
  const extension = /\.([a-z\d]+)$/i.exec(fileName)?.[1]?.toLowerCase();
  return containers.some(({ extensions }) => extensions.includes(extension ?? '')) ? extension : undefined;
}

/** Whether files of this media type are taken. Browsers that do not know a file say `application/octet-stream`. */
export function isTakenType(contentType: string): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    type === 'application/octet-stream' || containers.some(({ contentTypes }) => contentTypes.includes(type))
  );
}

/** Whether a file that begins with these bytes is a video of a kind that is taken, whatever its name says. */
export const looksLikeVideo = (head: Buffer): boolean =>
  head.length >= 16 && containers.some((container) => container.matches(head));
