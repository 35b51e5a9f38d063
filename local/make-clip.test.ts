import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFfmpeg } from './ffmpeg.ts';
import { makeClip } from './make-clip.ts';

/** What ffmpeg says of a file; with no output it ends with a failure that means nothing. */
const describeFile = (ffmpegPath: string, path: string): Promise<string> =>
  promisify(execFile)(ffmpegPath, ['-hide_banner', '-i', path]).then(
    ({ stderr }) => stderr,
    (error: { stderr: string }) => error.stderr,
  );

describe('ffmpeg', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'clip-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('makes a clip with picture and sound of the asked length', async () => {
    const ffmpegPath = await findFfmpeg();
    const path = join(directory, 'new', 'clip.mp4');
    await makeClip({ ffmpegPath, path, seconds: 2, width: 320, height: 180, text: 'Amélie 1?', seed: 3 });
    const description = await describeFile(ffmpegPath, path);
    expect(description).toMatch(/Video: h264.*320x180/);
    expect(description).toMatch(/Audio: aac/);
    expect(description).toMatch(/Duration: 00:00:02/);
  });

  it('makes a clip without sound', async () => {
    const ffmpegPath = await findFfmpeg();
    const path = join(directory, 'clip.mp4');
    await makeClip({ ffmpegPath, path, seconds: 1, width: 320, height: 180, audio: false });
    expect(await describeFile(ffmpegPath, path)).not.toMatch(/Audio/);
  });

  it('says what is wrong with a path that leads to no ffmpeg', async () => {
    await expect(findFfmpeg('/nowhere/ffmpeg')).rejects.toThrow(/FFMPEG_PATH is "\/nowhere\/ffmpeg".*ENOENT/);
    await expect(findFfmpeg('node')).rejects.toThrow(/does not run|no libx264/);
  });
});
