import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

interface Line {
  readonly who?: string;
  readonly pid?: number;
  readonly heard?: string;
  readonly said?: string;
  readonly failed?: string;
  readonly code?: string;
}

let primary: ChildProcess;
let lines: Line[];

const heard = (message: string): string[] =>
  lines.flatMap(({ heard: one, who = '' }) => (one === message ? [who] : [])).toSorted();
const pidOf = (who: string): number => lines.find((line) => line.who === who)?.pid ?? 0;
const say = (who: 'primary' | 'worker', message: string): void =>
  void primary.stdin?.write(`${who} ${message}\n`);
const soon = { timeout: 15_000, interval: 10 };

beforeAll(async () => {
  lines = [];
  primary = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('testing/workers.ts', import.meta.url))],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let out = '';
  primary.stdout?.on('data', (chunk) => {
    const parts = (out + String(chunk)).split('\n');
    out = parts.pop() ?? '';
    lines.push(...parts.map((part) => JSON.parse(part) as Line));
  });
  await vi.waitFor(() => expect(lines.filter(({ pid }) => pid !== undefined)).toHaveLength(4), soon);
}, 30_000);
afterAll(async () => {
  const gone = once(primary, 'exit');
  primary.stdin?.end();
  await gone;
});

test.each(['primary', 'worker'] as const)(
  'what the %s says is heard by the primary and by every worker, and it is told when they have',
  async (who) => {
    say(who, `hello-${who}`);
    await vi.waitFor(() => expect(lines).toContainEqual({ said: `hello-${who}` }), soon);
    await vi.waitFor(() => expect(heard(`hello-${who}`)).toEqual(['1', '2', '3', 'primary']), soon);
  },
);

test('whoever says something that a worker does not hear is told so', async () => {
  process.kill(pidOf('3'), 'SIGSTOP');
  for (const who of ['primary', 'worker'] as const) {
    say(who, `from-${who}`);
    await vi.waitFor(
      () => expect(lines).toContainEqual({ failed: `from-${who}`, code: 'SERVICE_UNAVAILABLE' }),
      soon,
    );
    expect(heard(`from-${who}`)).toEqual(['1', '2', 'primary']);
  }
  process.kill(pidOf('3'), 'SIGCONT');
  await vi.waitFor(() => expect(heard('from-worker')).toContain('3'), soon);
});

test('a worker that is gone is not waited for', async () => {
  process.kill(pidOf('2'), 'SIGKILL');
  say('primary', 'first');
  await vi.waitFor(() => expect(lines).toContainEqual({ said: 'first' }), soon);
  say('worker', 'second');
  await vi.waitFor(() => expect(lines).toContainEqual({ said: 'second' }), soon);
  await vi.waitFor(() => expect(heard('second')).toEqual(['1', '3', 'primary']), soon);
});
