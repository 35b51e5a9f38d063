import { randomUUID } from 'node:crypto';
import { type Job, type Phase, phases } from './job.ts';
import type { Source } from './probe.ts';

export const account = '000000000000';

/** EventBridge's envelope around a change of a job's state. */
export interface JobEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'MediaConvert Job State Change';
  readonly source: 'aws.mediaconvert';
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    /** Milliseconds since 1970. */
    readonly timestamp: number;
    readonly accountId: string;
    readonly queue: string;
    readonly jobId: string;
    readonly status: string;
    readonly userMetadata: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
}

/** One event of a job; `fields` are what its status adds to the detail. */
function jobEvent(job: Job, region: string, status: string, fields: Record<string, unknown> = {}): JobEvent {
  const now = new Date();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'MediaConvert Job State Change',
    source: 'aws.mediaconvert',
    account,
    time: `${now.toISOString().slice(0, 19)}Z`,
    region,
    resources: [job.arn],
    detail: {
      timestamp: now.getTime(),
      accountId: account,
      queue: job.queue,
      jobId: job.id,
      status,
      userMetadata: job.userMetadata,
      ...fields,
    },
  };
}

/** The events of a job's life, as MediaConvert words them. */
export function jobEvents(region: string) {
  return {
    progressing: (job: Job) => jobEvent(job, region, 'PROGRESSING'),
    canceled: (job: Job) => jobEvent(job, region, 'CANCELED'),
    complete: (job: Job) =>
      jobEvent(job, region, 'COMPLETE', {
        outputGroupDetails: job.outputGroupDetails,
        ...(job.messages.warning.length > 0 && {
          warnings: job.messages.warning.map((message) => ({ code: 0, message, count: 1 })),
        }),
      }),
    error: (job: Job) =>
      jobEvent(job, region, 'ERROR', { errorCode: job.errorCode, errorMessage: job.errorMessage }),
    newWarning: (job: Job, message: string) =>
      jobEvent(job, region, 'NEW_WARNING', { warnings: [{ code: 0, message, count: 1 }] }),
    inputInformation: (job: Job, uri: string, { video, audio, durationSeconds }: Source) =>
      jobEvent(job, region, 'INPUT_INFORMATION', {
        inputDetails: [
          {
            id: 1,
            uri,
            ...(durationSeconds !== undefined && { durationInMs: Math.round(durationSeconds * 1000) }),
            video: [
              {
                streamId: video.stream + 1,
                codec: video.codec.toUpperCase(),
                width: video.width,
                height: video.height,
                frameRate: video.frameRate.numerator / video.frameRate.denominator,
              },
            ],
            audio: audio
              ? [
                  {
                    streamId: audio.stream + 1,
                    codec: audio.codec.toUpperCase(),
                    sampleRate: audio.sampleRate,
                  },
                ]
              : [],
          },
        ],
      }),
    statusUpdate: (job: Job, phasePercent: number | undefined, framesDecoded: number) =>
      jobEvent(job, region, 'STATUS_UPDATE', {
        framesDecoded,
        jobProgress: {
          phaseProgress: Object.fromEntries(
            phases.map((phase) => [phase, phaseProgress(phase, job.currentPhase ?? 'PROBING', phasePercent)]),
          ),
          jobPercentComplete: job.jobPercentComplete ?? null,
          currentPhase: job.currentPhase,
          retryCount: job.retryCount,
        },
      }),
  };
}

function phaseProgress(phase: Phase, current: Phase, percent: number | undefined) {
  const distance = phases.indexOf(phase) - phases.indexOf(current);
  if (distance < 0) return { status: 'COMPLETE', percentComplete: 100 };
  if (distance > 0) return { status: 'PENDING', percentComplete: 0 };
  return { status: 'PROGRESSING', percentComplete: percent ?? 0 };
}
