// npm run bench: installs the benchmark's own packages, compiles it and the gateway, and measures.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.ts';
import { benchFolder } from './folders.ts';

const root = process.cwd();
install(path.join(root, 'bench'));
build(root, process.env['BENCH_REF']);
const main = spawn(process.execPath, [path.join(benchFolder(root), 'main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => main.kill(signal));
main.once('exit', (code) => process.exit(code ?? 1));

/** `npm ci`, unless the last one that succeeded was for this very lockfile and Node. */
function install(folder: string): void {
  const stamp = path.join(folder, 'node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .update(`${process.platform} ${process.arch} ${process.versions.modules}`)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing the packages of the benchmark (about a minute, once)…');
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error("The install failed. Look at npm's message above, mend it, and try again.");
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
