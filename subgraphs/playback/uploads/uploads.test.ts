import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  editor,
  eventually,
  setPlaybackStage,
  viewerOf,
  visitor,
  type PlaybackStage,
} from '../../../tests/support/playback-stage.ts';
import { createDatabase } from '../../../platform/database.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createAwsClients } from '../aws.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createBucket } from '../storage.ts';
import { cut } from './create-upload.ts';
import { expireUploads } from './expire-uploads.ts';

interface Part {
  number: number;
  url: string;
  offset: number;
  size: number;
}
interface UserError {
  code: string;
  message: string;
  field: string[];
}
interface Created {
  createUpload: {
    upload: { id: string; asset: { id: string; status: string }; parts: Part[]; expiresAt: string } | null;
    userErrors: UserError[];
  };
}
interface Completed {
  completeUpload: {
    asset: { id: string; status: string } | null;
    transcodeJob: { id: string; status: string; percent: number; attempt: number } | null;
    userErrors: UserError[];
  };
}

const CREATE = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  upload { id asset { id status title { id } } parts { number url offset size } expiresAt } userErrors { code message field } } }`;
const COMPLETE = `mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) {
  asset { id status } transcodeJob { id status percent attempt } userErrors { code message field } } }`;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that begin as an MP4 file does. */
const film = (size: number): Buffer => {
  const bytes = randomBytes(size);
  bytes.writeUInt32BE(24, 0);
  bytes.write('ftypisom', 4, 'latin1');
  return bytes;
};

let stage: PlaybackStage;
beforeAll(async () => {
  stage = await setPlaybackStage({ MAX_UPLOAD_BYTES: String(20 * 2 ** 20) });
  await stage.tellTitle({ id: 'heat' });
});
afterAll(() => stage.close());

const input = (more: object = {}) => ({
  titleId: 'heat',
  fileName: 'Heat.MP4',
  contentType: 'video/mp4',
  size: 1000,
  ...more,
});

async function begin(more: object = {}): Promise<NonNullable<Created['createUpload']['upload']>> {
  const { data } = await stage.ask<Created>(editor, CREATE, { input: input(more) });
  expect(data?.createUpload.userErrors).toEqual([]);
  return data?.createUpload.upload as NonNullable<Created['createUpload']['upload']>;
}

async function send(parts: readonly Part[], bytes: Buffer): Promise<{ number: number; etag: string }[]> {
  return Promise.all(
    parts.map(async ({ number, url, offset, size }) => {
      const response = await fetch(url, {
        method: 'PUT',
        body: new Uint8Array(bytes.subarray(offset, offset + size)),
      });
      expect(response.status).toBe(200);
      return { number, etag: response.headers.get('etag') ?? '' };
    }),
  );
}

const complete = async (uploadId: string, parts: { number: number; etag: string }[]) => {
  const answer = await stage.ask<Completed>(editor, COMPLETE, { input: { uploadId, parts } });
  return (answer.data as Completed).completeUpload;
};

describe('createUpload', () => {
  it('is for viewers with the scope media:write', async () => {
    const asVisitor = await stage.ask(visitor, CREATE, { input: input() });
    expect(asVisitor.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const asViewer = await stage.ask(viewerOf('usr_1'), CREATE, { input: input() });
    expect(asViewer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each([
    ['NOT_FOUND', { titleId: 'nothing' }, 'titleId'],
    ['INVALID_INPUT', { size: 0 }, 'size'],
    ['TOO_LARGE', { size: 20 * 2 ** 20 + 1 }, 'size'],
    ['UNSUPPORTED_MEDIA', { fileName: 'heat.exe' }, 'fileName'],
    ['UNSUPPORTED_MEDIA', { contentType: 'image/png' }, 'contentType'],
    ['INVALID_INPUT', { sha256: 'abc' }, 'sha256'],
  ])('refuses with %s what is wrong in %j', async (code, more, field) => {
    const { data } = await stage.ask<Created>(editor, CREATE, { input: input(more) });
    expect(data?.createUpload.upload).toBeNull();
    expect(data?.createUpload.userErrors).toMatchObject([{ code, field: ['input', field] }]);
  });

  it('cuts a file into parts that cover it, of five mebibytes at least but the last', async () => {
    const size = 12 * 2 ** 20 + 7;
    const { parts, asset } = await begin({ size });
    expect(asset.status).toBe('UPLOADING');
    expect(parts.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(parts.map((part) => part.size)).toEqual([5 * 2 ** 20, 5 * 2 ** 20, 2 * 2 ** 20 + 7]);
    expect(parts.map(({ offset }) => offset)).toEqual([0, 5 * 2 ** 20, 10 * 2 ** 20]);
  });

  it('takes a title whose event is still on its way', async () => {
    const asked = begin({ titleId: 'just-made' });
    await stage.tellTitle({ id: 'just-made' });
    expect((await asked).parts).toHaveLength(1);
  });

  it('keeps within what S3 allows for the greatest objects', () => {
    for (const size of [1, 5 * 2 ** 20, 5 * 2 ** 30, 5 * 2 ** 40]) {
      const { partSize, partCount } = cut(size);
      expect(partCount).toBeLessThanOrEqual(10_000);
      expect(partSize).toBeGreaterThanOrEqual(5 * 2 ** 20);
      expect(partSize).toBeLessThanOrEqual(5 * 2 ** 30);
      expect(partSize * partCount).toBeGreaterThanOrEqual(size);
    }
  });
});

describe('completeUpload', () => {
  it('puts the parts together and hands one job to MediaConvert, however often it is asked', async () => {
    const bytes = film(6 * 2 ** 20);
    const { id, parts, asset } = await begin({ size: bytes.length, sha256: sha256(bytes) });
    const sent = await send(parts, bytes);
    const before = stage.mediaConvert.jobs.size;
    const answers = await Promise.all([1, 2, 3].map(() => complete(id, sent.toReversed())));
    const again = await complete(id, sent);
    for (const answer of [...answers, again]) {
      expect(answer.userErrors).toEqual([]);
      expect(answer.asset).toEqual({ id: asset.id, status: 'TRANSCODING' });
      expect(answer.transcodeJob).toMatchObject({ id: answers[0]?.transcodeJob?.id, attempt: 1 });
    }
    const jobId = again.transcodeJob?.id;
    const offered = await eventually(async () => [...stage.mediaConvert.jobs.values()].slice(before)[0]);
    expect(offered.clientRequestToken).toBe(jobId);
    expect(offered.userMetadata).toEqual({ jobId, assetId: asset.id });
    expect(offered.settings.outputGroups[0]?.outputs.map(({ nameModifier }) => nameModifier)).toEqual([
      '_1080p',
      '_720p',
      '_540p',
      '_360p',
      '_270p',
      '_audio',
    ]);
    expect(stage.mediaConvert.jobs.size).toBe(before + 1);
  });

  it('wants every part, once, and lets the client try again', async () => {
    const bytes = film(6 * 2 ** 20);
    const { id, parts } = await begin({ size: bytes.length });
    const [first] = await send(parts.slice(0, 1), bytes);
    const known = first as { number: number; etag: string };
    for (const list of [[], [known], [known, known], [known, { number: 3, etag: '"x"' }]])
      expect((await complete(id, list)).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    // a part that was never sent: the store says so
    const unsent = [known, { number: 2, etag: '"00000000000000000000000000000000"' }];
    expect((await complete(id, unsent)).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    const rest = await send(parts.slice(1), bytes);
    expect((await complete(id, [known, ...rest])).userErrors).toEqual([]);
  });

  it('refuses what is no video, and remembers it', async () => {
    const bytes = Buffer.from('MZ this is a program, whatever its name says'.padEnd(1000, '.'));
    const { id, parts, asset } = await begin();
    const sent = await send(parts, bytes);
    const refused = await complete(id, sent);
    expect(refused).toMatchObject({
      asset: null,
      transcodeJob: null,
      userErrors: [{ code: 'UNSUPPORTED_MEDIA' }],
    });
    expect(await complete(id, sent)).toEqual(refused);
    const { data } = await stage.ask<{ asset: { status: string } }>(
      editor,
      '{ asset(id: "' + asset.id + '") { status } }',
    );
    expect(data?.asset.status).toBe('FAILED');
  });

  it('refuses a file that is not the one whose checksum was given', async () => {
    const { id, parts } = await begin({ sha256: sha256(Buffer.from('another')) });
    const answer = await complete(id, await send(parts, film(1000)));
    expect(answer.userErrors).toMatchObject([{ code: 'CHECKSUM_MISMATCH' }]);
  });

  it('knows nothing of an upload that never was', async () => {
    expect((await complete('upl_none', [])).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('refuses an upload whose time is over, once it is thrown away', async () => {
    const { id, parts } = await begin();
    const sent = await send(parts, film(1000));
    const logger = createLogger('test', 'silent');
    const database = createDatabase(stage.env.DATABASE_URL, PrismaClient, { logger });
    const aws = createAwsClients(stage.env);
    const bucket = createBucket(stage.env.UPLOAD_BUCKET, aws.s3, aws.publicS3);
    try {
      const tomorrow = new Date(Date.now() + 2 * 86_400_000);
      expect(await expireUploads(database.prisma, bucket, tomorrow)).toBeGreaterThan(0);
      expect(await database.prisma.upload.count({ where: { status: 'OPEN' } })).toBe(0);
    } finally {
      aws.destroy();
      await database.close();
    }
    expect((await complete(id, sent)).userErrors).toMatchObject([{ code: 'TOKEN_EXPIRED' }]);
  });
});
