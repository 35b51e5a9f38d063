import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

/** Editors write a file in several steps: changes closer together than this are one. Milliseconds. */
const SETTLE = 100;
/** Kubernetes swaps the files of a mounted ConfigMap by renaming this link beside them. */
const CONFIG_MAP_LINK = '..data';

/** A watch over some files. */
export interface FilesWatch {
  /** Watches these in the place of those before. @param files paths */
  watch(files: Iterable<string>): void;
  close(): void;
}

/**
 * Calls back after one of some files has changed; several changes at once are one. Folders are watched, since an editor
 * that replaces a file by renaming would leave a watch on the old one.
 * @param files paths
 * @param onTrouble told when they cannot be watched, for instance because the system allows no more watches
 */
export function watchFiles(
  files: Iterable<string>,
  onChange: () => void,
  onTrouble: (error: unknown) => void,
): FilesWatch {
  const watchers = new Map<string, FSWatcher>();
  let watched: ReadonlySet<string>;
  let settling: NodeJS.Timeout | undefined;
  const watchFolder = (folder: string): FSWatcher =>
    watch(folder, { persistent: false }, (_event, name) => {
      if (name !== null && name !== CONFIG_MAP_LINK && !watched.has(path.join(folder, name))) return;
      clearTimeout(settling);
      settling = setTimeout(onChange, SETTLE);
    }).on('error', onTrouble);

  const rewatch = (wanted: Iterable<string>): void => {
    watched = new Set([...wanted].map((file) => path.resolve(file)));
    const folders = new Set([...watched].map((file) => path.dirname(file)));
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders)
      try {
        if (!watchers.has(folder)) watchers.set(folder, watchFolder(folder));
      } catch (error) {
        onTrouble(error);
      }
  };
  rewatch(files);
  return {
    watch: rewatch,
    close() {
      clearTimeout(settling);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
