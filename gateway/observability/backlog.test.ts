import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createBacklog } from './backlog.ts';

test('items are handled together, in their order, when their time is', async () => {
  const handled: number[] = [];
  const done = new Promise<void>((resolve) => {
    const backlog = createBacklog<number>((items) => {
      handled.push(...items);
      if (items.includes(3)) resolve();
    }, 5);
    for (const item of [1, 2, 3]) backlog.add(item);
    expect(handled).toEqual([]);
  });
  await done;
  expect(handled).toEqual([1, 2, 3]);
});

test('no more than 256 wait, and all that do are handled on request', () => {
  const handled: number[] = [];
  const backlog = createBacklog<number>((items) => void handled.push(...items));
  for (let item = 0; item < 300; item += 1) backlog.add(item);
  expect(handled).toHaveLength(256);
  backlog.drain();
  expect(handled).toEqual(Array.from({ length: 300 }, (_, item) => item));
  backlog.drain();
  expect(handled).toHaveLength(300);
});

test.each([
  ['exits', 'process.exit(3)', 3],
  ['fails', 'setTimeout(() => { throw new Error("on purpose") })', 1],
])('those whose time is not yet are handled, and logged, when the process %s', (_how, work, expected) => {
  const script = `
    import { createBacklog } from '${new URL('backlog.ts', import.meta.url).href}';
    import { createLogger, loggedAt } from '${new URL('../../platform/logger.ts', import.meta.url).href}';
    const logger = createLogger('test', 'info');
    const backlog = createBacklog((items) => loggedAt(0, () => items.forEach((item) => logger.info({ item }, 'line'))), 60_000);
    backlog.add(1);
    backlog.add(2);
    ${work};`;
  const { stdout, status } = spawnSync(
    process.execPath,
    [`--import=${import.meta.resolve('tsx')}`, '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    { item: 1, time: '1970-01-01T00:00:00.000Z' },
    { item: 2, time: '1970-01-01T00:00:00.000Z' },
  ]);
  expect(status).toBe(expected);
});
