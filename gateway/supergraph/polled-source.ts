import type { Composition } from './compose.ts';
import type { S3Object, S3Options } from './s3-object.ts';
import type { SupergraphSource } from './source.ts';
import { SupergraphError } from './supergraph-error.ts';
import { textWithin } from './text-within.ts';

/** One reading of a text that has versions. */
export interface Reading {
  readonly text: string;
  readonly etag: string | undefined;
}

/**
 * Reads a text, unless it is still the version that is known.
 * @param signal ends the reading, wherever it is
 * @returns undefined if it is
 */
export type ReadIfChanged = (etag: string | undefined, signal: AbortSignal) => Promise<Reading | undefined>;

/** What a source may take. */
export interface ReadingLimits {
  /** Milliseconds until it must have answered, to the last byte. */
  readonly timeout: number;
  readonly mostBytes: number;
}

const LIMITS: ReadingLimits = { timeout: 10_000, mostBytes: 64 * 2 ** 20 };

/**
 * A source that is asked again and again. What it says of itself (its ETag) decides whether it has changed, so that an
 * unchanged supergraph travels only once.
 * @param what names the source in messages, without its address
 * @param interval milliseconds between two questions
 * @param timeout milliseconds that one reading may take
 */
function createPolledSource(
  what: string,
  interval: number,
  timeout: number,
  read: ReadIfChanged,
): SupergraphSource {
  let last: Reading | undefined;
  /** Of the reading that is under way. */
  let current: AbortController | undefined;
  return {
    remote: true,
    async load(): Promise<Composition> {
      const reading = (current = new AbortController());
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reading.abort();
      }, timeout);
      try {
        last = (await read(last?.etag, reading.signal)) ?? last;
      } catch (error) {
        const reason = late ? `it took longer than ${timeout / 1_000} seconds` : reasonOf(error);
        throw new SupergraphError(`${what} cannot be read: ${reason}`);
      } finally {
        clearTimeout(timer);
      }
      if (!last) throw new SupergraphError(`${what} cannot be read: it never had a version.`);
      return { sdl: last.text, hints: [], files: [] };
    },
    watch(onChange) {
      const timer = setInterval(onChange, interval).unref();
      return () => {
        clearInterval(timer);
        // nobody wants what it brings any more, and whoever stops waits for it
        current?.abort();
      };
    },
  };
}

/** SDL behind a URL, polled with `If-None-Match`. @param interval milliseconds */
export const createUrlSource = (
  url: string,
  interval: number,
  { timeout, mostBytes } = LIMITS,
): SupergraphSource =>
  createPolledSource("The supergraph's URL", interval, timeout, async (etag, signal) => {
    const response = await fetch(url, {
      headers: { accept: 'text/plain, */*', ...(etag !== undefined && { 'if-none-match': etag }) },
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      if (response.status === 304) return undefined;
      throw new Error(`it answered ${response.status}`);
    }
    const text = response.body ? await textWithin(response.body, mostBytes) : '';
    return { text, etag: response.headers.get('etag') ?? undefined };
  });

/**
 * SDL in an object of S3, polled by its ETag.
 * @param location `s3://bucket/key`
 * @param interval milliseconds
 */
export function createS3Source(
  location: string,
  interval: number,
  options: S3Options,
  limits = LIMITS,
): SupergraphSource {
  let object: S3Object | undefined;
  const source = createPolledSource(
    'The supergraph in S3',
    interval,
    limits.timeout,
    async (etag, signal) => {
      // loaded only where it is used: it takes memory and time to start
      object ??= (await import('./s3-object.ts')).openS3Object(location, { ...options, ...limits });
      return object.read(etag, signal);
    },
  );
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
  const { name, message, cause, code } = error as Error & { code?: unknown; cause?: { code?: unknown } };
  // those of a DOMException are numbers, which say nothing to anybody
  const [known] = [cause?.code, code].filter((one) => typeof one === 'string');
  return known ?? (name === 'Error' ? message : name);
}
