import { readFile } from 'node:fs/promises';
import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { composeSupergraph, SupergraphError, type Composition } from './compose.ts';

/** Where the supergraph comes from: a file of SDL, or a rover configuration that is composed. */
export interface SupergraphSource {
  /** Reads, and composes if need be. @throws {SupergraphError} */
  load(): Promise<Composition>;
  /**
   * Calls back after a file that the last `load` read has changed; several changes at once are one.
   * @returns stops watching
   */
  watch(onChange: () => void): () => void;
}

/** Editors write a file in several steps: changes closer together than this are one. Milliseconds. */
const SETTLE = 100;

/**
 * @param file path of `supergraph.graphql` (SDL) or of `supergraph.yaml` (rover's format)
 * @param variables what `${env.NAME}` in the YAML may name
 */
export function createSupergraphSource(
  file: string,
  variables: Record<string, string | undefined> = {},
): SupergraphSource {
  let files: readonly string[] = [file];
  return {
    async load() {
      if (/\.ya?ml$/.test(file)) {
        const composition = await composeSupergraph(file, variables);
        files = composition.files;
        return composition;
      }
      try {
        return { sdl: await readFile(file, 'utf8'), hints: [], files: [file] };
      } catch (error) {
        throw new SupergraphError(`${file} cannot be read: ${(error as Error).message}`);
      }
    },

    watch(onChange) {
      let settling: NodeJS.Timeout | undefined;
      const changed = (): void => {
        clearTimeout(settling);
        settling = setTimeout(onChange, SETTLE);
      };
      // Folders, not files: an editor that replaces a file by renaming would leave a watch on the old one.
      const folders = [...new Set(files.map((name) => path.dirname(path.resolve(name))))];
      const watchers: FSWatcher[] = folders.map((folder) =>
        watch(folder, { persistent: false }, (_event, name) => {
          if (name === null || files.some((one) => path.resolve(one) === path.join(folder, name))) changed();
        }),
      );
      return () => {
        clearTimeout(settling);
        for (const watcher of watchers) watcher.close();
      };
    },
  };
}
