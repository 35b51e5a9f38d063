import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNames } from './encode.ts';
import { readInitialization, readSegmentTime, type SegmentTime } from './fragmented-mp4.ts';
import { JobFailure } from './job.ts';
import type { Rendition } from './ladder.ts';

/** A rendition as it came out. */
export interface Measured<Kind extends Rendition = Rendition> {
  readonly rendition: Kind;
  readonly codec: string;
  readonly timescale: number;
  readonly segments: readonly SegmentTime[];
  /** All files in the rendition's folder. */
  readonly files: readonly string[];
  readonly durationSeconds: number;
  /** Bits a second over the whole of it. */
  readonly averageBandwidth: number;
  /** Bits a second of the densest segment. */
  readonly peakBandwidth: number;
}

/** Reads back what was encoded: playlists tell what is, not what was asked for. */
export async function measure<Kind extends Rendition>(
  directory: string,
  rendition: Kind,
): Promise<Measured<Kind>> {
  const folder = join(directory, rendition.folder);
  const files = (await readdir(folder)).sort();
  const names = files.filter((file) => file.endsWith('.m4s'));
  if (names.length === 0)
    throw new JobFailure('noUsableVideo', `No ${rendition.kind} could be read from the input.`);
  const track = readInitialization(await readFile(join(folder, fileNames.initialization)));
  const segments: SegmentTime[] = [];
  let bytes = 0;
  let peakBandwidth = 0;
  for (const name of names) {
    const file = await readFile(join(folder, name));
    const segment = readSegmentTime(file, track);
    segments.push(segment);
    bytes += file.length;
    const seconds = segment.duration / track.timescale;
    // the last segment may be a sliver, whose headers alone would make a peak
    if (seconds >= 0.5 || names.length === 1)
      peakBandwidth = Math.max(peakBandwidth, (file.length * 8) / seconds);
  }
  const durationSeconds = segments.reduce((sum, { duration }) => sum + duration, 0) / track.timescale;
  const averageBandwidth = Math.ceil((bytes * 8) / durationSeconds);
  return {
    rendition,
    codec: track.codec,
    timescale: track.timescale,
    segments,
    files,
    durationSeconds,
    averageBandwidth,
    peakBandwidth: Math.max(Math.ceil(peakBandwidth), averageBandwidth),
  };
}
