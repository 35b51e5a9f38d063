import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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

/** `gateway/main.ts` as a process of its own. */
export interface GatewayProcess {
  readonly process: ChildProcess;
  readonly lines: () => LogLine[];
  readonly errors: () => string;
  /** Ids of the workers that listen, in the order in which they came. */
  readonly pids: () => number[];
  /** Resolves once it listens. @returns addresses of `/graphql` and of the admin port */
  listening(): Promise<{ url: string; adminUrl: string }>;
}

/** How long a process may take to start on a busy machine. Milliseconds. */
export const STARTS_WITHIN = 60_000;

const running: GatewayProcess[] = [];

/** Starts a gateway, which is stopped after the test. */
export function runGateway(variables: Record<string, string>, ...args: string[]): GatewayProcess {
  const main = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args], {
    env: {
      ...process.env,
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
