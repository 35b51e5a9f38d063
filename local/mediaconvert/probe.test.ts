import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpeg } from '../ffmpeg.ts';
import { words } from './ffmpeg-process.ts';
import { parseDescription, probe } from './probe.ts';

describe('probe', { timeout: 30_000 }, () => {
  let directory: string;
  let ffmpegPath: string;
  const signal = new AbortController().signal;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'probe-'));
    ffmpegPath = await findFfmpeg();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const make = async (name: string, parameters: string) => {
    const input = words('-v error -y -f lavfi -i testsrc2=s=320x180:r=30000/1001:d=1 -f lavfi -i sine=d=1');
    await promisify(execFile)(ffmpegPath, [...input, ...words(parameters), name], { cwd: directory });
    return probe(ffmpegPath, directory, name, signal);
  };

  it('reads each container that it takes', async () => {
    const expected = {
      video: { width: 320, height: 180, frameRate: { numerator: 30_000, denominator: 1001 } },
    };
    expect(await make('a.mp4', '-c:v libx264 -c:a aac')).toMatchObject({
      ...expected,
      audio: { codec: 'aac' },
    });
    expect(await make('a.mov', '-c:v mpeg4 -c:a aac')).toMatchObject({
      ...expected,
      audio: { codec: 'aac' },
    });
    expect(await make('a.mkv', '-c:v libx264 -c:a aac')).toMatchObject({
      ...expected,
      audio: { sampleRate: 44_100 },
    });
    expect(await make('a.ts', '-c:v libx264 -c:a aac')).toMatchObject({
      ...expected,
      audio: { codec: 'aac' },
    });
    expect(await make('a.avi', '-c:v mpeg4 -an')).toMatchObject({ ...expected, audio: undefined });
  });

  it('sees a picture as it is shown: square pixels, turned upright', async () => {
    expect(await make('wide.mp4', '-c:v libx264 -vf setsar=4/3')).toMatchObject({
      video: { width: 427, height: 180 },
    });
    const turned = parseDescription(
      'Input #0, mov,mp4, from x:\n  Duration: 00:00:01.00\n' +
        '  Stream #0:0[0x1](und): Video: h264 (High), yuv420p, 1920x1080, 25 fps, 25 tbr (default)\n' +
        '    Side data:\n      displaymatrix: rotation of -90.00 degrees\n' +
        '  Stream #0:1[0x2](und): Audio: aac (LC), 48000 Hz, stereo (default)\n',
    );
    expect(turned).toMatchObject({ video: { width: 1080, height: 1920 }, audio: { stream: 1 } });
  });

  it('refuses what is cut off, has no picture, or is none of its containers', async () => {
    const failure = (name: string) =>
      probe(ffmpegPath, directory, name, signal).catch((error: { code: number }) => error.code);
    await make('cut.mp4', '-c:v libx264');
    truncateSync(join(directory, 'cut.mp4'), 2000);
    expect(await failure('cut.mp4')).toBe(1040);
    await expect(make('sound.m4a', '-map 1 -c:a aac')).rejects.toMatchObject({ code: 1030 });
    await expect(make('a.gif', '-an')).rejects.toMatchObject({ code: 1040 });
    await expect(make('sound.wav', '-map 1')).rejects.toMatchObject({ code: 1040 });
    writeFileSync(join(directory, 'empty'), '');
    expect(await failure('empty')).toBe(1040);
    expect(await failure('missing')).toBe(1040);
  });

  it('C57: refuses a film that says that its frames are gigantic', async () => {
    await make('giant.avi', '-c:v mjpeg -an');
    const file = await readFile(join(directory, 'giant.avi'));
    // the container tells a small size; the pictures themselves, in their start-of-frame segments, a huge one
    for (
      let at = file.indexOf('ffc0001108', 0, 'hex');
      at >= 0;
      at = file.indexOf('ffc0001108', at + 9, 'hex')
    )
      file.writeUInt32BE(20_000 * 65_536 + 20_000, at + 5);
    writeFileSync(join(directory, 'giant.avi'), file);
    await expect(probe(ffmpegPath, directory, 'giant.avi', signal)).rejects.toMatchObject({ code: 1030 });
    const described =
      (size: string, duration = '00:01:00.00') =>
      () =>
        parseDescription(
          `Input #0, mov, from x:\n  Duration: ${duration}\n  Stream #0:0: Video: h264, yuv420p, ${size}, 25 fps\n`,
        );
    expect(described('16000x16000')).toThrow(expect.objectContaining({ code: 1010 }));
    expect(described('8192x4320')).not.toThrow();
    expect(described('4320x8192')).not.toThrow();
    expect(described('1280x720', '12:00:01.00')).toThrow(expect.objectContaining({ code: 1010 }));
  });
});
