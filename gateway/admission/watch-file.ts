import { watch } from 'node:fs';
import path from 'node:path';

/** Editors write a file in several steps: changes closer together than this are one. Milliseconds. */
const SETTLE = 100;
/** Kubernetes swaps the files of a mounted ConfigMap by renaming this link beside them. */
const CONFIG_MAP_LINK = '..data';

/**
 * Calls back after a file has changed; several changes at once are one. The folder is watched, since an editor that
 * replaces a file by renaming would leave a watch on the old one.
 * @param onTrouble told when it cannot be watched, for instance because the system allows no more watches
 * @returns stops watching
 */
export function watchFile(
  file: string,
  onChange: () => void,
  onTrouble: (error: unknown) => void,
): () => void {
  const { dir, base } = path.parse(path.resolve(file));
  let settling: NodeJS.Timeout | undefined;
  try {
    const watcher = watch(dir, { persistent: false }, (_event, name) => {
      if (name !== null && name !== CONFIG_MAP_LINK && name !== base) return;
      clearTimeout(settling);
      settling = setTimeout(onChange, SETTLE);
    });
    watcher.on('error', onTrouble);
    return () => {
      clearTimeout(settling);
      watcher.close();
    };
  } catch (error) {
    onTrouble(error);
    return () => undefined;
  }
}
