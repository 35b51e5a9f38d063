import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect } from 'vitest';
import { until } from '../../gateway/testing/gateway.ts';
import { SECRET } from '../../gateway/testing/subgraphs.ts';

interface LogLine {
  readonly message: string;
  readonly pid?: number;
  readonly url?: string;
  readonly adminUrl?: string;
}

/** The gateway in one piece, as it is in the image, as a process of its own. */
export interface GatewayProcess {
  readonly process: ChildProcess;
  readonly lines: () => LogLine[];
  readonly errors: () => string;
  /** Ids of the workers that listen, in the order in which they came. */
  readonly pids: () => number[];
  /** Ids of the workers that live, whether they listen or not, by number. */
  readonly children: () => number[];
  /** Resolves once it listens. @returns addresses of `/graphql` and of the admin port */
  listening(): Promise<{ url: string; adminUrl: string }>;
}

/** How long a process may take to start on a busy machine. Milliseconds. */
export const STARTS_WITHIN = 60_000;

const running: GatewayProcess[] = [];

let bundled: string | undefined;
/** Makes it anew, once for each file of tests. @returns the path of its main module */
function bundle(): string {
  const [root, script] = ['../../', '../../scripts/bundle-gateway.mjs'].map((relative) =>
    fileURLToPath(new URL(relative, import.meta.url)),
  ) as [string, string];
  // inside the project, where its packages are found
  const folder = path.join(root, '.data', 'tests', 'gateway');
  execFileSync(process.execPath, [script, root, folder], { stdio: 'inherit' });
  return path.join(folder, 'main.js');
}

/** Starts a gateway, which is stopped after the test. */
export function runGateway(variables: Record<string, string>, ...args: string[]): GatewayProcess {
  const child = spawn(process.execPath, [(bundled ??= bundle()), ...args], {
    env: {
      ...process.env,
      REDIS_URL: undefined, // that of the tests is for those who name it
      PORT: '0',
      ADMIN_PORT: '0',
      LOG_LEVEL: 'info',
      RATE_LIMIT_PER_ADDRESS: '1000000',
      GATEWAY_SECRET: SECRET,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const lines = (): LogLine[] =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  const started: GatewayProcess = {
    process: child,
    lines,
    errors: () => err,
    pids: () =>
      lines().flatMap(({ message, pid }) =>
        message === 'a worker listens' && pid !== undefined ? [pid] : [],
      ),
    children: () =>
      execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number) as [pid: number, parent: number])
        .flatMap(([pid, parent]) => (parent === child.pid ? [pid] : []))
        .sort((one, other) => one - other),
    async listening() {
      const found = (): LogLine | undefined => lines().find(({ message }) => message === 'listening');
      await until(() => found() !== undefined || child.exitCode !== null, STARTS_WITHIN);
      const { url = '', adminUrl = '' } = found() ?? {};
      expect(url, err).not.toBe('');
      return { url: `${url}/graphql`, adminUrl };
    },
  };
  running.push(started);
  return started;
}

afterEach(async () => {
  for (const { process: child } of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
});
