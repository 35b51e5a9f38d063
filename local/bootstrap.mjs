// Runs a script of the project on a fresh clone: checks Node, installs what the lockfile says where it is not
// installed yet, then hands over in this same process, so that a signal to npm reaches the script itself.
// Plain JavaScript, and Node's own modules only: nothing else is there before the install.
//   node local/bootstrap.mjs <script.ts | gateway | vitest> [arguments]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [target, ...rest] = process.argv.slice(2);

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(
    `Marquee needs Node 20.19 or newer, and this is ${process.versions.node}. Install a current Node and try again.`,
  );
if (target === undefined) fail('Usage: node local/bootstrap.mjs <script.ts | gateway | vitest> [arguments]');

install();
process.chdir(root);
// the SDK warns of Node 20 at every start; what Node is needed is said above, and by package.json
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
if (target === 'vitest') {
  const entry = path.join(root, 'node_modules/vitest/vitest.mjs');
  process.argv = [process.argv[0], entry, ...rest];
  await import(pathToFileURL(entry).href);
} else if (target === 'gateway') {
  const folder = path.join(root, '.data', 'gateway');
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'scripts/bundle-gateway.mjs'), root, folder],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
  const entry = path.join(folder, 'main.js');
  process.argv = [process.argv[0], entry, ...rest];
  await import(pathToFileURL(entry).href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  const entry = path.join(root, target);
  process.argv = [process.argv[0], entry, ...rest];
  await import(pathToFileURL(entry).href);
}

/** `npm ci`, unless what is installed is what the lockfile says, whoever installed it. */
function install() {
  if (isInstalled()) return;

  const lock = path.join(root, '.install-lock');
  try {
    mkdirSync(lock);
  } catch {
    const owner = existsSync(path.join(lock, 'pid'))
      ? Number(readFileSync(path.join(lock, 'pid'), 'utf8'))
      : NaN;
    if (Number.isNaN(owner) || !isAlive(owner)) {
      rmSync(lock, { recursive: true, force: true });
      return install();
    }
    fail(`Another install is running here (process ${owner}). Wait for it to end, then try again.`);
  }
  try {
    writeFileSync(path.join(lock, 'pid'), String(process.pid));
    console.log('Installing the packages that package-lock.json names (about a minute, once)…');
    // the npm that started us where there is one: it is sure to exist, also where PATH has none
    const npm = process.env.npm_execpath;
    const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    const { status, error } = spawnSync(
      command,
      [...first, 'ci', '--no-fund', '--no-audit', '--loglevel=error'],
      {
        cwd: root,
        stdio: 'inherit',
        shell: command === 'npm' && process.platform === 'win32',
      },
    );
    if (status !== 0)
      fail(
        `The install failed${error ? ` (${error.message})` : ''}. Look at npm's message above, mend it, and try again.`,
      );
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** npm notes what it has installed, once it has: each package of the lockfile must be in that note, or be optional. */
function isInstalled() {
  const note = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  const wanted = Object.entries(
    JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages,
  );
  return wanted.every(
    ([name, { version, optional, peer }]) =>
      name === '' ||
      installed[name]?.version === version ||
      (!(name in installed) && Boolean(optional ?? peer)),
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
