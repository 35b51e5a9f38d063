// npm run build: dist/, ready for plain node: the gateway in one piece, the compiled subgraphs, and beside them the files
// that they read.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const compiled = /\.ts$/;
const wanted = (file: string): boolean => !compiled.test(file) || file.endsWith('.d.ts');

rmSync('dist', { recursive: true, force: true });
const run = (command: string, ...args: readonly string[]): void => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run(path.join('node_modules', '.bin', 'tsc'), '-p', 'tsconfig.build.json');
run(process.execPath, 'scripts/bundle-gateway.mjs', '.', 'dist/gateway');

// schemas, migrations, the demo catalogue
for (const entry of readdirSync('subgraphs', { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  if (entry.isFile() && wanted(entry.name)) cpSync(file, path.join('dist', file));
}
for (const file of ['supergraph.graphql', 'supergraph.yaml']) cpSync(file, path.join('dist', file));
