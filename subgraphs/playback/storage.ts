import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** A multipart upload of one object. */
export interface Multipart {
  readonly key: string;
  readonly multipartId: string;
}

/** One bucket, as far as this service uses it. */
export interface Bucket {
  readonly name: string;
  begin(key: string, contentType: string): Promise<string>;
  /** A URL that takes exactly `size` bytes of one part. */
  partUrl(upload: Multipart, number: number, size: number, lifetimeSeconds: number): Promise<string>;
  /** @returns false if parts are missing, unknown or too small */
  complete(upload: Multipart, parts: readonly { number: number; etag: string }[]): Promise<boolean>;
  /** Throws away what was sent. Does nothing if there is nothing. */
  abort(upload: Multipart): Promise<void>;
  /** Size in bytes; undefined if there is no such object. */
  size(key: string): Promise<number | undefined>;
  /** The first bytes of an object. */
  head(key: string, bytes: number): Promise<Buffer>;
  /** SHA-256 of an object in hex, read as a stream. */
  sha256(key: string): Promise<string>;
  /** An object as text; undefined if there is none. */
  text(key: string): Promise<string | undefined>;
  /** Keys directly below a prefix that ends with a slash. */
  list(prefix: string): Promise<string[]>;
  delete(key: string): Promise<void>;
}

const missing = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
const nameOf = (error: unknown): string => (error as { name?: string }).name ?? '';
const isMissing = (error: unknown): boolean => missing.has(nameOf(error));
const badParts = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);

/**
 * @param s3 for our own requests
 * @param publicS3 for the URLs that clients open
 */
export function createBucket(name: string, s3: S3Client, publicS3: S3Client): Bucket {
  const object = (key: string) => ({ Bucket: name, Key: key });
  const multipart = ({ key, multipartId }: Multipart) => ({ ...object(key), UploadId: multipartId });
  const bucket: Bucket = {
    name,
    async begin(key, contentType) {
      const { UploadId } = await s3.send(
        new CreateMultipartUploadCommand({ ...object(key), ContentType: contentType }),
      );
      if (UploadId === undefined) throw new Error('The object store began an upload without an id.');
      return UploadId;
    },
    partUrl: (upload, number, size, lifetimeSeconds) =>
      getSignedUrl(
        publicS3,
        new UploadPartCommand({ ...multipart(upload), PartNumber: number, ContentLength: size }),
        { expiresIn: lifetimeSeconds },
      ),
    async complete(upload, parts) {
      const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
      try {
        await s3.send(
          new CompleteMultipartUploadCommand({ ...multipart(upload), MultipartUpload: { Parts } }),
        );
        return true;
      } catch (error) {
        if (badParts.has(nameOf(error))) return false;
        // done before, by a request whose answer was lost
        if (isMissing(error)) return (await bucket.size(upload.key)) !== undefined;
        throw error;
      }
    },
    async abort(upload) {
      try {
        await s3.send(new AbortMultipartUploadCommand(multipart(upload)));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    async size(key) {
      try {
        return (await s3.send(new HeadObjectCommand(object(key)))).ContentLength;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async head(key, bytes) {
      const { Body } = await s3.send(new GetObjectCommand({ ...object(key), Range: `bytes=0-${bytes - 1}` }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async sha256(key) {
      const { Body } = await s3.send(new GetObjectCommand(object(key)));
      const hash = createHash('sha256');
      for await (const chunk of Body as Readable) hash.update(chunk as Buffer);
      return hash.digest('hex');
    },
    async text(key) {
      try {
        return await (await s3.send(new GetObjectCommand(object(key)))).Body?.transformToString();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async list(prefix) {
      const answer = await s3.send(
        new ListObjectsV2Command({ Bucket: name, Prefix: prefix, Delimiter: '/' }),
      );
      return (answer.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    },
    async delete(key) {
      await s3.send(new DeleteObjectCommand(object(key)));
    },
  };
  return bucket;
}
