import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileSystemStore, Written } from 's3rver';
import S3Error from 's3rver/lib/models/error.js';

/** What S3 asks of every part but the last. */
const leastPartBytes = 5 * 1024 * 1024;

/** A part that was uploaded, as ListParts tells it. */
export interface StoredPart {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
}

/**
 * Replaces the ways in which s3rver writes. Its own write into place, so that an upload that breaks off leaves half
 * an object; answer before the last byte is on disk; and end the process when a part is missing.
 * @param incoming a directory on the same file system, for what is still being written
 */
export function makeWritesAtomic(store: FileSystemStore, incoming: string): void {
  const writeToIncoming = async (content: AsyncIterable<Buffer>): Promise<Written & { path: string }> => {
    const path = join(incoming, randomUUID());
    const hash = createHash('md5');
    let size = 0;
    try {
      await pipeline(
        content,
        async function* measure(chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(path),
      );
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, size, md5: hash.digest('hex') };
  };

  store.putObject = async ({ bucket, key, content, metadata }) => {
    const written = await writeToIncoming(Buffer.isBuffer(content) ? Readable.from([content]) : content);
    const path = store.getResourcePath(bucket, key, 'object');
    await mkdir(dirname(path), { recursive: true });
    // the entity tag of the old content must not outlive it; a missing one is computed anew
    await rm(`${path}.md5`, { force: true });
    await rename(written.path, path);
    await store.putMetadata(bucket, key, metadata, written.md5);
    return written;
  };

  store.putPart = async (bucket, uploadId, partNumber, content) => {
    const written = await writeToIncoming(content);
    const path = join(uploadDirectory(store, bucket, uploadId), partNumber);
    await rename(written.path, path);
    await writeFile(`${path}.md5`, written.md5);
    return written;
  };

  store.putObjectMultipart = async (bucket, uploadId, parts) => {
    const directory = uploadDirectory(store, bucket, uploadId);
    await checkParts(await listParts(store, bucket, uploadId), parts);
    const [key, metadata] = await Promise.all([
      readFile(join(directory, 'key'), 'utf8'),
      readFile(join(directory, 'metadata'), 'utf8'),
    ]);
    const content = Readable.from(concatenate(parts.map((part) => join(directory, String(part.number)))));
    const written = await store.putObject({ bucket, key, content, metadata: JSON.parse(metadata) });
    // as S3 does it: a hash over the hashes of the parts, and how many they are
    const hashes = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')));
    const md5 = `${createHash('md5').update(hashes).digest('hex')}-${parts.length}`;
    await writeFile(`${store.getResourcePath(bucket, key, 'object')}.md5`, md5);
    await rm(directory, { recursive: true, force: true });
    return { size: written.size, md5 };
  };
}

/** Where the parts of one multipart upload lie. */
export const uploadDirectory = (store: FileSystemStore, bucket: string, uploadId: string): string =>
  join(store.getResourcePath(bucket, undefined, 'uploads'), uploadId);

/** True if this upload was begun for this key and is neither complete nor aborted. */
export async function uploadExists(
  store: FileSystemStore,
  bucket: string,
  key: string,
  uploadId: string,
): Promise<boolean> {
  if (!/^[0-9a-f]{32}$/.test(uploadId)) return false;
  try {
    return (await readFile(join(uploadDirectory(store, bucket, uploadId), 'key'), 'utf8')) === key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The parts that are whole, by number. */
export async function listParts(
  store: FileSystemStore,
  bucket: string,
  uploadId: string,
): Promise<StoredPart[]> {
  const directory = uploadDirectory(store, bucket, uploadId);
  const numbers = (await readdir(directory))
    .filter((file) => file.endsWith('.md5'))
    .map((file) => Number.parseInt(file, 10));
  const parts = numbers.map(async (number) => {
    const path = join(directory, String(number));
    const [etag, { size, mtime }] = await Promise.all([readFile(`${path}.md5`, 'utf8'), stat(path)]);
    return { number, etag, size, lastModified: mtime };
  });
  return (await Promise.all(parts)).sort((a, b) => a.number - b.number);
}

async function checkParts(stored: readonly StoredPart[], named: readonly { number: number; etag: string }[]) {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  for (const [index, { number, etag }] of named.entries()) {
    const part = byNumber.get(number);
    if (!part || part.etag !== etag)
      throw new S3Error('InvalidPart', `Part ${number} was not uploaded, or its entity tag is another.`);
    if (index > 0 && number <= (named[index - 1]?.number ?? 0))
      throw new S3Error('InvalidPartOrder', 'The parts must be named in ascending order.');
    if (index < named.length - 1 && part.size < leastPartBytes)
      throw new S3Error('EntityTooSmall', `Part ${number} is smaller than 5 MiB and is not the last.`);
  }
}

async function* concatenate(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path) as AsyncIterable<Buffer>;
}
