import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readLocalEnv } from '../../local/env.ts';
import { startPlatform, type Platform } from '../../local/platform.ts';
import { createSteps } from '../../local/steps.ts';

/** Ports that a platform takes, from its PORT on. */
const PORTS = 14;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** A PORT of which the following ports are free, too. */
export async function freePlatformPort(): Promise<number> {
  for (;;) {
    // below the range that the system hands out to outgoing connections
    const first = 12_000 + Math.floor(Math.random() * 1_200) * 16;
    const free = await Promise.all(Array.from({ length: PORTS }, (_, offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
}

export interface TestPlatform extends Platform {
  readonly url: string;
  readonly dataDir: string;
}

/** A whole platform for one test file, as `npm start` makes it, in a folder of its own. */
export async function startTestPlatform(variables: Record<string, string> = {}): Promise<TestPlatform> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'marquee-'));
  const port = await freePlatformPort();
  const env = readLocalEnv({ PORT: String(port), DATA_DIR: dataDir, DEMO_CLIPS: 'false', ...variables });
  const steps = createSteps(() => {}, new AbortController().signal);
  const platform = await startPlatform(env, steps, (reason) => {
    throw new Error(reason);
  });
  return {
    ...platform,
    url: platform.addresses.url('gateway'),
    dataDir,
    async close() {
      await platform.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
