import { describe, expect, it } from 'vitest';
import { readyFilm, uploadFilm } from '../../tests/support/playback-film.ts';
import {
  editor,
  putOutputs,
  setPlaybackStage,
  viewerOf,
  type PlaybackStage,
} from '../../tests/support/playback-stage.ts';
import { redisForTests } from '../../tests/support/redis.ts';

const START = `mutation ($input: StartPlaybackInput!) { startPlayback(input: $input) { session { id } userErrors { code } } }`;
const PROGRESS = `subscription ($jobId: ID!) { transcodeProgress(jobId: $jobId) { status percent } }`;
interface Started {
  startPlayback: { session: { id: string } | null; userErrors: { code: string }[] };
}

const redis = await redisForTests();
const kinds = [['memory', undefined] as const, ...(redis ? [['Redis', redis] as const] : [])];

describe.each(kinds)('two copies of the service over %s', (_name, server) => {
  async function withTwo(
    work: (stage: PlaybackStage, copy: Awaited<ReturnType<PlaybackStage['startCopy']>>) => Promise<void>,
  ) {
    const stage = await setPlaybackStage(server ? { REDIS_URL: server.url } : {}, server?.prefix());
    const copy = await stage.startCopy();
    try {
      await work(stage, copy);
    } finally {
      await copy.close();
      await stage.close();
    }
  }

  it('give no more streams together than the plan allows', () =>
    withTwo(async (stage, copy) => {
      await readyFilm(stage, 'film');
      await stage.tellProfile('prf_1', 'usr_1');
      await stage.tellEntitlement('usr_1', { maxStreams: 2 });
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, device) =>
          (device % 2 === 0 ? stage : copy).ask<Started>(viewerOf('usr_1'), START, {
            input: { titleId: 'film', profileId: 'prf_1', deviceId: `device-${device}` },
          }),
        ),
      );
      expect(answers.filter(({ errors }) => errors)).toEqual([]);
      const payloads = answers.flatMap(({ data }) => data?.startPlayback ?? []);
      expect(payloads.filter(({ session }) => session)).toHaveLength(2);
      expect(payloads.filter(({ userErrors }) => userErrors[0]?.code === 'STREAM_LIMIT')).toHaveLength(98);
    }));

  it('tell the progress of a job whose events arrive at the other, and offer it once', () =>
    withTwo(async (stage, copy) => {
      const job = await uploadFilm(stage, 'followed');
      await putOutputs(stage, job.prefix);
      const states = copy.subscribe<{ transcodeProgress: { status: string; percent: number } }>(
        editor,
        PROGRESS,
        { jobId: job.jobId },
      );
      const next = async () =>
        ((await states.next()).value as { data: { transcodeProgress: unknown } } | undefined)?.data
          .transcodeProgress;
      expect(await next()).toEqual({ status: 'QUEUED', percent: 0 });
      const progress = { jobPercentComplete: 30, currentPhase: 'TRANSCODING' };
      await stage.deliver({ jobId: job.externalId, status: 'STATUS_UPDATE', jobProgress: progress });
      expect(await next()).toEqual({ status: 'TRANSCODING', percent: 30 });
      await stage.deliver({ jobId: job.externalId, status: 'COMPLETE' });
      expect(await next()).toEqual({ status: 'COMPLETE', percent: 100 });
      expect((await states.next()).done).toBe(true);
      expect(stage.mediaConvert.jobs.size).toBe(1);
    }));
});
