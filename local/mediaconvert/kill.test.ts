import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateJobCommand, GetJobCommand } from '@aws-sdk/client-mediaconvert';
import { afterEach, expect, it } from 'vitest';
import { findFfmpeg } from '../ffmpeg.ts';
import { jobFor, setStage, type Stage } from './test-stage.ts';

let child: ChildProcess | undefined;
let stage: Stage | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  await stage?.clear();
});

/** A MediaConvert in a process of its own; resolves with its address once it listens. */
async function startProcess(options: Stage['options']): Promise<string> {
  const source = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
  const code = `import { createMediaConvert } from ${source('mediaconvert.ts')};
    import { createLogger } from ${source('../../platform/logger.ts')};
    const service = createMediaConvert({ ...${JSON.stringify(options)}, logger: createLogger('mediaconvert', 'silent') });
    await service.listen();
    console.log(service.url);`;
  child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (!child.stdout) throw new Error('The process has no output.');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return line.toString().trim();
}

it(
  'finishes a job after kill -9 in the middle of it, and leaves nothing behind',
  { timeout: 60_000 },
  async () => {
    stage = await setStage(await findFfmpeg());
    const { receiver, options } = stage;
    if (!receiver) throw new Error('The stage has no receiver.');
    await stage.putClip('film.mp4', 6, 640, 360);
    const first = stage.clientOf(await startProcess(options));
    const { Job } = await first.send(new CreateJobCommand(jobFor('film.mp4', [360])));
    first.destroy();
    const id = Job?.Id ?? '';
    await receiver.until(id, 'INPUT_INFORMATION');
    const killed = once(child as ChildProcess, 'exit');
    child?.kill('SIGKILL');
    await killed;
    expect(receiver.events.map(({ detail }) => detail.status)).not.toContain('COMPLETE');

    const second = stage.clientOf(await startProcess(options));
    await receiver.until(id, 'COMPLETE');
    expect((await second.send(new GetJobCommand({ Id: id }))).Job).toMatchObject({
      Status: 'COMPLETE',
      RetryCount: 1,
    });
    second.destroy();
    expect(readdirSync(join(options.directory, 'work'))).toEqual([]);
  },
);
