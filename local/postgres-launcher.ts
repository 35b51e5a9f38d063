import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';

/** As whom PostgreSQL runs, and how a program is started so. */
export interface Launcher {
  /** Words before the program's own name. */
  readonly prefix: readonly string[];
  /** Options for `spawn`. */
  readonly identity: { uid?: number; gid?: number };
  /** Makes a folder that PostgreSQL will own. */
  makeFolder(folder: string): void;
}

/** Words that make the kernel stop PostgreSQL, in an orderly way, when the process that started it is gone. */
const dieWithParent = ['setpriv', '--pdeathsig', 'INT'];

/** Words that give root another name within a user namespace, while files stay root's own. */
const asNobodyInNamespace = ['unshare', '--user', '--map-user=1', '--map-group=1'];

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it as himself. Root runs it in a user namespace, where it
 * may read what root may read, a home folder of mode 0700 included; where the kernel forbids that (as in many
 * containers) root runs it as an account without rights. A folder that exists stays with the account that owns it.
 * @param cluster the data folder, which need not exist
 */
export function postgresLauncher(cluster: string): Launcher {
  const prefix = works(dieWithParent) ? dieWithParent : [];
  const owner = existsSync(cluster) ? statSync(cluster).uid : undefined;
  const self = process.getuid?.();
  if (self !== 0) {
    if (owner !== undefined && self !== undefined && owner !== self)
      throw new Error(
        `${cluster} belongs to another user (uid ${owner}): give it to yourself with chown -R, or set DATA_DIR to another folder.`,
      );
    return { prefix, identity: {}, makeFolder: (folder) => mkdirSync(folder, { mode: 0o700 }) };
  }
  if ((owner ?? 0) === 0 && works(asNobodyInNamespace))
    return {
      prefix: [...asNobodyInNamespace, ...prefix],
      identity: {},
      makeFolder: (folder) => mkdirSync(folder, { mode: 0o700 }),
    };
  const identity = owner ? { uid: owner, gid: statSync(cluster).gid } : accountWithoutRights();
  return {
    prefix,
    identity,
    makeFolder(folder) {
      mkdirSync(folder, { mode: 0o700 });
      chownSync(folder, identity.uid, identity.gid);
    },
  };
}

/** `postgres` where there is such an account, else `nobody`. */
function accountWithoutRights(): { uid: number; gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].flatMap((name) =>
    accounts.filter((fields) => fields[0] === name),
  )[0];
  if (!account)
    throw new Error(
      'PostgreSQL does not run as root, and there is neither "postgres" nor "nobody" to run it as.',
    );
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** Whether the kernel and the installed programs let a process be started with these words before it. */
function works([program, ...words]: readonly string[]): boolean {
  if (process.platform !== 'linux' || program === undefined) return false;
  try {
    execFileSync(program, [...words, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // the answer is the question's point: the caller goes another way
  }
}
