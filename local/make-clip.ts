import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';

export interface ClipOptions {
  readonly ffmpegPath: string;
  /** The file to write, `.mp4`; its directory is made if it is missing. */
  readonly path: string;
  readonly seconds: number;
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** Shown large, with the running time below it: Latin letters, digits and a little punctuation. */
  readonly text?: string;
  /** Clips of different seeds have different colours and chords. */
  readonly seed?: number;
  readonly framesPerSecond?: number;
  /** False for a clip without a sound track. */
  readonly audio?: boolean;
}

const columns = 120;
const rows = 28;

/**
 * Makes an H.264/AAC film: slow coloured light, a name, a running clock and a soft chord. It needs nothing of ffmpeg
 * that some builds lack: the letters are drawn here and piped in as pictures.
 * @throws with ffmpeg's last words if it fails
 */
export async function makeClip(options: ClipOptions): Promise<void> {
  const {
    ffmpegPath,
    path,
    seconds,
    width,
    height,
    text = '',
    seed = 1,
    framesPerSecond = 25,
    audio = true,
  } = options;
  await mkdir(dirname(path), { recursive: true });
  const hue = (seed * 2.399963) % (2 * Math.PI);
  const light = (shift: number, speed: number): string =>
    `115+60*sin(X/17+T*${speed}+${(hue + shift).toFixed(3)})+50*cos(Y/9-T*0.6+${(hue + shift * 2).toFixed(3)})`;
  const background =
    `nullsrc=s=64x36:r=${framesPerSecond}:d=${seconds},format=gbrp,` +
    `geq=r='${light(0, 0.9)}':g='${light(2.1, 0.7)}':b='${light(4.2, 0.8)}',scale=${width}:${height}:flags=bicubic,setsar=1`;
  const root = 110 * 2 ** ((seed % 12) / 12);
  const chord = [1, 1.5, 2, 2.5].map((ratio) => `0.08*sin(2*PI*${(root * ratio).toFixed(2)}*t)`).join('+');
  const titleWidth = Math.round((width * 0.8) / 2) * 2;

  const child = spawn(
    ffmpegPath,
    [
      ...words('-hide_banner -loglevel error -y -f lavfi -i'),
      background,
      ...words(`-f rawvideo -pix_fmt rgba -s ${columns}x${rows} -r 1 -i pipe:0`),
      ...(audio ? [...words('-f lavfi -i'), `aevalsrc='${chord}':s=48000:d=${seconds}`] : []),
      '-filter_complex',
      `[1:v]scale=${titleWidth}:-2:flags=neighbor[title];[0:v][title]overlay=(W-w)/2:(H-h)/2,format=yuv420p[v]`,
      ...words('-map [v] -c:v libx264 -preset veryfast -crf 21 -threads 1'),
      ...words(audio ? '-map 2:a -c:a aac -b:a 96k -ac 2' : '-an'),
      ...words(`-t ${seconds} -movflags +faststart`),
      path,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-2000);
  });
  // ffmpeg may end before it has read every picture: its exit code tells whether that matters
  child.stdin.on('error', () => undefined);
  Readable.from(titlePictures(text, seconds)).pipe(child.stdin);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new Error(`ffmpeg could not make ${path}: ${lastWords.trim()}`);
}

const words = (line: string): string[] => line.split(' ');

/** One picture a second: the text, and below it the time. */
function* titlePictures(text: string, seconds: number): Generator<Buffer> {
  for (let second = 0; second <= seconds; second++) {
    const picture = Buffer.alloc(columns * rows * 4);
    const clock = `${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;
    draw(picture, text.slice(0, Math.floor(columns / 6)), 3);
    draw(picture, clock, 17);
    yield picture;
  }
}

function draw(picture: Buffer, text: string, top: number): void {
  const left = Math.floor((columns - text.length * 6) / 2);
  for (const [index, letter] of Array.from(text.toUpperCase().normalize('NFD')).entries()) {
    const glyph = Buffer.from(glyphs[letter] ?? '', 'hex');
    for (const [column, bits] of glyph.entries())
      for (let row = 0; row < 7; row++) {
        const x = left + index * 6 + column;
        if (bits & (1 << row) && x < columns)
          picture.fill(235, ((top + row) * columns + x) * 4, ((top + row) * columns + x + 1) * 4);
      }
  }
}

/** Letters of five columns, a byte each; the lowest bit is the top row. */
const glyphs: Record<string, string> = {
  '0': '3e5149453e',
  '1': '00427f4000',
  '2': '4261514946',
  '3': '2141454b31',
  '4': '1814127f10',
  '5': '2745454539',
  '6': '3c4a494930',
  '7': '0171090503',
  '8': '3649494936',
  '9': '064949291e',
  A: '7e1111117e',
  B: '7f49494936',
  C: '3e41414122',
  D: '7f4141221c',
  E: '7f49494941',
  F: '7f09090901',
  G: '3e4149497a',
  H: '7f0808087f',
  I: '00417f4100',
  J: '2040413f01',
  K: '7f08142241',
  L: '7f40404040',
  M: '7f020c027f',
  N: '7f0408107f',
  O: '3e4141413e',
  P: '7f09090906',
  Q: '3e4151215e',
  R: '7f09192946',
  S: '4649494931',
  T: '01017f0101',
  U: '3f4040403f',
  V: '1f2040201f',
  W: '3f4038403f',
  X: '6314081463',
  Y: '0708700807',
  Z: '6151494543',
  '-': '0808080808',
  '.': '0060600000',
  "'": '0005030000',
  ':': '0036360000',
  '!': '00005f0000',
  '&': '3649552250',
  '?': '0201510906',
  ',': '0050300000',
};
