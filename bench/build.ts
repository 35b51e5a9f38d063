import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { benchFolder, productFolder } from './folders.ts';

/**
 * Everything runs as plain JavaScript under plain `node`, ours as it is built for the image, the peers as they are
 * published: a loader would cost memory.
 * @param ref a commit whose gateway is measured; the working tree's if not given
 */
export function build(root: string, ref?: string): void {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(root, 'tsconfig.build.json'), (file) => ts.sys.readFile(file)).config,
    ts.sys,
    root,
  );
  rmSync(productFolder(root), { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [
      path.join(root, 'scripts/bundle-gateway.mjs'),
      ref === undefined ? root : checkout(root, ref),
      path.join(productFolder(root), 'gateway'),
    ],
    { stdio: 'inherit' },
  );
  compile(path.join(root, 'bench'), benchFolder(root), options);
}

function checkout(root: string, ref: string): string {
  const folder = path.join(root, '.data', 'bench', 'source');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', ref, 'gateway', 'platform'], {
    cwd: root,
    maxBuffer: 2 ** 28,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return folder;
}

function compile(from: string, to: string, options: ts.CompilerOptions): void {
  rmSync(to, { recursive: true, force: true });
  for (const file of filesIn(from, '.')) {
    const target = path.join(to, file);
    mkdirSync(path.dirname(target), { recursive: true });
    if (!file.endsWith('.ts') || file.endsWith('.d.ts')) cpSync(path.join(from, file), target);
    else if (!file.endsWith('.test.ts'))
      writeFileSync(
        target.replace(/\.ts$/, '.js'),
        ts.transpileModule(readFileSync(path.join(from, file), 'utf8'), {
          // one file at a time, the compiler sees no package.json, and must be told that this is ESM
          compilerOptions: {
            ...options,
            module: ts.ModuleKind.ESNext,
            sourceMap: false,
            incremental: false,
          },
          fileName: path.join(from, file),
        }).outputText,
      );
  }
}

const left = new Set(['node_modules', 'build', 'results']);

function filesIn(from: string, folder: string): string[] {
  return readdirSync(path.join(from, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return left.has(entry.name) ? [] : filesIn(from, file);
    return /\.(ts|json|graphql|yaml)$/.test(entry.name) && entry.name !== 'package-lock.json' ? [file] : [];
  });
}
