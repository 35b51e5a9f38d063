import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Finds an ffmpeg that can encode H.264 and AAC: the given one, else the one on PATH, else the one that npm installed.
 * @param configured a path from `FFMPEG_PATH`; when it is given no other is tried
 * @returns a path or name that starts it
 * @throws with what is wrong and how to mend it
 */
export async function findFfmpeg(configured?: string): Promise<string> {
  if (configured) {
    const fault = await faultOf(configured);
    if (fault)
      throw new Error(`FFMPEG_PATH is "${configured}", and ${fault}. Set it to a full build of ffmpeg.`);
    return configured;
  }
  const faults: string[] = [];
  for (const candidate of ['ffmpeg', await installedPath()]) {
    if (!candidate) continue;
    const fault = await faultOf(candidate);
    if (!fault) return candidate;
    faults.push(`"${candidate}": ${fault}`);
  }
  throw new Error(
    `There is no ffmpeg that can encode H.264 and AAC (${faults.join('; ')}). ` +
      'Install ffmpeg with your system\'s packages, or run "npm install" again, or set FFMPEG_PATH.',
  );
}

/** Nothing if this ffmpeg will do. */
async function faultOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['-hide_banner', '-encoders'], { maxBuffer: 4 * 1024 * 1024 });
    if (/ libx264 /.test(stdout) && / aac /.test(stdout)) return undefined;
    return 'it has no libx264 or no aac encoder';
  } catch (error) {
    return `it does not run (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
}

/** The package has a binary for some systems only, and throws on the others. */
async function installedPath(): Promise<string | undefined> {
  try {
    return (await import('@ffmpeg-installer/ffmpeg')).default.path;
  } catch {
    return undefined;
  }
}
