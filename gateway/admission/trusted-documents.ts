import { readFile } from 'node:fs/promises';
import type { Logger } from '../../platform/logger.ts';
import { watchFiles } from '../../platform/watch-files.ts';
import { parseManifest, type Manifest } from './manifest.ts';

/** The manifest of trusted documents, kept up to date with its file. */
export interface TrustedDocuments {
  /** The newest good one. */
  readonly current: Manifest;
  /** Reads the file again, now. Never rejects: a bad version leaves the last good one in force. */
  reload(): Promise<void>;
  close(): void;
}

/**
 * @param file path of a manifest, Apollo's or Relay's
 * @throws if it cannot be read at the start: whom to trust is then not known
 */
export async function loadTrustedDocuments(file: string, logger: Logger): Promise<TrustedDocuments> {
  const read = async (): Promise<Manifest> => {
    try {
      return parseManifest(await readFile(file, 'utf8'));
    } catch (error) {
      throw new Error(`The trusted documents of ${file} cannot be read: ${(error as Error).message}`);
    }
  };
  let current = await read();
  const reread = async (): Promise<void> => {
    try {
      current = await read();
      logger.info({ documents: current.size }, 'the new trusted documents are in force');
    } catch (error) {
      const problem = (error as Error).message;
      logger.error({ problem }, 'the new trusted documents are not good; the last good ones stay in force');
    }
  };
  // one after the other: an older reading must not come last
  let reading = Promise.resolve();
  const reload = (): Promise<void> => (reading = reading.then(reread));
  const { close } = watchFiles(
    [file],
    () => void reload(),
    (error) =>
      logger.warn(
        { cause: String(error) },
        'the trusted documents are not watched; a change needs a restart',
      ),
  );
  return {
    get current() {
      return current;
    },
    reload,
    close,
  };
}
