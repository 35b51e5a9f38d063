import { spawnSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { afterTurn } from './after-turn.ts';

test('what comes in a turn is taken when it ends, in its order, and what comes meanwhile a turn later', async () => {
  const taken: string[] = [];
  const put = afterTurn((one: string) => {
    taken.push(one);
    if (one === 'b') put('later');
  });
  put('a');
  put('b');
  put('c');
  expect(taken).toEqual([]);
  await setImmediate();
  expect(taken).toEqual(['a', 'b', 'c']);
  await setImmediate();
  expect(taken).toEqual(['a', 'b', 'c', 'later']);
});

test.each([
  ['exits', 'process.exit(3);', 3],
  ['fails', `throw new Error('on purpose');`, 1],
])('nothing is lost when the process %s', (_how, work, expected) => {
  const script = `
    import { writeSync } from 'node:fs';
    import { afterTurn } from '${new URL('after-turn.ts', import.meta.url).href}';
    const put = afterTurn((one) => writeSync(1, one));
    put('a');
    put('b');
    ${work}`;
  const { stdout, status } = spawnSync(
    process.execPath,
    [`--import=${import.meta.resolve('tsx')}`, '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  expect([stdout, status]).toEqual(['ab', expected]);
});
