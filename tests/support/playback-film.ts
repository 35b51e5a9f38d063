import { randomBytes } from 'node:crypto';
import { editor, eventually, putOutputs, type PlaybackStage } from './playback-stage.ts';

export interface StartedJob {
  readonly jobId: string;
  readonly assetId: string;
  /** MediaConvert's id. */
  readonly externalId: string;
  /** Folder of its output in the media bucket. */
  readonly prefix: string;
}

/** Bytes that begin as an MP4 file does. */
function film(size: number): Buffer {
  const bytes = randomBytes(size);
  bytes.writeUInt32BE(24, 0);
  bytes.write('ftypisom', 4, 'latin1');
  return bytes;
}

/**
 * Uploads something that looks like a film, as a client does, and waits until MediaConvert has its job.
 * @param options.taken false where MediaConvert is to refuse it
 */
export async function uploadFilm(
  stage: PlaybackStage,
  titleId: string,
  { taken = true } = {},
): Promise<StartedJob> {
  await stage.tellTitle({ id: titleId });
  const bytes = film(2_000);
  const begun = await stage.ask<{ createUpload: { upload: { id: string; parts: { url: string }[] } } }>(
    editor,
    'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id parts { url } } } }',
    { input: { titleId, fileName: 'film.mp4', contentType: 'video/mp4', size: bytes.length } },
  );
  const { id, parts } = (begun.data as NonNullable<typeof begun.data>).createUpload.upload;
  const sent = await fetch(parts[0]?.url ?? '', { method: 'PUT', body: new Uint8Array(bytes) });
  const done = await stage.ask<{ completeUpload: { asset: { id: string }; transcodeJob: { id: string } } }>(
    editor,
    'mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { asset { id } transcodeJob { id } } }',
    { input: { uploadId: id, parts: [{ number: 1, etag: sent.headers.get('etag') ?? '' }] } },
  );
  const { asset, transcodeJob } = (done.data as NonNullable<typeof done.data>).completeUpload;
  const noted = taken
    ? await eventually(async () => {
        const rows = await stage.sql<{ external_id: string | null }>(
          'select external_id from transcode_job where id = $1',
          [transcodeJob.id],
        );
        return rows[0]?.external_id;
      })
    : '';
  return {
    jobId: transcodeJob.id,
    assetId: asset.id,
    externalId: noted,
    prefix: `${asset.id}/${transcodeJob.id}/`,
  };
}

/** A title that plays: uploaded, transcoded to 1080, 720 and 360 lines of 40 seconds, and told by MediaConvert. */
export async function readyFilm(stage: PlaybackStage, titleId: string): Promise<StartedJob> {
  const job = await uploadFilm(stage, titleId);
  await putOutputs(stage, job.prefix);
  await stage.deliver({ jobId: job.externalId, status: 'COMPLETE' });
  return job;
}
