import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEdge, type Edge } from '../../local/edge/edge.ts';
import { findFfmpeg } from '../../local/ffmpeg.ts';
import { makeClip } from '../../local/make-clip.ts';
import { createMediaConvert, type MediaConvert } from '../../local/mediaconvert/mediaconvert.ts';
import { createLogger } from '../../platform/logger.ts';
import {
  buckets,
  credentials,
  editor,
  originSecret,
  region,
  setPlaybackStage,
  viewerOf,
  webhookKey,
  type PlaybackStage,
} from '../../tests/support/playback-stage.ts';

const host = '127.0.0.1';

/** A port that nobody had a moment ago: each part must know the others' before it listens. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

let directory: string;
let stage: PlaybackStage;
let mediaConvert: MediaConvert;
let edge: Edge;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'video-to-play-'));
  const logger = createLogger('test', 'silent');
  const [playbackPort, convertPort, edgePort] = [await freePort(), await freePort(), await freePort()];
  const playbackUrl = `http://${host}:${playbackPort}`;
  stage = await setPlaybackStage({
    PORT: String(playbackPort),
    MEDIACONVERT_ENDPOINT: `http://${host}:${convertPort}`,
    CDN_URL: `http://${host}:${edgePort}`,
  });
  mediaConvert = createMediaConvert({
    host,
    port: convertPort,
    directory: join(directory, 'mediaconvert'),
    concurrency: 1,
    webhook: { url: `${playbackUrl}/webhooks/mediaconvert`, apiKey: webhookKey },
    s3: { endpoint: stage.objectsUrl, region, credentials },
    ffmpegPath: await findFfmpeg(),
    logger,
  });
  edge = createEdge({
    host,
    port: edgePort,
    keys: { KTEST: stage.publicKey.export({ type: 'spki', format: 'pem' }) as string },
    origins: [
      {
        prefix: '/media/',
        kind: 's3',
        endpoint: stage.objectsUrl,
        region,
        bucket: buckets.media,
        credentials,
      },
      { prefix: '/manifests/', kind: 'http', url: playbackUrl, headers: { 'x-origin-secret': originSecret } },
    ],
    logger,
  });
  await mediaConvert.listen();
  await edge.listen();
});

afterAll(async () => {
  await mediaConvert.close();
  await stage.close();
  await edge.close();
  rmSync(directory, { recursive: true, force: true });
});

async function ask<Data>(
  viewer: Parameters<PlaybackStage['ask']>[0],
  query: string,
  variables: object,
): Promise<Data> {
  const answer = await stage.ask<Data>(viewer, query, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data as Data;
}

async function text(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return response.text();
}
const urls = (playlist: string): string[] => [
  ...playlist.split('\n').filter((line) => line.startsWith('http')),
  ...[...playlist.matchAll(/URI="([^"]+)"/g)].map(([, url]) => url ?? ''),
];

it('a video goes from a file to a screen: uploaded, transcoded, played through the edge, in HLS and DASH', async () => {
  const path = join(directory, 'film.mp4');
  await makeClip({
    ffmpegPath: await findFfmpeg(),
    path,
    seconds: 5,
    width: 1280,
    height: 720,
    text: 'FILM',
  });
  const bytes = await readFile(path);
  await stage.tellTitle({ id: 'film' });

  const { createUpload } = await ask<{
    createUpload: {
      upload: { id: string; parts: { number: number; url: string; offset: number; size: number }[] };
    };
  }>(
    editor,
    'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id parts { number url offset size } } } }',
    { input: { titleId: 'film', fileName: 'film.mp4', contentType: 'video/mp4', size: bytes.length } },
  );
  const parts = await Promise.all(
    createUpload.upload.parts.map(async ({ number, url, offset, size }) => {
      const sent = await fetch(url, {
        method: 'PUT',
        body: new Uint8Array(bytes.subarray(offset, offset + size)),
      });
      expect(sent.status).toBe(200);
      return { number, etag: sent.headers.get('etag') };
    }),
  );
  const { completeUpload } = await ask<{ completeUpload: { transcodeJob: { id: string } } }>(
    editor,
    'mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { transcodeJob { id } userErrors { code message } } }',
    { input: { uploadId: createUpload.upload.id, parts } },
  );

  const states: { status: string; percent: number; errorMessage: string | null }[] = [];
  const progress = stage.subscribe<{ transcodeProgress: (typeof states)[number] }>(
    editor,
    'subscription ($jobId: ID!) { transcodeProgress(jobId: $jobId) { status percent errorMessage } }',
    { jobId: completeUpload.transcodeJob.id },
  );
  for await (const { data } of progress) if (data) states.push(data.transcodeProgress);
  expect(states.at(-1)).toEqual({ status: 'COMPLETE', percent: 100, errorMessage: null });
  expect(states.length).toBeGreaterThan(2);
  expect(states.map(({ percent }) => percent)).toEqual(
    states.map(({ percent }) => percent).toSorted((a, b) => a - b),
  );

  await stage.tellProfile('prf_1', 'usr_1');
  await stage.tellEntitlement('usr_1', { maxHeight: 270 });
  const begin = async (format: string) => {
    const { startPlayback } = await ask<{ startPlayback: { session: { manifestUrl: string } } }>(
      viewerOf('usr_1'),
      'mutation ($input: StartPlaybackInput!) { startPlayback(input: $input) { session { manifestUrl } userErrors { code } } }',
      { input: { titleId: 'film', profileId: 'prf_1', deviceId: 'tv', format } },
    );
    return startPlayback.session.manifestUrl;
  };

  const masterUrl = await begin('HLS');
  const master = await text(masterUrl);
  expect(master).toContain('x270');
  expect(master).not.toContain('x360');
  expect((await fetch(masterUrl.split('?')[0] ?? '')).status).toBe(403);
  const renditions = await Promise.all(
    urls(master).map(async (url) => {
      expect((await fetch(url.split('?')[0] ?? '')).status).toBe(403);
      return urls(await text(url));
    }),
  );
  expect(renditions.length).toBe(2);
  for (const files of renditions) {
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect((await fetch(file, { headers: { range: 'bytes=0-9' } })).status).toBe(206);
      expect((await fetch(file.split('?')[0] ?? '')).status).toBe(403);
    }
  }
  // the signature of one quality opens no other, not even the one that the plan does not allow
  const [first = [], second = []] = renditions;
  const signature = new URL(first[0] ?? '').search;
  expect((await fetch((second[0] ?? '').split('?')[0] + signature)).status).toBe(403);
  expect(
    (await fetch((first[0] ?? '').split('?')[0]?.replace(/\/\d+p\//, '/360p/') + signature)).status,
  ).toBe(403);

  const mpd = await text(await begin('DASH'));
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => ['AdaptationSet', 'Representation'].includes(name),
  });
  const { MPD } = parser.parse(mpd) as {
    MPD: {
      Period: {
        AdaptationSet: {
          Representation: { id: string; SegmentTemplate: { initialization: string; media: string } }[];
        }[];
      };
    };
  };
  const templates = MPD.Period.AdaptationSet.flatMap(({ Representation }) => Representation);
  expect(templates.map(({ id }) => id)).toEqual(['270p', 'audio']);
  for (const { SegmentTemplate } of templates) {
    const segment = SegmentTemplate.media.replace('$Number%05d$', '00002');
    for (const url of [SegmentTemplate.initialization, segment]) expect((await fetch(url)).status).toBe(200);
  }
}, 120_000);
