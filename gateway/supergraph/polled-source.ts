import type { Composition } from './compose.ts';
import type { S3Object, S3Options } from './s3-object.ts';
import type { SupergraphSource } from './source.ts';
import { SupergraphError } from './supergraph-error.ts';

/** One reading of a text that has versions. */
export interface Reading {
  readonly text: string;
  readonly etag: string | undefined;
}

/** Reads a text, unless it is still the version that is known. @returns undefined then */
export type ReadIfChanged = (etag: string | undefined) => Promise<Reading | undefined>;

/** Milliseconds until a source must have answered. */
const TIMEOUT = 10_000;

/**
 * A source that is asked again and again. What it says of itself (its ETag) decides whether it has changed, so that an
 * unchanged supergraph travels only once.
 * @param what names the source in messages, without its address
 * @param interval milliseconds between two questions
 */
function createPolledSource(what: string, interval: number, read: ReadIfChanged): SupergraphSource {
  let last: Reading | undefined;
  return {
    remote: true,
    async load(): Promise<Composition> {
      try {
        last = (await read(last?.etag)) ?? last;
      } catch (error) {
        throw new SupergraphError(`${what} cannot be read: ${reasonOf(error)}`);
      }
      if (!last) throw new SupergraphError(`${what} cannot be read: it never had a version.`);
      return { sdl: last.text, hints: [], files: [] };
    },
    watch(onChange) {
      const timer = setInterval(onChange, interval).unref();
      return () => clearInterval(timer);
    },
  };
}

/** SDL behind a URL, polled with `If-None-Match`. @param interval milliseconds */
export const createUrlSource = (url: string, interval: number): SupergraphSource =>
  createPolledSource("The supergraph's URL", interval, async (etag) => {
    const response = await fetch(url, {
      headers: { accept: 'text/plain, */*', ...(etag !== undefined && { 'if-none-match': etag }) },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await response.text();
    if (response.status === 304) return undefined;
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return { text, etag: response.headers.get('etag') ?? undefined };
  });

/**
 * SDL in an object of S3, polled by its ETag.
 * @param location `s3://bucket/key`
 * @param interval milliseconds
 */
export function createS3Source(location: string, interval: number, options: S3Options): SupergraphSource {
  let object: S3Object | undefined;
  const source = createPolledSource('The supergraph in S3', interval, async (etag) => {
    // loaded only where it is used: it takes memory and time to start
    object ??= (await import('./s3-object.ts')).openS3Object(location, { ...options, timeout: TIMEOUT });
    return object.read(etag);
  });
  return {
    ...source,
    watch(onChange, onTrouble) {
      const stop = source.watch(onChange, onTrouble);
      return () => {
        stop();
        object?.close();
      };
    },
  };
}

/** The cause in few words; messages of connections name addresses, which health pages must not show. */
function reasonOf(error: unknown): string {
  const { name, message, cause, code } = error as Error & { code?: string; cause?: { code?: string } };
  return cause?.code ?? code ?? (name === 'Error' ? message : name);
}
