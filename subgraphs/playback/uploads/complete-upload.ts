import type { Logger } from '../../../platform/logger.ts';
import { newId } from '../../../platform/ids.ts';
import { announceTitle, transactionLimits } from '../assets.ts';
import type { CompleteUploadInput, UserErrorCode } from '../generated/resolvers.ts';
import type { MediaAsset, PrismaClient, TranscodeJob, Upload } from '../generated/prisma/client.ts';
import { refused, type Outcome, type Refusal } from '../refusal.ts';
import type { Bucket } from '../storage.ts';
import { HEAD_BYTES, looksLikeVideo } from './media-kind.ts';

export interface CompleteUploadParts {
  readonly prisma: PrismaClient;
  readonly uploads: Bucket;
  readonly logger: Logger;
  /** Called after a job was written: there is something to offer to MediaConvert. */
  readonly onJob: () => void;
}

export interface CompletedUpload {
  asset: MediaAsset;
  transcodeJob: TranscodeJob;
}

type CompleteUpload = (input: CompleteUploadInput) => Promise<Outcome<CompletedUpload>>;
type OpenUpload = Upload & { asset: MediaAsset };

/** How long a completing request is believed to be alive; it renews its claim three times as often. */
const CLAIM_MILLISECONDS = 30_000;

/**
 * Makes the function that puts an upload together, checks it and begins its transcode. Asked twice at once it works
 * once, and both get the same answer: within a process the second waits for the first; between processes a claim on
 * the row makes the second say CONFLICT.
 */
export function createCompleteUpload(parts: CompleteUploadParts): CompleteUpload {
  const running = new Map<string, Promise<Outcome<CompletedUpload>>>();
  return (input) => {
    const known = running.get(input.uploadId);
    if (known) return known;
    const work = completeUpload(parts, input).finally(() => running.delete(input.uploadId));
    running.set(input.uploadId, work);
    return work;
  };
}

async function completeUpload(
  parts: CompleteUploadParts,
  input: CompleteUploadInput,
): Promise<Outcome<CompletedUpload>> {
  const { prisma, logger } = parts;
  const upload = await prisma.upload.findUnique({ where: { id: input.uploadId }, include: { asset: true } });
  if (!upload) return refused('NOT_FOUND', `There is no upload "${input.uploadId}".`, ['input', 'uploadId']);
  const before = await answeredBefore(prisma, upload);
  if (before) return before;
  const wrongParts = checkParts(input.parts, upload.partCount);
  if (wrongParts) return refused('INVALID_INPUT', wrongParts, ['input', 'parts']);
  if (!(await claim(prisma, upload.id)))
    return refused('CONFLICT', 'Another request is completing this upload: ask again in a moment.');

  const renewal = setInterval(() => {
    renew(prisma, upload.id).catch((error: unknown) => logger.warn({ error }, 'a claim was not renewed'));
  }, CLAIM_MILLISECONDS / 3);
  try {
    const refusal = await checkFile(parts.uploads, upload, input.parts);
    if (refusal === 'incomplete')
      return refused(
        'INVALID_INPUT',
        'The store does not have these parts: send the missing ones and try again.',
        ['input', 'parts'],
      );
    return refusal ? await refuse(parts, upload, refusal) : { value: await accept(parts, upload) };
  } finally {
    clearInterval(renewal);
    await prisma.upload.updateMany({
      where: { id: upload.id, status: 'OPEN' },
      data: { claimedUntil: null },
    });
  }
}

/** The answer to a call that repeats one whose work is done. */
async function answeredBefore(
  prisma: PrismaClient,
  upload: OpenUpload,
): Promise<Outcome<CompletedUpload> | undefined> {
  if (upload.status === 'REFUSED')
    return refused(upload.refusalCode as UserErrorCode, upload.refusal ?? '', ['input', 'uploadId']);
  if (upload.status === 'EXPIRED' || (upload.status === 'OPEN' && upload.expiresAt.getTime() < Date.now()))
    return refused('TOKEN_EXPIRED', 'The upload took too long and was thrown away: begin a new one.', [
      'input',
      'uploadId',
    ]);
  if (upload.status === 'OPEN') return undefined;
  const transcodeJob = await prisma.transcodeJob.findFirstOrThrow({
    where: { assetId: upload.assetId },
    orderBy: { attempt: 'desc' },
  });
  return { value: { asset: upload.asset, transcodeJob } };
}

