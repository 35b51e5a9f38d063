import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface TiedProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit code when the process has ended and its output is read; null if it could not be started. */
  readonly ended: Promise<number | null>;
  kill(): void;
}

/**
 * Starts `command` under a shell that waits for the end of its own input, which the parent holds open. However the
 * parent ends, by kill -9 too, the kernel closes that pipe, and the shell kills the command: no orphan goes on
 * encoding. (ffmpeg itself ends neither with its input nor with its output: it ignores SIGPIPE.)
 */
const script = `
exec 3<&0
nice -n 10 "$@" </dev/null 3<&- &
child=$!
{ cat <&3; kill -9 $child; } >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait $child
code=$?
kill $watch 2>/dev/null
exit $code
`;

/** Starts a process with low priority that never outlives this one. */
export function startTied(command: string, parameters: readonly string[], cwd: string): TiedProcess {
  const child = spawn('/bin/sh', ['-c', script, 'sh', command, ...parameters], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // the pipe breaks when the process ends first, which `ended` tells
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  return { stdout: child.stdout, stderr: child.stderr, ended, kill: () => child.stdin.destroy() };
}
