import { availableParallelism } from 'node:os';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runFfmpeg, safeInput, words } from './ffmpeg-process.ts';
import { JobFailure } from './job.ts';
import type { Rendition, VideoRendition } from './ladder.ts';
import { longestSeconds, type Source } from './probe.ts';

export interface Encoding {
  readonly ffmpegPath: string;
  /** Has the input; each rendition gets a folder in it. */
  readonly directory: string;
  readonly input: string;
  readonly source: Source;
  readonly renditions: readonly Rendition[];
  readonly segmentSeconds: number;
  readonly signal: AbortSignal;
  /** Told how much is done, 0 to 1; not at all if the length of the film is not known. */
  readonly onProgress: (share: number) => void;
}

/** Names of what lies in a rendition's folder. */
export const fileNames = {
  playlist: 'index.m3u8',
  initialization: 'init.mp4',
  segment: 'seg_%05d.m4s',
} as const;

/**
 * Makes all renditions in one run of ffmpeg, which decodes the source once. Key frames stand at the same times in
 * every rendition, one at the start of each segment, so that a player can change between them.
 * @throws {JobFailure} if the film cannot be decoded
 */
export async function encode(encoding: Encoding): Promise<void> {
  const { ffmpegPath, directory, source, renditions, signal, onProgress } = encoding;
  await Promise.all(renditions.map(({ folder }) => mkdir(join(directory, folder), { recursive: true })));
  const { code, log } = await runFfmpeg({
    ffmpegPath,
    directory,
    parameters: parametersOf(encoding),
    signal,
    onProgress: (seconds) => {
      if (source.durationSeconds) onProgress(Math.min(1, seconds / source.durationSeconds));
    },
  });
  if (code !== 0)
    throw new JobFailure(
      'noUsableVideo',
      `The input could not be decoded: ${log.trim().split('\n').slice(-3).join(' ')}`,
    );
}

function parametersOf({ input, source, renditions, segmentSeconds }: Encoding): string[] {
  const videos = renditions.filter((rendition) => rendition.kind === 'video');
  const { numerator, denominator } = source.video.frameRate;
  const branches = videos.map((_, index) => `[s${index}]`).join('');
  const scales = videos.map(
    ({ width, height }, index) =>
      `[s${index}]scale=${width}:${height}:flags=bicubic,setsar=1,format=yuv420p[v${index}]`,
  );
  const graph = [
    `[0:${source.video.stream}]fps=${numerator}/${denominator},split=${videos.length}${branches}`,
    ...scales,
  ];
  return [
    // a film that lies about its length is cut where a longer one would have been refused
    ...words(`-loglevel warning -nostats -progress pipe:1 -y -threads 1 -t ${longestSeconds}`),
    ...safeInput(input),
    ...words('-filter_complex_threads 1 -filter_complex'),
    graph.join(';'),
    ...renditions.flatMap((rendition) => [
      ...(rendition.kind === 'video'
        ? words(`-map [v${videos.indexOf(rendition)}] ${videoParameters(rendition, source, segmentSeconds)}`)
        : words(
            `-map 0:${source.audio?.stream} -c:a aac -b:a ${rendition.bitrate} -ac 2 -ar ${rendition.sampleRate}`,
          )),
      ...words('-map_metadata -1 -map_chapters -1 -f hls -hls_segment_type fmp4 -hls_playlist_type vod'),
      ...words(`-hls_time ${segmentSeconds} -hls_flags independent_segments -start_number 1`),
      ...words(`-hls_fmp4_init_filename ${fileNames.initialization}`),
      ...words(`-hls_segment_filename ${rendition.folder}/${fileNames.segment}`),
      `${rendition.folder}/${fileNames.playlist}`,
    ]),
  ];
}

function videoParameters(rendition: VideoRendition, source: Source, segmentSeconds: number): string {
  const { numerator, denominator } = source.video.frameRate;
  const { maxBitrate, quality } = rendition;
  return [
    '-c:v libx264 -preset veryfast -profile:v high',
    // each step of MediaConvert's quality is about two of x264's
    `-crf ${38 - 2 * quality} -maxrate ${maxBitrate} -bufsize ${maxBitrate * 2}`,
    // without B-frames presentation and decoding times are one: no edit lists, which browsers read differently
    `-bf 0 -sc_threshold 0 -g ${Math.ceil((numerator / denominator) * segmentSeconds) * 2}`,
    `-force_key_frames expr:gte(t,n_forced*${segmentSeconds})`,
    // the services share the machine
    `-threads ${Math.max(1, Math.floor(availableParallelism() / 4))}`,
  ].join(' ');
}
