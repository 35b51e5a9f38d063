import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi, type Api } from '../../clients/demo/api.ts';
import { addressesFrom } from '../../local/addresses.ts';
import { freePlatformPort } from '../support/platform.ts';

const root = path.join(import.meta.dirname, '../..');

/** A platform as `npm start` makes it, in a process of its own that can be killed. */
describe('a platform that is killed', () => {
  let dataDir: string;
  let port: number;
  let platform: ChildProcess | undefined;

  async function start(): Promise<void> {
    const child = spawn(process.execPath, ['local/bootstrap.mjs', 'local/main.ts'], {
      cwd: root,
      env: {
        ...process.env,
        PORT: String(port),
        DATA_DIR: dataDir,
        DEMO_CLIPS: 'false',
        VITEST: undefined,
        NODE_OPTIONS: undefined,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    platform = child;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        output += chunk.toString();
        if (output.includes('Ready in')) resolve();
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', (code) =>
        reject(new Error(`ended with exit code ${code} before it was ready:\n${output}`)),
      );
    });
  }
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const child = platform;
    platform = undefined;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    return (await ended)[0] as number | null;
  }
  const ask = async (api: Api, query: string, variables: object = {}): Promise<any> =>
    api.ask(parse(query) as never, variables as never);
  const visitor = (): Api => createApi(addressesFrom(port).url('gateway'));
  async function signIn(email: string, password: string): Promise<Api> {
    const { login } = await ask(
      visitor(),
      'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } userErrors { code } } }',
      { input: { email, password } },
    );
    return visitor().as(login.tokens.accessToken);
  }

  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'marquee-crash-'));
    port = await freePlatformPort();
    await start();
  }, 120_000);
  afterAll(async () => {
    await end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  it(
    'finishes its transcode and keeps a membership that was paid in its last moment',
    { timeout: 240_000 },
    async () => {
      const editor = await signIn('editor@marquee.test', 'marquee-demo-1');
      const { createMovie } = await ask(
        editor,
        'mutation ($input: CreateMovieInput!) { createMovie(input: $input) { movie { id } } }',
        { input: { name: 'Cut Off', maturityRating: 'ALL' } },
      );
      const bytes = readFileSync(path.join(root, 'clients/demo/clip.mp4'));
      const { createUpload } = await ask(
        editor,
        'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id parts { number url offset size } } } }',
        {
          input: {
            titleId: createMovie.movie.id,
            fileName: 'clip.mp4',
            contentType: 'video/mp4',
            size: bytes.length,
            sha256: createHash('sha256').update(bytes).digest('hex'),
          },
        },
      );
      const parts = [];
      for (const { number, url, offset, size } of createUpload.upload.parts) {
        const response = await fetch(url, { method: 'PUT', body: bytes.subarray(offset, offset + size) });
        parts.push({ number, etag: response.headers.get('etag') });
      }
      const { completeUpload } = await ask(
        editor,
        'mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { transcodeJob { id } } }',
        { input: { uploadId: createUpload.upload.id, parts } },
      );
      const jobId: string = completeUpload.transcodeJob.id;

      const password = 'a long enough password';
      const { register } = await ask(
        visitor(),
        'mutation ($input: RegisterInput!) { register(input: $input) { tokens { accessToken } } }',
        { input: { email: 'payer@example.test', password } },
      );
      const payer = visitor().as(register.tokens.accessToken);
      const { startCheckout } = await ask(
        payer,
        'mutation { startCheckout(planId: "standard-monthly") { checkoutUrl } }',
      );

      // in the middle of the transcode…
      const progress = editor.follow(
        parse('subscription ($id: ID!) { transcodeProgress(jobId: $id) { status percent } }') as never,
        { id: jobId } as never,
      );
      for await (const event of progress) {
        const { status, percent } = (event as any).transcodeProgress;
        if (status === 'TRANSCODING' && percent > 0) break;
      }
      // …and in the moment after the payment, before the news of it has gone round
      const paid = await fetch(startCheckout.checkoutUrl, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ card_number: '4242424242424242', exp: '12/34', cvc: '123' }),
      });
      expect(paid.status).toBe(303);
      await end('SIGKILL');
      await Promise.all([editor.close(), payer.close()]);

      await start();
      const member = await signIn('payer@example.test', password);
      const memberships = member.follow(
        parse('subscription { membershipChanged { status plan { id } } }') as never,
        {} as never,
      );
      for await (const event of memberships) {
        const { status, plan } = (event as any).membershipChanged;
        if (status !== 'ACTIVE') continue;
        expect(plan.id).toBe('standard-monthly');
        break;
      }
      const again = await signIn('editor@marquee.test', 'marquee-demo-1');
      const states: { status: string; percent: number }[] = [];
      const rest = again.follow(
        parse('subscription ($id: ID!) { transcodeProgress(jobId: $id) { status percent } }') as never,
        { id: jobId } as never,
      );
      for await (const event of rest) states.push((event as any).transcodeProgress);
      expect(states.at(-1)).toEqual({ status: 'COMPLETE', percent: 100 });
      expect(states.map(({ percent }) => percent)).toEqual(
        states.map(({ percent }) => percent).toSorted((a, b) => a - b),
      );
      await Promise.all([member.close(), again.close()]);
    },
  );

  it('stops on SIGTERM with exit code 0, and its port is free', { timeout: 60_000 }, async () => {
    expect(await end('SIGTERM')).toBe(0);
    for (const place of addressesFrom(port).places)
      await expect(fetch(`http://127.0.0.1:${addressesFrom(port).port(place)}/`)).rejects.toThrow();
  });

  it(
    'says in one sentence which port is in use, and ends with exit code 1',
    { timeout: 120_000 },
    async () => {
      await start();
      const second = spawn(process.execPath, ['local/bootstrap.mjs', 'local/main.ts'], {
        cwd: root,
        env: {
          ...process.env,
          PORT: String(port),
          DATA_DIR: `${dataDir}-other`,
          VITEST: undefined,
          NODE_OPTIONS: undefined,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let words = '';
      second.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
      const [code] = await once(second, 'exit');
      expect(code).toBe(1);
      expect(words).toMatch(/Ports? \d+ \(gateway\).* in use\..*PORT=\d+ npm start/s);
      expect(words.trim().split('\n')).toHaveLength(1);
    },
  );
});
