import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const names = ['user', 'billing', 'catalog', 'playback', 'recommendation'];
const clean = { PATH: process.env['PATH'] ?? '' };

/** What the image runs: plain JavaScript on plain Node. */
describe('the build', () => {
  beforeAll(() => {
    execFileSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: 'inherit' });
  }, 180_000);

  it('has services that say all that their environment lacks, and end with exit code 1', () => {
    for (const name of names) {
      const { status, stderr } = spawnSync(process.execPath, [`subgraphs/${name}/main.js`], {
        cwd: path.join(root, 'dist'),
        env: clean,
        encoding: 'utf8',
      });
      expect(stderr, name).toMatch(/PORT: .*\n.*DATABASE_URL: .*\n.*GATEWAY_SECRET: /s);
      expect(status, name).toBe(1);
    }
  });

  it('has a gateway that serves the composed supergraph, and drains on SIGTERM', async () => {
    const gateway = spawn(process.execPath, ['gateway/main.js', '--port', '0'], {
      cwd: path.join(root, 'dist'),
      env: clean,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let url: string | undefined;
    for await (const chunk of gateway.stdout) {
      url = /"url":"([^"]+)"/.exec(String(chunk))?.[1];
      if (url) break;
    }
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __type(name: "Movie") { kind } }' }),
    });
    expect(await answer.json()).toEqual({ data: { __type: { kind: 'OBJECT' } } });
    expect((await fetch(`${url}/explorer`)).status).toBe(200);
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  }, 60_000);
});
