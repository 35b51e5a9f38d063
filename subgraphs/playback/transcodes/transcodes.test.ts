import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buckets,
  editor,
  eventually,
  putOutputs,
  setPlaybackStage,
  viewerOf,
  visitor,
  type PlaybackStage,
} from '../../../tests/support/playback-stage.ts';
import { uploadFilm, type StartedJob } from '../../../tests/support/playback-film.ts';

interface JobState {
  id: string;
  status: string;
  percent: number;
  attempt: number;
  errorCode: string | null;
  errorMessage: string | null;
  asset: {
    id: string;
    status: string;
    durationSeconds: number | null;
    renditions: { height: number; codecs: string }[];
  };
}

const JOB = `id status percent attempt errorCode errorMessage
  asset { id status durationSeconds renditions { height width bandwidth codecs } }`;

let stage: PlaybackStage;
beforeAll(async () => {
  stage = await setPlaybackStage();
});
afterAll(() => stage.close());

const jobOf = async (id: string): Promise<JobState> => {
  const answer = await stage.ask<{ transcodeJob: JobState }>(
    editor,
    `query ($id: ID!) { transcodeJob(id: $id) { ${JOB} } }`,
    { id },
  );
  return answer.data?.transcodeJob as JobState;
};
const until = (id: string, status: string): Promise<JobState> =>
  eventually(async () => {
    const job = await jobOf(id);
    return job.status === status && job;
  });
const running = (job: StartedJob, phase: string, percent: number | null) => ({
  jobId: job.externalId,
  status: 'STATUS_UPDATE',
  userMetadata: { jobId: job.jobId },
  jobProgress: { jobPercentComplete: percent, currentPhase: phase },
});
const completed = (job: StartedJob) => ({
  jobId: job.externalId,
  status: 'COMPLETE',
  outputGroupDetails: [
    {
      type: 'CMAF_GROUP',
      playlistFilePaths: [
        `s3://${buckets.media}/${job.prefix}master.m3u8`,
        `s3://${buckets.media}/${job.prefix}manifest.mpd`,
      ],
    },
  ],
});
const mutate = async (name: 'retryTranscode' | 'cancelTranscode', jobId: string) => {
  const query = `mutation ($jobId: ID!) { payload: ${name}(jobId: $jobId) { transcodeJob { ${JOB} } userErrors { code } } }`;
  const answer = await stage.ask<{
    payload: { transcodeJob: JobState | null; userErrors: { code: string }[] };
  }>(editor, query, { jobId });
  return (answer.data as NonNullable<typeof answer.data>).payload;
};

