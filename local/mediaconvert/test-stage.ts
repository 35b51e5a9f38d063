import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateJobCommandInput, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createLogger } from '../../platform/logger.ts';
import { createObjectStore } from '../objects/object-store.ts';
import { makeClip } from '../make-clip.ts';
import type { JobEvent } from './job-events.ts';
import { createMediaConvert } from './mediaconvert.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const region = 'us-east-1';
export const apiKey = 'webhook-key';

/** Takes events as playback's webhook does, and can be down. */
export async function startReceiver(port = 0) {
  const events: JobEvent[] = [];
  const keys: unknown[] = [];
  const listeners = new Set<() => void>();
  let status = 200;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      keys.push(request.headers['x-api-key']);
      if (status === 200) events.push(JSON.parse(body) as JobEvent);
      response.writeHead(status).end();
      for (const listener of listeners) listener();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    events,
    keys,
    port: (server.address() as AddressInfo).port,
    answerWith: (next: number) => (status = next),
    /** Resolves once an event of this job has this status. */
    until: (jobId: string, wanted: string) =>
      new Promise<JobEvent>((resolve) => {
        const look = (): void => {
          const found = events.find(({ detail }) => detail.jobId === jobId && detail.status === wanted);
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
    /** Resolves once it was asked so many times, whatever it answered. */
    untilAsked: (times: number) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (keys.length < times) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An object store, a receiver and a MediaConvert that knows both. */
export async function setStage(ffmpegPath: string, webhookPort?: number) {
  const directory = mkdtempSync(join(tmpdir(), 'mediaconvert-'));
  const objects = createObjectStore({
    directory: join(directory, 'objects'),
    host: '127.0.0.1',
    port: 0,
    buckets: ['uploads', 'media'],
    corsOrigins: ['*'],
    credentials,
    logger: createLogger('objects', 'silent'),
  });
  await objects.listen();
  const receiver = webhookPort === undefined ? await startReceiver() : undefined;
  const s3 = new S3Client({
    endpoint: objects.url,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const options = {
    host: '127.0.0.1',
    port: 0,
    directory: join(directory, 'mediaconvert'),
    concurrency: 1,
    webhook: { url: `http://127.0.0.1:${receiver?.port ?? webhookPort}/hook`, apiKey },
    s3: { endpoint: objects.url, region, credentials },
    ffmpegPath,
  };
  const create = (concurrency = 1) =>
    createMediaConvert({ ...options, concurrency, logger: createLogger('mediaconvert', 'silent') });
  const clientOf = (endpoint: string) =>
    new MediaConvertClient({ endpoint, region, credentials, maxAttempts: 1 });
  return {
    directory,
    objects,
    receiver,
    /** All of MediaConvert's but the logger, fit to be passed to another process. */
    options,
    create,
    clientOf,
    s3,
    put: (Key: string, Body: Buffer | string) =>
      s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body })),
    /** Makes a film and stores it under this key. */
    async putClip(Key: string, seconds: number, width: number, height: number, audio = true) {
      const path = join(directory, 'clip.mp4');
      await makeClip({ ffmpegPath, path, seconds, width, height, audio, text: 'Test' });
      await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body: await readFile(path) }));
    },
    get: (Key: string) => s3.send(new GetObjectCommand({ Bucket: 'media', Key })),
    text: async (Key: string) =>
      (await (await s3.send(new GetObjectCommand({ Bucket: 'media', Key }))).Body?.transformToString()) ?? '',
    async clear() {
      s3.destroy();
      await objects.close();
      await receiver?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof setStage>>;

/** A job that makes a ladder of these heights, and sound. */
export function jobFor(key: string, heights: readonly number[], destination = 'a/'): CreateJobCommandInput {
  return {
    Role: 'arn:aws:iam::000000000000:role/mediaconvert',
    UserMetadata: { assetId: 'ast_1' },
    Settings: {
      TimecodeConfig: { Source: 'ZEROBASED' },
      Inputs: [
        {
          FileInput: `s3://uploads/${key}`,
          AudioSelectors: { 'Audio Selector 1': { DefaultSelection: 'DEFAULT' } },
        },
      ],
      OutputGroups: [
        {
          Name: 'CMAF',
          OutputGroupSettings: {
            Type: 'CMAF_GROUP_SETTINGS',
            CmafGroupSettings: {
              Destination: `s3://media/${destination}`,
              SegmentLength: 2,
              FragmentLength: 2,
              WriteHlsManifest: 'ENABLED',
              WriteDashManifest: 'ENABLED',
            },
          },
          Outputs: [
            ...heights.map((height) => ({
              NameModifier: `_${height}p`,
              ContainerSettings: { Container: 'CMFC' as const },
              VideoDescription: {
                Height: height,
                CodecSettings: {
                  Codec: 'H_264' as const,
                  H264Settings: {
                    RateControlMode: 'QVBR' as const,
                    MaxBitrate: height * 5000,
                    QvbrSettings: { QvbrQualityLevel: 7 },
                  },
                },
              },
            })),
            {
              NameModifier: '_audio',
              ContainerSettings: { Container: 'CMFC' },
              AudioDescriptions: [
                {
                  CodecSettings: {
                    Codec: 'AAC',
                    AacSettings: { Bitrate: 96_000, CodingMode: 'CODING_MODE_2_0', SampleRate: 48_000 },
                  },
                },
              ],
            },
          ],
        },
      ],
    },
  };
}
