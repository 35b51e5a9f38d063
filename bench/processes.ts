import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Which of the two cores a process runs on: gateways have one for themselves. */
export type Core = 'gateway' | 'other' | 'any';

const pinning = availableParallelism() >= 2 && spawnSync('taskset', ['-V']).status === 0;
/** Said in the results: without it all processes compete for all cores. */
export const isPinned = (): boolean => pinning;
const cores: Record<Core, string> = { gateway: '0', other: '1', any: `0-${availableParallelism() - 1}` };
// this process reads what the others write: where it did so on the gateway's core, it would be measured with it
if (pinning) execFileSync('taskset', ['-a', '-c', '-p', cores.other, String(process.pid)]);

export interface Started {
  readonly name: string;
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it wrote last, for messages of failure. */
  readonly output: () => string;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly core: Core;
  readonly ipc?: boolean;
}

const running = new Set<Started>();
/** Stops all that still runs, in whatever way this process ends. */
export const stopAll = async (): Promise<void> => {
  await Promise.all([...running].map((one) => one.stop()));
};

/** Starts plain `node`, in production mode, on its core. */
export function start({ name, args, env = {}, core, ipc = false }: StartOptions): Started {
  const [command, first] = pinning
    ? ['taskset', ['-c', cores[core], process.execPath]]
    : [process.execPath, []];
  const child = spawn(command, [...first, ...args], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-4_000);
    });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const started: Started = {
    name,
    child,
    pid: child.pid ?? -1,
    output: () => output,
    async stop() {
      running.delete(started);
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(force);
    },
  };
  running.add(started);
  void exited.then(() => running.delete(started));
  return started;
}

/** Waits until an address answers a POST of `body` with 200. @throws with the process's last words */
export async function untilAnswers(started: Started, url: string, body: string, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let last = '';
  while (Date.now() < end) {
    if (started.child.exitCode !== null) break;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body,
      });
      const text = await response.text();
      if (response.status === 200 && !text.startsWith('{"errors"')) return;
      last = `${response.status} ${text.slice(0, 500)}`;
    } catch (error) {
      last = String(error instanceof Error ? (error.cause ?? error) : error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${started.name} does not answer at ${url}: ${last}\n${started.output()}`);
}

/** Ticks of /proc/<pid>/stat in a second; Linux has said 100 on all its machines for decades. */
const TICKS = 100;

/** The process and its children's CPU time so far, in seconds: its workers are part of it. */
export function cpuSeconds(pid: number): number {
  return tree(pid).reduce((sum, one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    // utime and stime are the 14th and 15th field, counted from before the name in brackets
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
  }, 0);
}

/** Memory that the process and its children hold, in MB. */
export function residentMegabytes(pid: number): number {
  return tree(pid).reduce((sum, one) => {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, 'utf8')) ?? [];
    return sum + Number(kilobytes ?? 0) / 1024;
  }, 0);
}

function tree(pid: number): number[] {
  const threads = unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const children = threads.flatMap((thread) => {
    const text = unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '';
    return text.split(' ').filter(Boolean).map(Number);
  });
  return [pid, ...children.flatMap(tree)];
}

/** Threads and children may end while they are looked at. */
function unlessGone<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