describe('the webhook', () => {
  it('takes nothing without its key, and nothing that is no event', async () => {
    expect((await stage.deliver({ jobId: 'x', status: 'COMPLETE' }, 'wrong')).status).toBe(401);
    expect((await stage.deliver({ status: 'COMPLETE' })).status).toBe(400);
  });

  it('lets events of unknown jobs go', async () => {
    expect((await stage.deliver({ jobId: 'mc-unknown', status: 'PROGRESSING' })).status).toBe(202);
  });

  it('moves a job forward, whatever the order and number of its events', async () => {
    const job = await uploadFilm(stage, 'forward');
    for (const [phase, percent] of [
      ['TRANSCODING', 50],
      ['PROBING', null],
      ['TRANSCODING', 20],
      ['TRANSCODING', 50],
    ] as const)
      expect((await stage.deliver(running(job, phase, percent))).status).toBe(202);
    expect(await jobOf(job.jobId)).toMatchObject({ status: 'TRANSCODING', percent: 50 });
  });

  it('records what a complete job made, tells the other services, and never opens it again', async () => {
    const job = await uploadFilm(stage, 'complete');
    await putOutputs(stage, job.prefix);
    await Promise.all([1, 2, 3].map(() => stage.deliver(completed(job))));
    await stage.deliver(running(job, 'TRANSCODING', 10));
    await stage.deliver({ jobId: job.externalId, status: 'ERROR', errorCode: 1, errorMessage: 'late' });
    expect(await jobOf(job.jobId)).toMatchObject({
      status: 'COMPLETE',
      percent: 100,
      errorCode: null,
      asset: {
        id: job.assetId,
        status: 'READY',
        durationSeconds: 40,
        renditions: [
          { height: 1080, width: 1920, bandwidth: 5_000_000, codecs: 'avc1.640028,mp4a.40.2' },
          { height: 720 },
          { height: 360 },
        ],
      },
    });
    const ready = await eventually(async () =>
      stage.told.find(
        ({ type, payload }) => type === 'asset.changed' && (payload as { status: string }).status === 'READY',
      ),
    );
    expect(ready.payload).toEqual({
      titleId: 'complete',
      assetId: job.assetId,
      status: 'READY',
      playable: true,
      maxHeight: 1080,
      durationSeconds: 40,
    });
  });

  it('finds the manifests by itself where the event does not name them', async () => {
    const job = await uploadFilm(stage, 'unnamed');
    await putOutputs(stage, job.prefix);
    await stage.deliver({ jobId: job.externalId, status: 'COMPLETE' });
    expect((await jobOf(job.jobId)).asset.status).toBe('READY');
  });

  it('fails a job that says it is complete and left nothing to play', async () => {
    const job = await uploadFilm(stage, 'nothing-made');
    await stage.deliver(completed(job));
    expect(await jobOf(job.jobId)).toMatchObject({
      status: 'ERROR',
      errorCode: 'UNUSABLE_OUTPUT',
      asset: { status: 'FAILED' },
    });
  });

  it('keeps the code and the words of a failure', async () => {
    const job = await uploadFilm(stage, 'unreadable');
    await stage.deliver({
      jobId: job.externalId,
      status: 'ERROR',
      errorCode: 1040,
      errorMessage: 'not a video',
    });
    expect(await jobOf(job.jobId)).toMatchObject({
      status: 'ERROR',
      errorCode: '1040',
      errorMessage: 'not a video',
    });
  });

  it('replaces what a title played before', async () => {
    const first = await uploadFilm(stage, 'remastered');
    await putOutputs(stage, first.prefix);
    await stage.deliver(completed(first));
    const second = await uploadFilm(stage, 'remastered');
    const assetOf = async () => {
      const query =
        '{ _entities(representations: [{ __typename: "Title", id: "remastered" }]) { ... on Title { playable asset { id } } } }';
      const { data } = await stage.ask<{ _entities: [{ playable: boolean; asset: { id: string } }] }>(
        editor,
        query,
      );
      return data?._entities[0];
    };
    expect(await assetOf()).toEqual({ playable: true, asset: { id: first.assetId } });
    await putOutputs(stage, second.prefix);
    await stage.deliver(completed(second));
    expect(await assetOf()).toEqual({ playable: true, asset: { id: second.assetId } });
  });
});

describe('two assets of one title that are ready at once', () => {
  it('leave one that plays', async () => {
    const jobs = [
      await uploadFilm(stage, 'twins'),
      await uploadFilm(stage, 'twins'),
      await uploadFilm(stage, 'twins'),
    ];
    await Promise.all(jobs.map(({ prefix }) => putOutputs(stage, prefix)));
    const answers = await Promise.all(jobs.map((job) => stage.deliver(completed(job))));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const plays = await stage.sql(
      "select id from media_asset where title_id = 'twins' and status = 'READY' and replaced_at is null",
    );
    expect(plays).toHaveLength(1);
  });
});

describe('a lost event', () => {
  it('does not hold a job: MediaConvert is asked when the service starts', async () => {
    const job = await uploadFilm(stage, 'silent');
    await putOutputs(stage, job.prefix);
    const at = stage.mediaConvert.jobs.get(job.externalId);
    if (at) at.status = 'COMPLETE';
    const second = await setPlaybackStage({
      DATABASE_URL: stage.env.DATABASE_URL,
      MEDIACONVERT_ENDPOINT: stage.mediaConvert.url,
      S3_ENDPOINT: stage.env.S3_ENDPOINT ?? '',
    });
    try {
      expect(await until(job.jobId, 'COMPLETE')).toMatchObject({ percent: 100, asset: { status: 'READY' } });
    } finally {
      await second.close();
    }
  });
});

