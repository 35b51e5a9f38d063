import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Part } from './stand-ins.ts';

/** How long a service may take from its start until it is ready, in milliseconds. */
const START_LIMIT = 60_000;
/** How long a service may drain before it is killed, in milliseconds. */
const STOP_LIMIT = 15_000;
/** Between two looks at a service that is starting, in milliseconds. */
const LOOK_INTERVAL = 100;

/**
 * A service as a process of its own, started as an orchestrator starts it: its main file, its environment, its log on
 * standard output. If it ends by itself, `onExit` is told.
 */
export function createServiceProcess(options: {
  readonly name: string;
  /** Relative to the project's root. */
  readonly main: string;
  readonly env: Record<string, string>;
  readonly url: string;
  /** Takes the service's log. */
  readonly log: { write(lines: Buffer | string): void };
  readonly onExit: (reason: string) => void;
}): Part {
  const { name, main, env, url, log, onExit } = options;
  const root = path.join(import.meta.dirname, '..');
  let child: ChildProcess | undefined;
  let watched = false; // while it starts, and once it is to stop, nobody else need be told of its end
  return {
    async listen() {
      const tail: string[] = [];
      // its own process group, so that Ctrl-C reaches the platform first and services stop in order
      child = spawn(process.execPath, ['--import', 'tsx', main], {
        cwd: root,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env,
      });
      child.stdout?.on('data', (chunk: Buffer) => log.write(chunk));
      child.stderr?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        tail.push(chunk.toString());
      });
      child.once('exit', (code, signal) => {
        if (watched) onExit(`${name} ended by itself (${signal ?? `exit code ${code}`})`);
      });
      await untilReady(child, url, () => tail.join('').trim());
      watched = true;
    },
    async close() {
      watched = false;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const kill = setTimeout(() => child?.kill('SIGKILL'), STOP_LIMIT);
      await ended;
      clearTimeout(kill);
    },
  };
}

async function untilReady(child: ChildProcess, url: string, complaint: () => string): Promise<void> {
  const limit = Date.now() + START_LIMIT;
  while (Date.now() < limit) {
    if (child.exitCode !== null) throw new Error(complaint() || `it ended with exit code ${child.exitCode}`);
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
  }
  throw new Error(`it was not ready within ${START_LIMIT / 1000} s`);
}
