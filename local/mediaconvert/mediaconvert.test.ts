import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CancelJobCommand,
  CreateJobCommand,
  type CreateJobCommandInput,
  GetJobCommand,
  ListJobsCommand,
  type MediaConvertClient,
} from '@aws-sdk/client-mediaconvert';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { XMLParser } from 'fast-xml-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFfmpeg } from '../ffmpeg.ts';
import type { MediaConvert } from './mediaconvert.ts';
import { apiKey, jobFor, setStage, type Stage, startReceiver } from './test-stage.ts';

describe('mediaconvert', { timeout: 60_000 }, () => {
  let ffmpegPath: string;
  let stage: Stage;
  let service: MediaConvert;
  let client: MediaConvertClient;

  async function open(concurrency = 1) {
    service = stage.create(concurrency);
    await service.listen();
    client = stage.clientOf(service.url);
  }
  async function submit(input: CreateJobCommandInput): Promise<string> {
    const { Job } = await client.send(new CreateJobCommand(input));
    return Job?.Id ?? '';
  }
  const until = (id: string, status: string) => {
    if (!stage.receiver) throw new Error('This stage has no receiver.');
    return stage.receiver.until(id, status);
  };
  const statuses = (id: string) =>
    stage.receiver?.events.filter(({ detail }) => detail.jobId === id).map(({ detail }) => detail.status) ??
    [];
  /** Copies what a job stored to the disk, for ffmpeg to play. */
  async function fetchOutput(prefix: string): Promise<string> {
    const { Contents = [] } = await stage.s3.send(
      new ListObjectsV2Command({ Bucket: 'media', Prefix: prefix }),
    );
    for (const { Key = '' } of Contents) {
      const path = join(stage.directory, 'out', Key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, (await (await stage.get(Key)).Body?.transformToByteArray()) ?? '');
    }
    return join(stage.directory, 'out', prefix);
  }

  beforeEach(async () => {
    ffmpegPath = await findFfmpeg();
    stage = await setStage(ffmpegPath);
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
    await stage.clear();
  });

  it('makes a ladder that plays, and tells each step of it', async () => {
    await stage.putClip('film.mp4', 5, 640, 360);
    await open();
    const created = await client.send(new CreateJobCommand(jobFor('film.mp4', [720, 360, 180])));
    expect(created.$metadata.httpStatusCode).toBe(201);
    expect(created.Job).toMatchObject({ Status: 'SUBMITTED', UserMetadata: { assetId: 'ast_1' } });
    expect(Date.now() - Number(created.Job?.CreatedAt)).toBeLessThan(5000);
    const id = created.Job?.Id ?? '';
    const complete = await until(id, 'COMPLETE');

    expect(complete).toMatchObject({
      'detail-type': 'MediaConvert Job State Change',
      source: 'aws.mediaconvert',
      detail: {
        jobId: id,
        userMetadata: { assetId: 'ast_1' },
        outputGroupDetails: [
          {
            type: 'CMAF_GROUP',
            playlistFilePaths: ['s3://media/a/master.m3u8', 's3://media/a/manifest.mpd'],
            outputDetails: [
              {
                outputFilePaths: ['s3://media/a/360p/index.m3u8'],
                durationInMs: 5000,
                videoDetails: { widthInPx: 640, heightInPx: 360 },
              },
              { videoDetails: { widthInPx: 320, heightInPx: 180 } },
              { outputFilePaths: ['s3://media/a/audio/index.m3u8'] },
            ],
          },
        ],
      },
    });
    expect(new Set(stage.receiver?.keys)).toEqual(new Set([apiKey]));
    const seen = statuses(id);
    expect(seen[0]).toBe('PROGRESSING');
    expect(seen).toEqual(expect.arrayContaining(['INPUT_INFORMATION', 'NEW_WARNING', 'STATUS_UPDATE']));
    const updates = stage.receiver?.events.flatMap(
      ({ detail }) => (detail['jobProgress'] as object) ?? [],
    ) as {
      currentPhase: string;
      jobPercentComplete: number;
    }[];
    expect(updates.map(({ currentPhase }) => currentPhase)).toEqual(
      expect.arrayContaining(['PROBING', 'TRANSCODING', 'UPLOADING']),
    );
    const percents = updates.map(({ jobPercentComplete }) => jobPercentComplete);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));

    const { Job } = await client.send(new GetJobCommand({ Id: id }));
    expect(Job).toMatchObject({ Status: 'COMPLETE', JobPercentComplete: 100 });
    expect(Job?.Messages?.Warning?.[0]).toMatch(/_720p is left out: the input is only 360 pixels tall/);
    expect(Job?.OutputGroupDetails?.[0]?.OutputDetails?.[0]?.VideoDetails).toEqual({
      HeightInPx: 360,
      WidthInPx: 640,
    });

    const master = await stage.text('a/master.m3u8');
    expect(master).not.toContain('720p');
    const line =
      /BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+),CODECS="avc1\.6400[0-9a-f]{2},mp4a\.40\.2",RESOLUTION=640x360,FRAME-RATE=25\.000,AUDIO="audio"\n360p\/index\.m3u8/.exec(
        master,
      );
    expect(Number(line?.[1])).toBeGreaterThanOrEqual(Number(line?.[2]));
    const segment = await stage.get('a/360p/seg_00001.m4s');
    expect(segment).toMatchObject({
      ContentType: 'video/iso.segment',
      CacheControl: expect.stringContaining('immutable'),
    });
    expect((await stage.get('a/master.m3u8')).ContentType).toBe('application/vnd.apple.mpegurl');
    expect(existsSync(join(stage.directory, 'mediaconvert', 'work', id))).toBe(false);

    const folder = await fetchOutput('a/');
    const { stderr } = await promisify(execFile)(
      ffmpegPath,
      [
        '-hide_banner',
        '-v',
        'info',
        '-allowed_extensions',
        'ALL',
        '-i',
        join(folder, 'master.m3u8'),
        '-map',
        '0:v:0',
        '-map',
        '0:a:0',
        '-f',
        'null',
        '-',
      ],
      { maxBuffer: 1 << 24 },
    );
    expect(stderr).toMatch(/frame= *125/);
    expect(stderr).not.toMatch(/error|invalid|missing/i);
    await expectDash(await stage.text('a/manifest.mpd'), folder);
  });

  /** Follows a DASH manifest: every segment that it names is there, and their times leave no gap. */
  async function expectDash(text: string, folder: string): Promise<void> {
    const always = ['AdaptationSet', 'Representation', 'S'];
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      isArray: (name) => always.includes(name),
    });
    const { MPD } = parser.parse(text);
    expect(MPD).toMatchObject({
      type: 'static',
      mediaPresentationDuration: expect.stringMatching(/^PT5\.0\d\dS$/),
    });
    let representations = 0;
    for (const set of MPD.Period.AdaptationSet)
      for (const { SegmentTemplate: template } of set.Representation) {
        representations++;
        expect(existsSync(join(folder, template.initialization))).toBe(true);
        let number = Number(template.startNumber);
        let time = 0;
        for (const { t, d, r = 0 } of template.SegmentTimeline.S) {
          expect(Number(t)).toBe(time);
          for (let repeat = 0; repeat <= Number(r); repeat++, number++, time += Number(d)) {
            const name = template.media.replace('$Number%05d$', String(number).padStart(5, '0'));
            expect(existsSync(join(folder, name)), name).toBe(true);
          }
        }
        const files = readdirSync(dirname(join(folder, template.initialization)));
        expect(files.filter((file) => file.endsWith('.m4s'))).toHaveLength(number - 1);
      }
    expect(representations).toBe(3);
  }

  it('makes no sound from a film without sound, and never a picture taller than the source', async () => {
    await stage.putClip('mute.mp4', 2, 322, 182, false);
    await open();
    const id = await submit(jobFor('mute.mp4', [720, 360]));
    const { detail } = await until(id, 'COMPLETE');
    expect(detail['outputGroupDetails']).toMatchObject([
      { outputDetails: [{ videoDetails: { widthInPx: 322, heightInPx: 182 } }] },
    ]);
    const master = await stage.text('a/master.m3u8');
    expect(master).toContain('RESOLUTION=322x182');
    expect(master).not.toContain('AUDIO');
    expect(statuses(id).filter((status) => status === 'NEW_WARNING')).toHaveLength(2);
  });

  it('ends a job with a code that says what is wrong with its input', async () => {
    await open(2);
    await stage.put('noise', Buffer.from('this is no film '.repeat(1000)));
    await stage.put(
      'list.m3u8',
      '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n',
    );
    await stage.put('concat', "ffconcat version 1.0\nfile '/etc/hostname'\n");
    await stage.putClip('sound.mp4', 1, 64, 64);
    for (const key of ['noise', 'list.m3u8', 'concat']) {
      const { detail } = await until(await submit(jobFor(key, [360])), 'ERROR');
      expect([key, detail['errorCode']]).toEqual([key, 1040]);
    }
    const missing = await submit(jobFor('nothing.mp4', [360]));
    expect((await until(missing, 'ERROR')).detail).toMatchObject({ errorCode: 1404 });
    const { Job } = await client.send(new GetJobCommand({ Id: missing }));
    expect(Job).toMatchObject({
      Status: 'ERROR',
      ErrorCode: 1404,
      ErrorMessage: expect.stringContaining('nothing.mp4'),
    });
    const nowhere = jobFor('sound.mp4', [64]);
    const settings = nowhere.Settings?.OutputGroups?.[0]?.OutputGroupSettings?.CmafGroupSettings;
    if (settings) settings.Destination = 's3://no-such-bucket/a/';
    expect((await until(await submit(nowhere), 'ERROR')).detail).toMatchObject({ errorCode: 1434 });
  });

  it('names the setting that it refuses', async () => {
    await open();
    const bad = jobFor('film.mp4', [360]);
    const output = bad.Settings?.OutputGroups?.[0]?.Outputs?.[0];
    const audio = bad.Settings?.OutputGroups?.[0]?.Outputs?.[1];
    if (!output?.VideoDescription || !audio) throw new Error('The job has other outputs.');
    output.VideoDescription.Height = 361;
    output.NameModifier = '../up';
    delete audio.AudioDescriptions;
    const refused = client.send(new CreateJobCommand(bad));
    await expect(refused).rejects.toMatchObject({
      name: 'BadRequestException',
      $metadata: { httpStatusCode: 400 },
    });
    const message = await refused.catch((error: Error) => error.message);
    expect(message).toContain('settings.outputGroups[0].outputs[0].videoDescription.height');
    expect(message).toContain('settings.outputGroups[0].outputs[0].nameModifier');
    expect(message).toContain('settings.outputGroups[0].outputs[1]: a CMAF output has either');
    await expect(client.send(new GetJobCommand({ Id: 'nope' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await expect(client.send(new CancelJobCommand({ Id: 'nope' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  it('makes one job of a request that is sent twice', async () => {
    await open();
    const request = { ...jobFor('none.mp4', [360]), ClientRequestToken: 'token-1' };
    const first = await submit(request);
    expect(await submit(request)).toBe(first);
    expect(await submit({ ...request, ClientRequestToken: 'token-2' })).not.toBe(first);
  });

  it('runs no more jobs at once than it may, and the oldest first', async () => {
    await stage.putClip('film.mp4', 3, 320, 180);
    await open(1);
    const ids: string[] = [];
    for (const name of ['a/', 'b/', 'c/']) ids.push(await submit(jobFor('film.mp4', [180], name)));
    await until(ids[0] ?? '', 'STATUS_UPDATE');
    const page = await client.send(
      new ListJobsCommand({ Status: 'SUBMITTED', Order: 'ASCENDING', MaxResults: 1 }),
    );
    expect(page.Jobs?.map(({ Id }) => Id)).toEqual([ids[1]]);
    const next = await client.send(
      new ListJobsCommand({
        Status: 'SUBMITTED',
        Order: 'ASCENDING',
        MaxResults: 1,
        NextToken: page.NextToken,
      }),
    );
    expect(next.Jobs?.map(({ Id }) => Id)).toEqual([ids[2]]);
    await until(ids[2] ?? '', 'COMPLETE');
    const order = stage.receiver?.events
      .filter(({ detail }) => ['PROGRESSING', 'COMPLETE'].includes(detail.status))
      .map(({ detail }) => `${ids.indexOf(detail.jobId)} ${detail.status}`);
    expect(order?.filter((line) => line.endsWith('PROGRESSING'))).toEqual(
      ['0', '1', '2'].map((n) => `${n} PROGRESSING`),
    );
    const started = (await client.send(new ListJobsCommand({ Order: 'ASCENDING' }))).Jobs ?? [];
    for (const [index, job] of started.entries())
      if (index > 0)
        expect(Number(job.Timing?.StartTime)).toBeGreaterThanOrEqual(
          Number(started[index - 1]?.Timing?.FinishTime),
        );
  });

  it('cancels a job that waits and a job that runs, and no job that has ended', async () => {
    await stage.putClip('film.mp4', 12, 640, 360);
    await open(1);
    const running = await submit(jobFor('film.mp4', [360]));
    const queued = await submit(jobFor('film.mp4', [360], 'b/'));
    await until(running, 'INPUT_INFORMATION');
    const answer = await client.send(new CancelJobCommand({ Id: queued }));
    expect(answer.$metadata.httpStatusCode).toBe(202);
    await client.send(new CancelJobCommand({ Id: running }));
    await Promise.all([until(running, 'CANCELED'), until(queued, 'CANCELED')]);
    await stage.putClip('short.mp4', 1, 320, 180);
    const last = await submit(jobFor('short.mp4', [180], 'c/'));
    await until(last, 'COMPLETE');
    await expect(client.send(new CancelJobCommand({ Id: last }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await expect(client.send(new CancelJobCommand({ Id: queued }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    expect(statuses(running).at(-1)).toBe('CANCELED');
    const { Contents = [] } = await stage.s3.send(new ListObjectsV2Command({ Bucket: 'media' }));
    expect(Contents.filter(({ Key }) => !Key?.startsWith('c/'))).toEqual([]);
  });

  it('finishes after a restart what it had begun', async () => {
    await stage.putClip('film.mp4', 6, 640, 360);
    await open();
    const id = await submit(jobFor('film.mp4', [360]));
    await until(id, 'INPUT_INFORMATION');
    client.destroy();
    await service.close();
    expect(statuses(id)).not.toContain('COMPLETE');
    await open();
    await until(id, 'COMPLETE');
    const { Job } = await client.send(new GetJobCommand({ Id: id }));
    expect(Job).toMatchObject({ Status: 'COMPLETE', RetryCount: 1 });
  });

  it('keeps events while nobody takes them, over a restart, in order, and the final one above all', async () => {
    await stage.putClip('film.mp4', 2, 320, 180);
    const down = await startReceiver();
    await down.close();
    await stage.clear();
    stage = await setStage(ffmpegPath, down.port);
    await stage.putClip('film.mp4', 2, 320, 180);
    await open();
    const id = await submit(jobFor('film.mp4', [180]));
    for (let status = ''; status !== 'COMPLETE';)
      status = (await client.send(new GetJobCommand({ Id: id }))).Job?.Status ?? '';
    client.destroy();
    await service.close();
    const receiver = await startReceiver(down.port);
    receiver.answerWith(503);
    await open();
    await receiver.untilAsked(2);
    receiver.answerWith(200);
    await receiver.until(id, 'COMPLETE');
    const seen = receiver.events.map(({ detail }) => detail.status);
    expect(seen[0]).toBe('PROGRESSING');
    expect(seen.at(-1)).toBe('COMPLETE');
    expect(seen.indexOf('INPUT_INFORMATION')).toBeGreaterThan(0);
    await receiver.close();
  });
});
