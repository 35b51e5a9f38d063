import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hydrateSymlinks, postgresBinaries } from './postgres-binaries.ts';

describe("PostgreSQL's programs", () => {
  let root: string;
  beforeEach(async () => {
    // a package as npm leaves it when it runs no install scripts, with the real package's script
    root = mkdtempSync(path.join(tmpdir(), 'marquee-binaries-'));
    const { postgres } = await postgresBinaries();
    cpSync(path.resolve(postgres, '../../../scripts'), path.join(root, 'scripts'), { recursive: true });
    writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
    mkdirSync(path.join(root, 'native/lib'), { recursive: true });
    writeFileSync(path.join(root, 'native/lib/libpq.so.5.18'), 'the library');
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    writeFileSync(path.join(root, 'native/pg-symlinks.json'), JSON.stringify(links));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('are those of the installed package, and run', async () => {
    const { postgres, initdb } = await postgresBinaries();
    for (const program of [postgres, initdb])
      expect((await promisify(execFile)(program, ['--version'])).stdout).toMatch(/PostgreSQL\) 18\./);
  });

  it('get the symbolic links that an install without scripts left out', async () => {
    await hydrateSymlinks(root);
    expect(readFileSync(path.join(root, 'native/lib/libpq.so.5'), 'utf8')).toBe('the library');
    await hydrateSymlinks(root);
  });

  it('say so when a link cannot be made', async () => {
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/nowhere/libpq.so.5' }];
    writeFileSync(path.join(root, 'native/pg-symlinks.json'), JSON.stringify(links));
    await expect(hydrateSymlinks(root)).rejects.toThrow(
      /libpq\.so\.5 could not be made: check that you may write/,
    );
  });
});
