import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode, fileNames } from './encode.ts';
import type { OutputGroupDetail, Phase } from './job.ts';
import type { JobRequest } from './job-settings.ts';
import type { JobStorage } from './job-storage.ts';
import { chooseLadder } from './ladder.ts';
import { dashManifest, hlsMaster } from './manifests.ts';
import { measure, type Measured } from './measure.ts';
import { probe, type Source } from './probe.ts';

export interface JobRun {
  readonly settings: JobRequest['settings'];
  readonly storage: JobStorage;
  readonly ffmpegPath: string;
  /** The job's own; made here, and removed whatever happens. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly report: {
    /** `share` of the phase, 0 to 1; undefined where it cannot be told. */
    progress(phase: Phase, share: number | undefined): void;
    source(source: Source): void;
    warning(message: string): void;
  };
}

const uploadsAtOnce = 4;

/**
 * The whole work of one job: fetch, probe, encode, describe, store. Manifests are stored last, so that whoever finds
 * one finds all that it names.
 * @throws {JobFailure} for what the job's owner can mend, the signal's reason if it was aborted
 */
export async function runJob(run: JobRun): Promise<OutputGroupDetail[]> {
  const { directory, settings, report } = run;
  const [group] = settings.outputGroups;
  const [input] = settings.inputs;
  if (!group || !input) throw new Error('Settings without an input or output group do not pass validation.');
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    report.progress('PROBING', 0);
    await run.storage.download(input.fileInput, join(directory, 'input'), run.signal, (share) =>
      report.progress('PROBING', share * 0.9),
    );
    const source = await probe(run.ffmpegPath, directory, 'input', run.signal);
    report.source(source);
    const { renditions, warnings } = chooseLadder(group.outputs, source);
    for (const warning of warnings) report.warning(warning);

    const { cmafGroupSettings: cmaf } = group.outputGroupSettings;
    report.progress('TRANSCODING', source.durationSeconds === undefined ? undefined : 0);
    await encode({
      ffmpegPath: run.ffmpegPath,
      directory,
      input: 'input',
      source,
      renditions,
      segmentSeconds: cmaf.segmentLength,
      signal: run.signal,
      onProgress: (share) => report.progress('TRANSCODING', share),
    });

    report.progress('UPLOADING', 0);
    const videos = await inOrder(
      renditions.filter((one) => one.kind === 'video'),
      (one) => measure(directory, one),
    );
    const audios = await inOrder(
      renditions.filter((one) => one.kind === 'audio'),
      (one) => measure(directory, one),
    );
    const presentation = {
      videos,
      audios,
      frameRate: source.video.frameRate,
      segmentSeconds: cmaf.segmentLength,
    };
    const manifests: string[] = [];
    if (cmaf.writeHlsManifest === 'ENABLED') {
      await writeFile(join(directory, 'master.m3u8'), hlsMaster(presentation));
      manifests.push('master.m3u8');
    }
    if (cmaf.writeDashManifest === 'ENABLED') {
      await writeFile(join(directory, 'manifest.mpd'), dashManifest(presentation));
      manifests.push('manifest.mpd');
    }
    await store(run, cmaf.destination, [...videos, ...audios], manifests);
    return [
      {
        type: 'CMAF_GROUP',
        playlistFilePaths: manifests.map((name) => `${cmaf.destination}${name}`),
        outputDetails: [...videos, ...audios].map((one) => outputDetail(cmaf.destination, one)),
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function store(
  run: JobRun,
  destination: string,
  renditions: readonly Measured[],
  manifests: readonly string[],
) {
  const media = renditions.flatMap(({ rendition, files }) =>
    files.map((file) => `${rendition.folder}/${file}`),
  );
  const playlists = media.filter((name) => name.endsWith('.m3u8'));
  const total = media.length + manifests.length;
  let done = 0;
  for (const batch of [media.filter((name) => !playlists.includes(name)), playlists, manifests]) {
    const waiting = [...batch];
    const worker = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        await run.storage.upload(join(run.directory, name), `${destination}${name}`, run.signal);
        run.report.progress('UPLOADING', ++done / total);
      }
    };
    await Promise.all(Array.from({ length: uploadsAtOnce }, worker));
  }
}

function outputDetail(destination: string, { rendition, durationSeconds, averageBandwidth }: Measured) {
  return {
    outputFilePaths: [`${destination}${rendition.folder}/${fileNames.playlist}`],
    durationInMs: Math.round(durationSeconds * 1000),
    ...(rendition.kind === 'video' && {
      videoDetails: {
        widthInPx: rendition.width,
        heightInPx: rendition.height,
        averageBitrate: averageBandwidth,
      },
    }),
  };
}

/** One after the other: each reads whole files. */
async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
