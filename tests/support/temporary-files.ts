import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What tests put into the system's folder for temporary files goes into one of their own, gone afterwards. */
export async function setup(): Promise<() => Promise<void>> {
  const before = process.env['TMPDIR'];
  const folder = await mkdtemp(path.join(tmpdir(), 'marquee-tests-'));
  // open to all as the system's is: some tests work as an ordinary user, and PostgreSQL does not run as root
  await chmod(folder, 0o1777);
  process.env['TMPDIR'] = folder;
  return async () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await rm(folder, { recursive: true, maxRetries: 3 });
  };
}
