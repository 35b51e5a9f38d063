import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';

/** As whom PostgreSQL runs, and how a program is started so. */
export interface Launcher {
  /** Words that go before the program's own name. */
  readonly prefix: readonly string[];
  /** Options for `spawn`. */
  readonly identity: { uid?: number; gid?: number };
  /** Makes a folder that PostgreSQL owns. */
  makeFolder(folder: string): void;
}

/** The kernel stops PostgreSQL, in an orderly way, when the process that started it is gone. */
const dieWithParent = ['--pdeathsig', 'INT'];

/** Root gets another name within a user namespace, while files stay root's own. */
const renamed = ['unshare', '--user', '--map-user=1', '--map-group=1'];

/** Root becomes another account that, like root, may enter every folder: setpriv(1). */
const demoted = ({ uid, gid }: Account): string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
];

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root runs it in one of three ways: in a user namespace; where the kernel
 * forbids that, as in many containers, as another account that may enter root's folders; or as that account without
 * any right, for which the project has to lie where everybody may read. An ordinary user runs it as himself.
 * The account that owns the data stays the same over restarts.
 * @param cluster the data folder, which need not exist
 * @throws when the data belongs to somebody else
 */
export function postgresLauncher(cluster: string): Launcher {
  const self = process.getuid?.();
  const owner = existsSync(cluster) ? statSync(cluster) : undefined;
  const withDeath = works(['setpriv', ...dieWithParent]) ? ['setpriv', ...dieWithParent] : [];
  if (self !== 0) {
    if (owner && self !== undefined && owner.uid !== self)
      throw new Error(
        `${cluster} belongs to another user (uid ${owner.uid}): give it to yourself with chown -R, or set DATA_DIR to another folder.`,
      );
    return { prefix: withDeath, identity: {}, makeFolder };
  }
  if ((owner === undefined || owner.uid === 0) && works(renamed))
    return { prefix: [...renamed, ...withDeath], identity: {}, makeFolder };

  const account = owner && owner.uid !== 0 ? owner : accountWithoutRights();
  // made in a user namespace, in a place where there was one
  if (owner?.uid === 0) execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, cluster]);
  const makeOwnFolder = (folder: string): void => {
    makeFolder(folder);
    chownSync(folder, account.uid, account.gid);
  };
  if (works(demoted(account)))
    return { prefix: [...demoted(account), ...dieWithParent], identity: {}, makeFolder: makeOwnFolder };
  return { prefix: [], identity: { uid: account.uid, gid: account.gid }, makeFolder: makeOwnFolder };
}

const makeFolder = (folder: string): void => mkdirSync(folder, { mode: 0o700 });

/** `postgres` where there is such an account, else `nobody`. */
function accountWithoutRights(): Account {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].flatMap((name) =>
    accounts.filter((fields) => fields[0] === name),
  )[0];
  if (!account)
    throw new Error(
      'PostgreSQL does not run as root: run as an ordinary user, or add an account called "postgres".',
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
    return false; // an answer, not a failure: the caller goes another way
  }
}
