import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createLineWriter, createLogger } from './logger.ts';

/** What a process of its own writes to standard output, and how many writes it took. */
function logged(work: string): { lines: string[]; writes: number; stderr: string; status: number | null } {
  const script = `
    import fs from 'node:fs';
    import { createLineWriter, createLogger } from '${new URL('logger.ts', import.meta.url).href}';
    const { writeSync } = fs;
    let writes = 0;
    fs.writeSync = (fd, ...rest) => {
      if (fd === 1) writes += 1;
      return writeSync(fd, ...rest);
    };
    const logger = createLogger('test', 'info');
    for (let index = 0; index < 5; index += 1) logger.info({ index }, 'line');
    ${work}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [`--import=${import.meta.resolve('tsx')}`, '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  return {
    lines: stdout.split('\n').filter(Boolean),
    writes: Number(/writes (\d+)/.exec(stderr)?.[1]),
    stderr,
    status,
  };
}

describe('lines to standard output', () => {
  test('that come together are written together', () => {
    const { lines, writes } = logged(`
      setTimeout(() => logger.info('later'), 200);
      process.on('exit', () => writeSync(2, 'writes ' + writes));`);
    expect(lines).toHaveLength(6);
    expect(writes).toBe(2);
  });

  test.each([
    ['exits', 'process.exit(3);', 3],
    ['fails', `throw new Error('on purpose');`, 1],
  ])('are there, too, when the process %s', (_how, work, expected) => {
    const { lines, status } = logged(work);
    expect(lines).toHaveLength(5);
    expect(status).toBe(expected);
  });

  test.each([
    ['lasts', ''],
    ['exits', 'process.exit();'],
    ['fails', `throw new Error('on purpose');`],
  ])('of one kind keep their time, and their order with others, when the process %s', (_how, end) => {
    // more than wait at once
    const { lines, writes } = logged(`
      const write = createLineWriter(logger, 'over', { kind: 'é' });
      const begun = Date.now();
      while (Date.now() < begun + 20);
      for (let index = 0; index < 700; index += 1) {
        write('trace' + index, index, index % 2 ? ',"text":"' + 'ü'.repeat(index === 301 ? 70_000 : 5) + '"' : '');
        if (index % 100 === 9) logger.info({ milliseconds: index }, 'between');
      }
      process.on('exit', () => write('last', 0, ''));
      process.on('exit', () => writeSync(2, 'writes ' + writes));
      ${end}`);
    const all = lines.slice(5).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(all.map(({ message, milliseconds }) => `${String(message)} ${String(milliseconds)}`)).toEqual([
      ...Array.from({ length: 700 }, (_, index) => [
        `over ${index}`,
        ...(index % 100 === 9 ? [`between ${index}`] : []),
      ]).flat(),
      'over 0',
    ]);
    const [first, second] = all;
    expect(first).toEqual({
      level: 'info',
      service: 'test',
      kind: 'é',
      time: expect.any(String),
      traceId: 'trace0',
      milliseconds: 0,
      message: 'over',
    });
    expect(second).toMatchObject({ text: 'ü'.repeat(5) });
    expect(all.find(({ milliseconds }) => milliseconds === 301)).toMatchObject({ text: 'ü'.repeat(70_000) });
    const early = Date.parse(String((JSON.parse(lines[0] ?? '') as { time: string }).time));
    expect(Date.parse(String(first?.['time'])) - early).toBeGreaterThanOrEqual(20);
    expect(writes).toBeLessThan(12);
  });

  test('end no process where they cannot be written, and are there when they can be again', () => {
    const { lines, stderr, status } = logged(`
      const { writeSync: writeIndeed } = fs;
      let left = 5;
      fs.writeSync = (fd, ...rest) => {
        if (fd === 1 && left-- > 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        return writeIndeed(fd, ...rest);
      };
      const lines = setInterval(() => {
        logger.info('later');
        if (left < 0) clearInterval(lines);
      }, 10);`);
    expect(status).toBe(0);
    expect(stderr.match(/The log cannot be written: ENOSPC/g)).toHaveLength(1);
    expect(lines.slice(0, 5).map((line) => (JSON.parse(line) as { index: number }).index)).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect(lines.length).toBeGreaterThan(5);
  });
});

test('lines of one kind are as the logger writes them', () => {
  const written: Record<string, unknown>[] = [];
  const logger = createLogger('test', 'info', {
    write: (line) => void written.push(JSON.parse(line) as Record<string, unknown>),
  }).child({ room: 'a "b"' });
  const write = createLineWriter(logger, 'over', { kind: 'one', none: undefined });
  write('0af7', 12, ',"count":1');
  logger.info({ kind: 'one', none: undefined, traceId: '0af7', milliseconds: 12, count: 1 }, 'over');
  const [ours, theirs] = written.map(({ time, ...line }) => {
    expect(Date.parse(String(time))).toBeGreaterThan(Date.now() - 60_000);
    return line;
  });
  expect(ours).toEqual(theirs);
});

test('an error is logged with its message and stack, up to a length', () => {
  const lines: string[] = [];
  const logger = createLogger('test', 'info', { write: (line) => void lines.push(line) });
  const long = new Error('y'.repeat(100_000), { cause: new Error('z'.repeat(100_000)) });
  logger.error({ error: new Error('short') }, 'failed');
  for (const key of ['error', 'err']) logger.error({ [key]: long }, 'failed');
  const [short] = lines.map((line) => (JSON.parse(line) as { error: Error }).error);
  expect(short).toMatchObject({ type: 'Error', message: 'short' });
  expect(short?.stack).toContain('logger.test.ts');
  for (const line of lines) expect(line.length).toBeLessThan(20_000);
});
