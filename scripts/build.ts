// npm run build: dist/, ready for plain node: compiled services, and beside them the files that they read.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const compiled = /\.ts$/;
const wanted = (file: string): boolean => !compiled.test(file) || file.endsWith('.d.ts');

rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(path.join('node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

// schemas, migrations, the demo catalogue, the explorer's files
for (const folder of ['gateway', 'subgraphs'])
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && wanted(entry.name)) cpSync(file, path.join('dist', file));
  }
for (const file of ['supergraph.graphql', 'supergraph.yaml']) cpSync(file, path.join('dist', file));
