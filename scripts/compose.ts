/** Composes `supergraph.yaml` into `supergraph.graphql`. With `--check` nothing is written; a difference exits 1. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const target = 'supergraph.graphql';
try {
  const { sdl, hints } = await composeSupergraph('supergraph.yaml');
  for (const hint of hints) console.log(`hint: ${hint}`);
  if (values.check) {
    if ((await readFile(target, 'utf8')) !== sdl)
      throw new Error(`${target} is out of date: run "npm run compose".`);
    console.log(`${target} is up to date.`);
  } else {
    await writeFile(target, sdl);
    console.log(`Wrote ${target}.`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