describe('MediaConvert', () => {
  it('is offered a job again after it was too busy', async () => {
    stage.mediaConvert.faults.push(
      { status: 429, name: 'TooManyRequestsException' },
      { status: 503, name: 'ServiceUnavailable' },
    );
    const job = await uploadFilm(stage, 'busy');
    expect(await jobOf(job.jobId)).toMatchObject({ status: 'QUEUED' });
  });

  it('is offered a job once, though the service died before it noted that it was taken', async () => {
    const job = await uploadFilm(stage, 'died');
    const before = stage.mediaConvert.jobs.size;
    await stage.sql('update transcode_job set external_id = null, claimed_until = null where id = $1', [
      job.jobId,
    ]);
    const [row] = await eventually(async () => {
      const rows = await stage.sql<{ external_id: string | null }>(
        'select external_id from transcode_job where id = $1 and external_id is not null',
        [job.jobId],
      );
      return rows.length > 0 && rows;
    });
    expect(row?.external_id).toBe(job.externalId);
    expect(stage.mediaConvert.jobs.size).toBe(before);
  });

  it('is offered a job that was written while nobody could offer it', async () => {
    const { assetId, jobId } = await uploadFilm(stage, 'written');
    await stage.sql("update transcode_job set status = 'ERROR', finished_at = now() where id = $1", [jobId]);
    await stage.sql("insert into transcode_job (id, asset_id, attempt) values ('job_written', $1, 2)", [
      assetId,
    ]);
    const offered = await eventually(async () =>
      [...stage.mediaConvert.jobs.values()].find(
        ({ clientRequestToken }) => clientRequestToken === 'job_written',
      ),
    );
    expect(offered.userMetadata['assetId']).toBe(assetId);
  });

  it('that finds the order wrong fails the job', async () => {
    stage.mediaConvert.faults.push({ status: 400, name: 'BadRequestException' });
    const job = await uploadFilm(stage, 'wrong-order', { taken: false });
    expect(await until(job.jobId, 'ERROR')).toMatchObject({ errorCode: 'BadRequestException' });
  });
});

