/** What a player must know of a track, from its initialization segment. */
export interface Track {
  /** Units a second of all times in the segments. */
  readonly timescale: number;
  /** RFC 6381, such as `avc1.64001f` or `mp4a.40.2`. */
  readonly codec: string;
  /** Duration of a sample where a segment does not tell, in units. */
  readonly defaultDuration: number;
}

/** When a segment starts and how long it lasts, in the track's units. */
export interface SegmentTime {
  readonly start: number;
  readonly duration: number;
}

interface Box {
  readonly type: string;
  /** Without the header. */
  readonly content: Buffer;
}

/** Reads an initialization segment with one track (ISO/IEC 14496-12). */
export function readInitialization(file: Buffer): Track {
  const media = descend(file, 'moov', 'trak', 'mdia');
  const header = descend(media, 'mdhd');
  // version 1 has 64-bit times before the timescale
  const timescale = header.readUInt32BE(header.readUInt8(0) === 1 ? 20 : 12);
  const descriptions = descend(media, 'minf', 'stbl', 'stsd');
  const [entry] = boxesIn(descriptions.subarray(8));
  if (!entry) throw new Error('The track has no sample description.');
  const defaults = descend(file, 'moov', 'mvex', 'trex');
  return { timescale, codec: codecOf(entry), defaultDuration: defaults.readUInt32BE(12) };
}

/** Reads when a media segment starts and ends: from its first `tfdt` and the sum of its samples. */
export function readSegmentTime(file: Buffer, track: Track): SegmentTime {
  let start: number | undefined;
  let duration = 0;
  for (const { type, content } of boxesIn(file)) {
    if (type !== 'moof') continue;
    const fragment = descend(content, 'traf');
    const time = descend(fragment, 'tfdt');
    start ??= time.readUInt8(0) === 1 ? Number(time.readBigUInt64BE(4)) : time.readUInt32BE(4);
    const fragmentDefault = defaultDurationIn(descend(fragment, 'tfhd')) ?? track.defaultDuration;
    for (const box of boxesIn(fragment))
      if (box.type === 'trun') duration += durationOf(box.content, fragmentDefault);
  }
  if (start === undefined) throw new Error('The segment has no fragment.');
  return { start, duration };
}

function durationOf(run: Buffer, fallback: number): number {
  const flags = run.readUIntBE(1, 3);
  const samples = run.readUInt32BE(4);
  if (!(flags & 0x100)) return samples * fallback;
  const first = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
  const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  let duration = 0;
  for (let sample = 0; sample < samples; sample++) duration += run.readUInt32BE(first + sample * fields * 4);
  return duration;
}

function defaultDurationIn(header: Buffer): number | undefined {
  const flags = header.readUIntBE(1, 3);
  if (!(flags & 0x8)) return undefined;
  return header.readUInt32BE(8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0));
}

function codecOf({ type, content }: Box): string {
  if (type === 'avc1') {
    const configuration = descend(content.subarray(78), 'avcC');
    return `avc1.${configuration.subarray(1, 4).toString('hex')}`;
  }
  if (type === 'mp4a') {
    const descriptor = descend(content.subarray(28), 'esds');
    return `mp4a.40.${audioObjectType(descriptor)}`;
  }
  throw new Error(`A track of "${type}" was not expected.`);
}

/** The first five bits of the decoder's own configuration, which is descriptor 5 (ISO/IEC 14496-1 and -3). */
function audioObjectType(descriptor: Buffer): number {
  const mark = descriptor.indexOf(0x05, 4 + 5);
  let at = mark + 1;
  // the length is written in groups of seven bits
  while (descriptor.readUInt8(at) & 0x80) at++;
  return descriptor.readUInt8(at + 1) >> 3;
}

function descend(content: Buffer, ...path: string[]): Buffer {
  let inside = content;
  for (const type of path) {
    const box = [...boxesIn(inside)].find((candidate) => candidate.type === type);
    if (!box) throw new Error(`The file has no box "${path.join('/')}".`);
    inside = box.content;
  }
  return inside;
}

function* boxesIn(content: Buffer): Generator<Box> {
  let at = 0;
  while (at + 8 <= content.length) {
    const short = content.readUInt32BE(at);
    const [size, header] =
      short === 1 ? [Number(content.readBigUInt64BE(at + 8)), 16] : [short || content.length - at, 8];
    if (size < header || at + size > content.length) throw new Error('The file ends within a box.');
    yield {
      type: content.toString('latin1', at + 4, at + 8),
      content: content.subarray(at + header, at + size),
    };
    at += size;
  }
}