/** What is wrong with the list of parts, if anything. */
function checkParts(parts: CompleteUploadInput['parts'], count: number): string | undefined {
  const numbers = new Set(parts.map(({ number }) => number));
  if (numbers.size !== parts.length) return 'A part is named twice.';
  if (parts.length !== count || parts.some(({ number }) => number < 1 || number > count))
    return `Name each of the ${count} parts, from 1 to ${count}.`;
  if (parts.some(({ etag }) => etag === '' || etag.length > 200))
    return 'Each part needs the ETag of its answer.';
  return undefined;
}

async function claim(prisma: PrismaClient, id: string): Promise<boolean> {
  const now = new Date();
  const { count } = await prisma.upload.updateMany({
    where: { id, status: 'OPEN', OR: [{ claimedUntil: null }, { claimedUntil: { lt: now } }] },
    data: { claimedUntil: new Date(now.getTime() + CLAIM_MILLISECONDS) },
  });
  return count === 1;
}

const renew = (prisma: PrismaClient, id: string) =>
  prisma.upload.updateMany({
    where: { id, status: 'OPEN' },
    data: { claimedUntil: new Date(Date.now() + CLAIM_MILLISECONDS) },
  });

/** Puts the file together and looks at it. @returns why it is refused for good, if it is */
async function checkFile(
  bucket: Bucket,
  { asset, multipartId, size, sha256 }: OpenUpload,
  parts: CompleteUploadInput['parts'],
): Promise<Refusal | 'incomplete' | undefined> {
  const key = asset.sourceKey;
  const ordered = parts.toSorted((a, b) => a.number - b.number);
  if (!(await bucket.complete({ key, multipartId }, ordered))) return 'incomplete';
  const actual = BigInt((await bucket.size(key)) ?? 0);
  const declared = `The file was said to have ${size} bytes, and has ${actual}.`;
  if (actual > size) return { code: 'TOO_LARGE', message: declared };
  if (actual < size) return { code: 'INVALID_INPUT', message: declared };
  if (!looksLikeVideo(await bucket.head(key, HEAD_BYTES)))
    return { code: 'UNSUPPORTED_MEDIA', message: 'The file does not begin as a video does.' };
  if (sha256 !== null && (await bucket.sha256(key)) !== sha256)
    return {
      code: 'CHECKSUM_MISMATCH',
      message: 'The file is not the one whose SHA-256 was given: send it again.',
    };
  return undefined;
}

/** Throws the file away and remembers why. */
async function refuse(
  { prisma, uploads, logger }: CompleteUploadParts,
  upload: OpenUpload,
  { code, message }: Refusal,
): Promise<{ refusal: Refusal }> {
  await prisma.$transaction(async (transaction) => {
    const { count } = await transaction.upload.updateMany({
      where: { id: upload.id, status: 'OPEN' },
      data: { status: 'REFUSED', refusalCode: code, refusal: message, claimedUntil: null },
    });
    if (count === 0) return;
    await transaction.mediaAsset.update({ where: { id: upload.assetId }, data: { status: 'FAILED' } });
    await announceTitle(transaction, upload.asset.titleId);
  }, transactionLimits);
  await uploads.delete(upload.asset.sourceKey);
  logger.info({ uploadId: upload.id, code }, 'an upload was refused');
  return refused(code, message, ['input', 'uploadId']);
}

/** Writes the first attempt at a transcode; it is offered to MediaConvert once this is committed. */
async function accept(
  { prisma, logger, onJob }: CompleteUploadParts,
  upload: OpenUpload,
): Promise<CompletedUpload> {
  const completed = await prisma.$transaction(async (transaction) => {
    await transaction.upload.update({
      where: { id: upload.id, status: 'OPEN' },
      data: { status: 'COMPLETE', claimedUntil: null },
    });
    const asset = await transaction.mediaAsset.update({
      where: { id: upload.assetId },
      data: { status: 'TRANSCODING' },
    });
    const transcodeJob = await transaction.transcodeJob.create({
      data: { id: newId('job'), assetId: asset.id, attempt: 1 },
    });
    await announceTitle(transaction, asset.titleId);
    return { asset, transcodeJob };
  }, transactionLimits);
  logger.info(
    { uploadId: upload.id, assetId: upload.assetId, jobId: completed.transcodeJob.id },
    'an upload is complete',
  );
  onJob();
  return completed;
}