describe('cancelTranscode and retryTranscode', () => {
  it('stop a job at MediaConvert, and begin a new attempt', async () => {
    const job = await uploadFilm(stage, 'again');
    expect((await mutate('retryTranscode', job.jobId)).userErrors).toEqual([{ code: 'CONFLICT' }]);
    expect((await mutate('cancelTranscode', job.jobId)).transcodeJob).toMatchObject({
      status: 'CANCELED',
      asset: { status: 'FAILED' },
    });
    expect(stage.mediaConvert.canceled).toContain(job.externalId);
    await stage.deliver(completed(job));
    expect((await jobOf(job.jobId)).status).toBe('CANCELED');

    const retries = await Promise.all([1, 2, 3].map(() => mutate('retryTranscode', job.jobId)));
    const begun = retries.filter(({ transcodeJob }) => transcodeJob);
    expect(begun).toHaveLength(1);
    expect(retries.flatMap(({ userErrors }) => userErrors)).toEqual([
      { code: 'CONFLICT' },
      { code: 'CONFLICT' },
    ]);
    expect(begun[0]?.transcodeJob).toMatchObject({
      attempt: 2,
      status: 'QUEUED',
      asset: { id: job.assetId, status: 'TRANSCODING' },
    });
  });

  it('leave what plays alone when an older attempt is tried again', async () => {
    const job = await uploadFilm(stage, 'older');
    await stage.deliver({ jobId: job.externalId, status: 'ERROR', errorCode: 1 });
    const retry = (await mutate('retryTranscode', job.jobId)).transcodeJob;
    const offered = await eventually(async () =>
      [...stage.mediaConvert.jobs.values()].find(
        ({ clientRequestToken }) => clientRequestToken === retry?.id,
      ),
    );
    await putOutputs(stage, `${job.assetId}/${retry?.id}/`);
    await stage.deliver({ jobId: offered.id, status: 'COMPLETE' });
    expect((await mutate('retryTranscode', job.jobId)).userErrors).toEqual([{ code: 'CONFLICT' }]);
    expect((await jobOf(retry?.id ?? '')).asset.status).toBe('READY');
  });

  it('leave a job that is over as it is', async () => {
    const job = await uploadFilm(stage, 'over');
    await putOutputs(stage, job.prefix);
    await stage.deliver(completed(job));
    expect((await mutate('cancelTranscode', job.jobId)).userErrors).toEqual([{ code: 'CONFLICT' }]);
    expect((await mutate('retryTranscode', job.jobId)).userErrors).toEqual([{ code: 'CONFLICT' }]);
    expect((await mutate('cancelTranscode', 'job_none')).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  });
});

describe('transcodeProgress', () => {
  const QUERY = `subscription ($jobId: ID!) { transcodeProgress(jobId: $jobId) { status percent asset { status } } }`;
  interface Progress {
    transcodeProgress: { status: string; percent: number; asset: { status: string } };
  }

  it('tells the job at once, then each change, and completes when it is over', async () => {
    const job = await uploadFilm(stage, 'followed');
    await putOutputs(stage, job.prefix);
    const states = stage.subscribe<Progress>(editor, QUERY, { jobId: job.jobId });
    const next = async () =>
      ((await states.next()).value as { data: Progress } | undefined)?.data.transcodeProgress;
    expect(await next()).toEqual({ status: 'QUEUED', percent: 0, asset: { status: 'TRANSCODING' } });
    await stage.deliver(running(job, 'TRANSCODING', 30));
    expect(await next()).toMatchObject({ status: 'TRANSCODING', percent: 30 });
    await stage.deliver(running(job, 'TRANSCODING', 30));
    await stage.deliver(running(job, 'TRANSCODING', 60));
    expect(await next()).toMatchObject({ status: 'TRANSCODING', percent: 60 });
    await stage.deliver(completed(job));
    expect(await next()).toEqual({ status: 'COMPLETE', percent: 100, asset: { status: 'READY' } });
    expect((await states.next()).done).toBe(true);
  });

  it('tells a job that is over once', async () => {
    const job = await uploadFilm(stage, 'followed-late');
    await stage.deliver({ jobId: job.externalId, status: 'ERROR', errorCode: 1 });
    const states = [];
    for await (const state of stage.subscribe<Progress>(editor, QUERY, { jobId: job.jobId }))
      states.push(state.data);
    expect(states).toMatchObject([{ transcodeProgress: { status: 'ERROR' } }]);
  });

  it('ends when the client goes, though nothing happens', async () => {
    const job = await uploadFilm(stage, 'left');
    const states = stage.subscribe<Progress>(editor, QUERY, { jobId: job.jobId });
    await states.next();
    await states.return?.();
    // the service can stop at once: nothing waits any more (afterAll would time out)
  });

  it('is for those who may upload', async () => {
    const job = await uploadFilm(stage, 'private');
    const codeFor = async (viewer: Parameters<PlaybackStage['subscribe']>[0], jobId: string) => {
      const states = stage.subscribe<Progress>(viewer, QUERY, { jobId });
      const first = (await states.next()) as { value: { errors: { extensions: { code: string } }[] } };
      return first.value.errors[0]?.extensions.code;
    };
    expect(await codeFor(visitor, job.jobId)).toBe('UNAUTHENTICATED');
    expect(await codeFor(viewerOf('usr_other'), job.jobId)).toBe('FORBIDDEN');
    expect(await codeFor(editor, 'job_none')).toBe('NOT_FOUND');
    // whoever uploaded it follows it to its end, with or without the scope
    const states = stage.subscribe<Progress>(viewerOf('usr_editor'), QUERY, { jobId: job.jobId });
    expect(((await states.next()) as { value: { data: Progress } }).value.data.transcodeProgress.status).toBe(
      'QUEUED',
    );
    await states.return?.();
  });
});

describe('assets', () => {
  it('are seen by everybody once they play, and by those who may upload before', async () => {
    const job = await uploadFilm(stage, 'seen');
    const query = `query ($id: ID!) { asset(id: $id) { id status transcodeJob { id } }
      _entities(representations: [{ __typename: "Title", id: "seen" }]) { ... on Title { playable asset { id } } } }`;
    const seenBy = async (viewer: Parameters<PlaybackStage['ask']>[0]) =>
      (await stage.ask(viewer, query, { id: job.assetId })).data;
    expect(await seenBy(visitor)).toEqual({ asset: null, _entities: [{ playable: false, asset: null }] });
    expect(await seenBy(editor)).toEqual({
      asset: { id: job.assetId, status: 'TRANSCODING', transcodeJob: { id: job.jobId } },
      _entities: [{ playable: false, asset: { id: job.assetId } }],
    });
    await putOutputs(stage, job.prefix);
    await stage.deliver(completed(job));
    expect(await seenBy(visitor)).toEqual({
      asset: { id: job.assetId, status: 'READY', transcodeJob: null },
      _entities: [{ playable: true, asset: { id: job.assetId } }],
    });
  });
});
