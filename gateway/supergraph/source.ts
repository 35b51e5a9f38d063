import { readFile } from 'node:fs/promises';
import { watchFiles, type FilesWatch } from '../../platform/watch-files.ts';
import type { Composition } from './compose.ts';
import { createS3Source, createUrlSource } from './polled-source.ts';
import type { S3Options } from './s3-object.ts';
import { SupergraphError } from './supergraph-error.ts';

/** Where the supergraph comes from: a file, a URL or an object with SDL, or a rover configuration that is composed. */
export interface SupergraphSource {
  /** Whether it is elsewhere, and may be away for a while. */
  readonly remote: boolean;
  /** Reads, and composes if need be. @throws {SupergraphError} */
  load(): Promise<Composition>;
  /**
   * Calls back when it may have changed: after a change of a file that a `load` read, the last good one or one since, several at once
   * being one; or at intervals.
   * @param onTrouble told when files cannot be watched, for instance because the system allows no more watches
   * @returns stops watching, and a reading that is under way
   */
  watch(onChange: () => void, onTrouble: (error: unknown) => void): () => void;
}

export interface SourceOptions {
  /** What `${env.NAME}` in a `supergraph.yaml` may name. */
  readonly variables?: Record<string, string | undefined>;
  /** Milliseconds between two questions to a URL or to S3. */
  readonly interval?: number;
  readonly s3?: S3Options;
}

const INTERVAL = 10_000;

/**
 * @param location path of `supergraph.graphql` (SDL) or of `supergraph.yaml` (rover's format); or where SDL is had:
 * `https://…`, `s3://bucket/key`
 */
export function createSupergraphSource(location: string, options: SourceOptions = {}): SupergraphSource {
  const { variables = {}, interval = INTERVAL, s3 = { region: 'us-east-1' } } = options;
  if (/^https?:\/\//.test(location)) return createUrlSource(location, interval);
  if (location.startsWith('s3://')) return createS3Source(location, interval, s3);
  return createFileSource(location, variables);
}

function createFileSource(file: string, variables: Record<string, string | undefined>): SupergraphSource {
  let files = new Set([file]);
  /** undefined while nobody wants to know */
  let watching: FilesWatch | undefined;

  return {
    remote: false,
    async load() {
      const read: string[] = [file];
      try {
        const composition = /\.ya?ml$/.test(file)
          ? // loaded only where it is used: it takes memory and time to start
            await (await import('./compose.ts')).composeSupergraph(file, variables, read)
          : await readSdl(file);
        files = new Set();
        return composition;
      } finally {
        // of a bad version too: whoever mends a file that is new in it wants it read again
        for (const one of read) files.add(one);
        watching?.watch(files);
      }
    },

    watch(onChange, onTrouble) {
      const { close } = (watching = watchFiles(files, onChange, onTrouble));
      return () => {
        watching = undefined;
        close();
      };
    },
  };
}

async function readSdl(file: string): Promise<Composition> {
  try {
    return { sdl: await readFile(file, 'utf8'), hints: [], files: [file] };
  } catch (error) {
    throw new SupergraphError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
