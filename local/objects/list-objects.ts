import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileSystemStore } from 's3rver';

/** How s3rver names the file that holds an object's content. */
const suffix = '._S3rver_object';
const mostKeys = 1000;

/**
 * ListObjectsV2, in the order and by the pages of S3: s3rver's own breaks at the second page on today's Node.
 * @param query of the request
 * @returns the body of the answer, or nothing if there is no such bucket
 */
export async function listObjects(
  store: FileSystemStore,
  bucket: string,
  query: URLSearchParams,
): Promise<string | undefined> {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const limit = Math.min(Number(query.get('max-keys') ?? mostKeys), mostKeys);
  const keys = await keysUnder(store, bucket, prefix);
  if (!keys) return undefined;

  const contents: string[] = [];
  const commonPrefixes = new Set<string>();
  let last = '';
  let truncated = false;
  for (const key of keys) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = end < 0 ? key : key.slice(0, end + delimiter.length);
    // a page may end with a common prefix, whose keys the next page must pass over
    if (entry <= after || commonPrefixes.has(entry)) continue;
    if (contents.length + commonPrefixes.size === limit) {
      truncated = true;
      break;
    }
    last = entry;
    if (end < 0) contents.push(key);
    else commonPrefixes.add(entry);
  }
  const objects = await Promise.all(
    contents.map(async (key) => describe(key, await store.getMetadata(bucket, key))),
  );
  const count = contents.length + commonPrefixes.size;
  const next = truncated ? element('NextContinuationToken', Buffer.from(last).toString('base64url')) : '';
  return (
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `${element('Name', bucket)}${element('Prefix', prefix)}${element('Delimiter', delimiter)}` +
    `${element('MaxKeys', limit)}${element('KeyCount', count)}${element('IsTruncated', truncated)}${next}` +
    objects.join('') +
    Array.from(commonPrefixes, (one) => `<CommonPrefixes>${element('Prefix', one)}</CommonPrefixes>`).join(
      '',
    ) +
    '</ListBucketResult>'
  );
}

/** All keys with this prefix, sorted. */
async function keysUnder(
  store: FileSystemStore,
  bucket: string,
  prefix: string,
): Promise<string[] | undefined> {
  const root = dirname(store.getResourcePath(bucket, undefined, 'object'));
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const keys: string[] = [];
  const walk = async (directory: string): Promise<void> => {
    for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
      // parts of uploads lie in a folder of s3rver's own
      if (entry.isDirectory() && !entry.name.startsWith('._S3rver_'))
        await walk(`${directory}${entry.name}/`);
      else if (entry.name.endsWith(suffix)) keys.push(`${directory}${entry.name.slice(0, -suffix.length)}`);
    }
  };
  try {
    await walk(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (folder === '') return undefined;
  }
  return keys.filter((key) => key.startsWith(prefix)).sort();
}

const describe = (key: string, metadata: Record<string, unknown>): string =>
  `<Contents>${element('Key', key)}` +
  element('LastModified', new Date(String(metadata['last-modified'])).toISOString()) +
  `${element('ETag', metadata['etag'])}${element('Size', metadata['content-length'])}` +
  `${element('StorageClass', 'STANDARD')}</Contents>`;

const element = (name: string, value: unknown): string => `<${name}>${escapeXml(String(value))}</${name}>`;

/** Text as XML holds it. */
export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
