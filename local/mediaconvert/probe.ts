import { runFfmpeg, safeInput } from './ffmpeg-process.ts';
import { JobFailure } from './job.ts';

export interface Source {
  /** Undefined where the container does not tell. */
  readonly durationSeconds: number | undefined;
  readonly video: {
    /** Position among the file's streams. */
    readonly stream: number;
    readonly codec: string;
    /** Pixels as shown: after rotation, with square pixels. */
    readonly width: number;
    readonly height: number;
    readonly frameRate: FrameRate;
  };
  readonly audio:
    { readonly stream: number; readonly codec: string; readonly sampleRate: number } | undefined;
}

/** Frames a second, as a fraction. */
export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

export const longestSeconds = 12 * 60 * 60;
const greatestFrameRate = 60;

/**
 * Reads what a film is from what ffmpeg says of it: a packaged ffmpeg often comes without ffprobe.
 * @param path relative to the directory
 * @throws {JobFailure} if it is no film, or one beyond the limits
 */
export async function probe(
  ffmpegPath: string,
  directory: string,
  path: string,
  signal: AbortSignal,
): Promise<Source> {
  // with no output named, ffmpeg describes the input and ends with a failure that means nothing
  const { log } = await runFfmpeg({ ffmpegPath, directory, parameters: safeInput(path), signal });
  return parseDescription(log);
}

/** As {@link probe}, from ffmpeg's words. */
export function parseDescription(log: string): Source {
  if (!/^Input #0, /m.test(log)) {
    const reason =
      log
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^file:\S+: /, '') ?? '';
    throw new JobFailure(
      'unreadableContainer',
      `The input is no film in a known container (MP4, QuickTime, Matroska, WebM, MPEG-TS, AVI): ${reason}`,
    );
  }
  const streams = [
    ...log.matchAll(/^ {2,4}Stream #0:(\d+)\S*: (Video|Audio): (.*(?:\n {4,}(?!Stream #).*)*)/gm),
  ];
  const video = streams.find(([, , kind, text = '']) => kind === 'Video' && !text.includes('(attached pic)'));
  const text = video?.[3] ?? '';
  const size = /, (\d+)x(\d+)[, \n]/.exec(text);
  // "none" where the codec is unknown, or its decoder refused the very first pictures
  if (!video || !size || /(^|, )none\b/.test(text))
    throw new JobFailure('noUsableVideo', 'The input has no video that can be decoded.');
  const [width, height] = shownSize(Number(size[1]), Number(size[2]), text);
  if (width > 8192 || height > 8192 || width * height > 8192 * 4320)
    throw new JobFailure('beyondLimits', `The input is ${width}x${height}; at most 8192x4320 is taken.`);
  const durationSeconds = parseDuration(log);
  if (durationSeconds !== undefined && durationSeconds > longestSeconds)
    throw new JobFailure('beyondLimits', 'The input is longer than 12 hours.');
  const audio = streams.find(([, , kind]) => kind === 'Audio');
  const sampleRate = Number(/(\d+) Hz/.exec(audio?.[3] ?? '')?.[1]);
  return {
    durationSeconds,
    video: {
      stream: Number(video[1]),
      codec: firstWord(text),
      width,
      height,
      frameRate: parseFrameRate(text),
    },
    // a sound track of an unknown codec has no sample rate
    audio:
      audio && sampleRate > 0
        ? { stream: Number(audio[1]), codec: firstWord(audio[3] ?? ''), sampleRate }
        : undefined,
  };
}

/** Pixels of the picture as it is meant to be seen. */
function shownSize(width: number, height: number, text: string): [number, number] {
  const [, across = 1, down = 1] = /SAR (\d+):(\d+)/.exec(text) ?? [];
  const shownWidth =
    Number(across) > 0 && Number(down) > 0 ? Math.round((width * Number(across)) / Number(down)) : width;
  const rotation = Math.abs(Number(/rotation of (-?[\d.]+) degrees/.exec(text)?.[1] ?? 0)) % 180;
  return rotation > 45 && rotation < 135 ? [height, shownWidth] : [shownWidth, height];
}

function parseDuration(log: string): number | undefined {
  const match = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(log);
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : undefined;
}

function parseFrameRate(text: string): FrameRate {
  const told = Number(/, ([\d.]+) fps/.exec(text)?.[1] ?? /, ([\d.]+) tbr/.exec(text)?.[1] ?? 25);
  const rate =
    told > 0 && told <= greatestFrameRate ? told : told > greatestFrameRate ? greatestFrameRate : 25;
  const broadcast = [24, 30, 60].find((whole) => Math.abs(rate - (whole * 1000) / 1001) < 0.006);
  if (broadcast) return { numerator: broadcast * 1000, denominator: 1001 };
  return Number.isInteger(rate)
    ? { numerator: rate, denominator: 1 }
    : { numerator: Math.round(rate * 1000), denominator: 1000 };
}

const firstWord = (text: string): string => /^\w+/.exec(text)?.[0] ?? 'unknown';
