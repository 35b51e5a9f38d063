import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What tells a process from another that later got the same number: when it started, and its command line.
 * Undefined when there is no such process.
 */
function describeProcess(pid: number): { startedAt: string; command: string } | undefined {
  try {
    if (process.platform === 'linux') {
      // proc(5): the second field is a name in parentheses, which may hold spaces; field 22 is the start time
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (fields[0] === 'Z') return undefined; // it has ended, and its parent did not ask how
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return { startedAt: String(fields[19]), command };
    }
    const ps = (field: string): string =>
      execFileSync('ps', ['-ww', '-o', `${field}=`, '-p', `${pid}`])
        .toString()
        .trim();
    return { startedAt: ps('lstart'), command: ps('command') };
  } catch {
    return undefined; // both ways fail exactly when there is no such process
  }
}

/**
 * Takes a data folder for this process, so that two platforms never share one.
 * @returns gives it back
 * @throws when another living process has it
 */
export function claimFolder(folder: string): () => void {
  const file = path.join(folder, 'owner.json');
  if (existsSync(file)) {
    const owner = readOwner(file);
    if (owner && describeProcess(owner.pid)?.startedAt === owner.startedAt)
      throw new Error(
        `${folder} is in use by process ${owner.pid}: stop that platform, or set PORT and DATA_DIR to run another beside it.`,
      );
  }
  writeFileSync(
    file,
    JSON.stringify({ pid: process.pid, startedAt: describeProcess(process.pid)?.startedAt }),
  );
  return () => rmSync(file, { force: true });
}

function readOwner(file: string): { pid: number; startedAt: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; startedAt: string };
  } catch {
    return undefined; // cut off in mid-write: whoever wrote it is gone
  }
}

/**
 * Stops a server that a killed platform left behind in this data folder, and takes away the note of one that is gone.
 * @returns the number of the process that was stopped
 */
export async function stopOrphan(cluster: string): Promise<number | undefined> {
  const note = path.join(cluster, 'postmaster.pid');
  if (!existsSync(note)) return undefined;
  const pid = Number(readFileSync(note, 'utf8').split('\n')[0]);
  const alive = (): boolean => describeProcess(pid)?.command.includes(`-D ${cluster} `) ?? false;
  if (!alive()) {
    rmSync(note, { force: true });
    return undefined;
  }
  // fast shutdown, then immediate shutdown, then none: PostgreSQL recovers from its log after any of them
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    // it is no child of ours, so its end makes no event
    for (let attempt = 0; attempt < 100 && alive(); attempt++) await delay(50);
    if (!alive()) break;
  }
  rmSync(note, { force: true });
  return pid;
}
