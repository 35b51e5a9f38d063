import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTied } from './tied-process.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // where there is a /proc it tells a zombie, which has ended and only waits for init to take note
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
};

/** A process that says its number and then lives for a minute. */
const sleeper = ['-c', 'echo $$; exec sleep 60'];
const firstLine = async (stream: AsyncIterable<Buffer>): Promise<number> => {
  for await (const chunk of stream) return Number(chunk.toString());
  throw new Error('The process said nothing.');
};

describe('tied process', () => {
  it('gives output and exit code', async () => {
    const child = startTied('sh', ['-c', 'echo hello; exit 3'], tmpdir());
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect(await child.ended).toBe(3);
    expect(text).toBe('hello\n');
  });

  it('ends when it is killed', async () => {
    const child = startTied('sh', sleeper, tmpdir());
    const pid = await firstLine(child.stdout);
    expect(alive(pid)).toBe(true);
    child.kill();
    expect(await child.ended).not.toBe(0);
    expect(alive(pid)).toBe(false);
  });

  it('ends when its parent is killed with no chance to clean up', async () => {
    const module = join(import.meta.dirname, 'tied-process.ts');
    const code = `import { startTied } from ${JSON.stringify(module)};
      startTied('sh', ${JSON.stringify(sleeper)}, '/').stdout.pipe(process.stdout);`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await firstLine(parent.stdout);
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => alive(pid), { timeout: 5000, interval: 20 }).toBe(false);
  });
});
