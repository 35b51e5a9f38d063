import { createInterface } from 'node:readline';
import { startTied } from './tied-process.ts';

export interface FfmpegRun {
  readonly ffmpegPath: string;
  /** Where relative paths start. */
  readonly directory: string;
  readonly parameters: readonly string[];
  readonly signal: AbortSignal;
  /** Told about twice a second how many seconds of film are done. */
  readonly onProgress?: (seconds: number) => void;
}

/** A film that makes no step in this time makes none any more. */
const stallMilliseconds = 5 * 60_000;

/**
 * What an input may be: one local file in a real container. A playlist or a concatenation script, which would name
 * other files for ffmpeg to read, is refused by its format; a frame beyond 8192x4320 is not decoded.
 */
export const safeInput = (path: string): string[] => [
  ...words('-protocol_whitelist file,pipe -format_whitelist mov,matroska,mpegts,avi'),
  ...words(`-max_pixels ${8192 * 4320} -i file:${path}`),
];

/** Parameters on one line: for those that have no space in them. */
export const words = (line: string): string[] => line.split(' ');

/** Exit codes that tell of the shell or of a kill, and nothing of the film. */
const notItsOwn: readonly number[] = [126, 127, 137];

/**
 * Runs ffmpeg to its end.
 * @returns its exit code and what it wrote to standard error, the last 64 KB
 * @throws the signal's reason if it was aborted, or an error if ffmpeg could not run or was killed
 */
export async function runFfmpeg(run: FfmpegRun): Promise<{ code: number | null; log: string }> {
  const { ffmpegPath, directory, parameters, signal, onProgress } = run;
  signal.throwIfAborted();
  const child = startTied(ffmpegPath, ['-hide_banner', '-nostdin', ...parameters], directory);
  let stall = setTimeout(child.kill, stallMilliseconds);
  signal.addEventListener('abort', child.kill, { once: true });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-65_536);
  });
  let last = -1;
  createInterface(child.stdout).on('line', (line) => {
    // microseconds in both fields, whatever the name of the older one says
    const micros = Number(/^out_time_(?:us|ms)=(\d+)$/.exec(line)?.[1] ?? -1);
    if (micros <= last) return;
    last = micros;
    clearTimeout(stall);
    stall = setTimeout(child.kill, stallMilliseconds);
    onProgress?.(micros / 1e6);
  });
  try {
    const code = await child.ended;
    signal.throwIfAborted();
    if (code === null || notItsOwn.includes(code))
      throw new Error(`ffmpeg was not started or was killed: ${log.trim()}`);
    return { code, log };
  } finally {
    clearTimeout(stall);
    signal.removeEventListener('abort', child.kill);
  }
}
