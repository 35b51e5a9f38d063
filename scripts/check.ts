// npm run check: everything that must hold besides the tests. Runs all checks, then says which failed.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Files that the command writes again: a change to any of them is drift, and fails. */
  readonly regenerates?: (file: string) => boolean;
  readonly remedy: string;
}

const checks: readonly Check[] = [
  { name: 'formatting', command: ['prettier', '--check', '--log-level=warn', '.'], remedy: 'npm run format' },
  { name: 'lint', command: ['oxlint', '--type-aware'], remedy: 'mend what it names' },
  { name: 'types', command: ['tsc', '--noEmit'], remedy: 'mend what it names' },
  {
    name: 'composed supergraph',
    command: ['tsx', 'scripts/compose.ts'],
    regenerates: (file) => file === 'supergraph.graphql',
    remedy: 'npm run compose, and commit supergraph.graphql',
  },
  {
    name: 'generated code',
    command: ['tsx', 'scripts/codegen.ts'],
    regenerates: (file) => /^(subgraphs|clients)\/[^/]+\/generated\//.test(file),
    remedy: 'npm run codegen, and commit what changed',
  },
  {
    name: 'migrations',
    command: ['tsx', 'scripts/migration.ts', '--check'],
    remedy: 'npm run migration -- SUBGRAPH NAME, and commit the new folder',
  },
];

const files = (): string[] =>
  ['subgraphs', 'clients', '.'].flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: folder !== '.' })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );

const snapshot = (belongs: (file: string) => boolean): Map<string, string> =>
  new Map(
    files()
      .filter((file) => belongs(file))
      .map((file) => [file, readFileSync(file, 'utf8')]),
  );

/** The files that differ between two snapshots. */
function changed(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
}

function passes({ name, command, regenerates, remedy }: Check): boolean {
  const start = performance.now();
  const before = regenerates === undefined ? undefined : snapshot(regenerates);
  const [tool, ...args] = command;
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${tool}`, args, { encoding: 'utf8' });
  const drift = before && regenerates !== undefined ? changed(before, snapshot(regenerates)) : [];
  const passed = status === 0 && drift.length === 0;
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
  console.log(`  ${passed ? '✔' : '✘'} ${name.padEnd(22)} ${seconds} s`);
  if (status !== 0) console.log(`${stdout}${stderr}`.trimEnd());
  for (const file of drift) console.log(`    ${file} is not what its source gives`);
  if (!passed) console.log(`    remedy: ${remedy}`);
  return passed;
}

const failed = checks.filter((check) => !passes(check));
if (failed.length > 0) {
  console.log(
    `${failed.length} of ${checks.length} checks failed: ${failed.map(({ name }) => name).join(', ')}`,
  );
  process.exitCode = 1;
} else console.log(`All ${checks.length} checks passed.`);
