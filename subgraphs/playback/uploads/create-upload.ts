import { newId } from '../../../platform/ids.ts';
import type { CreateUploadInput } from '../generated/resolvers.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { announceTitle } from '../assets.ts';
import type { PlaybackEnv } from '../env.ts';
import type { ReadModels } from '../read-models.ts';
import { refused, type Outcome } from '../refusal.ts';
import type { Bucket } from '../storage.ts';
import { extensionOf, isTakenType } from './media-kind.ts';

export interface PartUrl {
  number: number;
  url: string;
  offset: number;
  size: number;
}

export interface BegunUpload {
  id: string;
  assetId: string;
  parts: PartUrl[];
  expiresAt: Date;
}

const MEBIBYTE = 2 ** 20;
/** S3 takes no smaller part but the last, and 10,000 at most, 5 GiB each; a thousand URLs are made in half a second. */
const LEAST_PART = 5 * MEBIBYTE;
const MOST_PARTS = 1_024;

/** How a file is cut: all parts have the same size, but the last. */
export function cut(size: number): { partSize: number; partCount: number } {
  let partSize = LEAST_PART;
  while (size / partSize > MOST_PARTS) partSize *= 2;
  return { partSize, partCount: Math.ceil(size / partSize) };
}

export interface CreateUploadParts {
  readonly prisma: PrismaClient;
  readonly uploads: Bucket;
  readonly readModels: ReadModels;
  readonly env: Pick<PlaybackEnv, 'MAX_UPLOAD_BYTES' | 'UPLOAD_LIFETIME_SECONDS'>;
}

/**
 * Begins an upload of a title's video: an asset, a multipart upload, and a URL for each part.
 * @param uploaderId user or API key that may follow the transcode later
 */
export async function createUpload(
  { prisma, uploads, readModels, env }: CreateUploadParts,
  uploaderId: string,
  input: CreateUploadInput,
): Promise<Outcome<BegunUpload>> {
  const refusal = refusalOf(input, env.MAX_UPLOAD_BYTES);
  if (refusal) return refusal;
  const title = await readModels.title(input.titleId);
  if (!title) return refused('NOT_FOUND', `There is no title "${input.titleId}".`, ['input', 'titleId']);
  if (title.kind === 'SERIES')
    return refused('INVALID_INPUT', 'A series has no video of its own: upload its episodes.', [
      'input',
      'titleId',
    ]);

  const assetId = newId('ast');
  const sourceKey = `${assetId}/source.${extensionOf(input.fileName)}`;
  const { partSize, partCount } = cut(input.size);
  const lifetime = env.UPLOAD_LIFETIME_SECONDS;
  const multipartId = await uploads.begin(sourceKey, input.contentType);
  const upload = {
    id: newId('upl'),
    uploaderId,
    multipartId,
    fileName: input.fileName,
    contentType: input.contentType,
    size: BigInt(input.size),
    sha256: input.sha256?.toLowerCase() ?? null,
    partSize: BigInt(partSize),
    partCount,
    expiresAt: new Date(Date.now() + lifetime * 1000),
  };
  await prisma.$transaction(async (transaction) => {
    await transaction.mediaAsset.create({
      data: { id: assetId, titleId: title.id, status: 'UPLOADING', sourceKey, uploads: { create: upload } },
    });
    await announceTitle(transaction, title.id);
  });
  const parts = await Promise.all(
    Array.from({ length: partCount }, async (_, index) => {
      const offset = index * partSize;
      const size = Math.min(partSize, input.size - offset);
      const url = await uploads.partUrl({ key: sourceKey, multipartId }, index + 1, size, lifetime);
      return { number: index + 1, url, offset, size };
    }),
  );
  return { value: { id: upload.id, assetId, parts, expiresAt: upload.expiresAt } };
}

/** What is wrong with the input itself, if anything. */
function refusalOf(input: CreateUploadInput, mostBytes: number): ReturnType<typeof refused> | undefined {
  if (input.size <= 0) return refused('INVALID_INPUT', 'The file must not be empty.', ['input', 'size']);
  if (input.size > mostBytes)
    return refused('TOO_LARGE', `The file may have ${mostBytes} bytes at most.`, ['input', 'size']);
  if (input.fileName.length > 255)
    return refused('INVALID_INPUT', 'The name may have 255 characters at most.', ['input', 'fileName']);
  if (extensionOf(input.fileName) === undefined)
    return refused('UNSUPPORTED_MEDIA', 'Upload a mp4, m4v, mov, mkv, webm, ts, m2ts or avi file.', [
      'input',
      'fileName',
    ]);
  if (!isTakenType(input.contentType))
    return refused('UNSUPPORTED_MEDIA', 'The content type is not that of a video that can be transcoded.', [
      'input',
      'contentType',
    ]);
  if (input.sha256 !== undefined && input.sha256 !== null && !/^[\da-f]{64}$/i.test(input.sha256))
    return refused('INVALID_INPUT', 'A SHA-256 is 64 hex digits.', ['input', 'sha256']);
  return undefined;
}
