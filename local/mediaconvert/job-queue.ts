import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { Logger } from '../../platform/logger.ts';
import type { FileStore } from '../file-store.ts';
import type { EventDelivery } from './event-delivery.ts';
import { isFinal, type Job, JobFailure, jobErrorCodes, type Phase } from './job.ts';
import { jobEvents } from './job-events.ts';
import { parseJobRequest } from './job-settings.ts';
import type { JobStorage } from './job-storage.ts';
import { runJob } from './run-job.ts';

export interface JobQueueOptions {
  readonly jobs: FileStore<Job>;
  readonly events: EventDelivery;
  readonly storage: JobStorage;
  readonly ffmpegPath: string;
  /** How many jobs run at once. */
  readonly concurrency: number;
  /** For what running jobs need; emptied at start. */
  readonly workDirectory: string;
  readonly region: string;
  readonly logger: Logger;
}

export interface JobQueue {
  /** Takes up, oldest first, what an earlier run left. */
  start(): Promise<void>;
  submit(job: Job): void;
  /** @returns false if the job has ended already */
  cancel(id: string): boolean;
  /** Ends what runs; it starts from its beginning at the next start. */
  stop(): Promise<void>;
}

/** Where each phase begins and ends in the percent of the whole job. */
const shareOf: Record<Phase, readonly [from: number, to: number]> = {
  PROBING: [0, 5],
  TRANSCODING: [5, 90],
  UPLOADING: [90, 100],
};
const leastBetweenUpdates = 500;

/**
 * The one place where a job changes its state. Each change is first given to the event queue, then stored: a kill
 * between the two repeats an event, and never loses one.
 */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { jobs, events, concurrency, workDirectory, region, logger } = options;
  const words = jobEvents(region);
  const waiting: string[] = [];
  const running = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  let stopped = false;

  function change(id: string, changes: Partial<Job>): Job {
    const job = jobs.get(id);
    if (!job) throw new Error(`There is no job ${id}.`);
    return { ...job, ...changes };
  }

  function advance(): void {
    while (!stopped && running.size < concurrency) {
      const id = waiting.shift();
      if (id === undefined) return;
      const controller = new AbortController();
      const ended = run(id, controller.signal)
        .catch((error: unknown) => logger.error({ error, jobId: id }, 'a job could not be settled'))
        .finally(() => {
          running.delete(id);
          advance();
        });
      running.set(id, { controller, ended });
    }
  }

  async function run(id: string, signal: AbortSignal): Promise<void> {
    const submitted = change(id, {});
    const job = change(id, { status: 'PROGRESSING', timing: { ...submitted.timing, startTime: now() } });
    events.send(words.progressing(job));
    jobs.put(id, job);
    const parsed = parseJobRequest({ role: job.role, settings: job.settings });
    try {
      if ('faults' in parsed) throw new Error(parsed.faults.join('; '));
      const { settings } = parsed.request;
      const outputGroupDetails = await runJob({
        settings,
        storage: options.storage,
        ffmpegPath: options.ffmpegPath,
        directory: join(workDirectory, id),
        signal,
        report: reporter(id, settings.inputs[0]?.fileInput ?? ''),
      });
      signal.throwIfAborted();
      const complete = change(id, { status: 'COMPLETE', jobPercentComplete: 100, outputGroupDetails });
      finish(complete, words.complete);
    } catch (error) {
      // aborted: canceled, and told already; or stopped, and left for the next start
      if (signal.aborted) return;
      const failed = error instanceof JobFailure;
      if (!failed) logger.error({ error, jobId: id }, 'a job failed unexpectedly');
      const errorCode = failed ? error.code : jobErrorCodes.internal;
      finish(change(id, { status: 'ERROR', errorCode, errorMessage: (error as Error).message }), words.error);
    }
  }

  function finish(job: Job, word: (job: Job) => ReturnType<typeof words.complete>): void {
    const finished = { ...job, timing: { ...job.timing, finishTime: now() } };
    events.send(word(finished));
    jobs.put(job.id, finished);
    logger.info({ jobId: job.id, status: job.status, errorCode: job.errorCode }, 'a job ended');
  }

  function reporter(id: string, inputAddress: string) {
    let toldAt = 0;
    let toldPhase: Phase | undefined;
    let toldPercent = -1;
    let frames = 0;
    let framesInAll = 0;
    return {
      progress(phase: Phase, share: number | undefined) {
        const [from, to] = shareOf[phase];
        const percent = share === undefined ? undefined : Math.floor(from + (to - from) * Math.min(share, 1));
        if (phase === 'TRANSCODING' && share !== undefined) frames = Math.round(framesInAll * share);
        const moved =
          phase !== toldPhase || (percent !== toldPercent && Date.now() - toldAt >= leastBetweenUpdates);
        const job = jobs.get(id);
        if (!moved || !job || isFinal(job.status)) return;
        [toldAt, toldPhase, toldPercent] = [Date.now(), phase, percent ?? -1];
        const { jobPercentComplete: _, ...rest } = job;
        const next = {
          ...rest,
          currentPhase: phase,
          ...(percent !== undefined && { jobPercentComplete: percent }),
        };
        jobs.put(id, next);
        events.send(
          words.statusUpdate(next, share === undefined ? undefined : Math.floor(share * 100), frames),
        );
      },
      source(source: Parameters<typeof words.inputInformation>[2]) {
        const { numerator, denominator } = source.video.frameRate;
        framesInAll = Math.round(((source.durationSeconds ?? 0) * numerator) / denominator);
        events.send(words.inputInformation(change(id, {}), inputAddress, source));
      },
      warning(message: string) {
        const { messages } = change(id, {});
        const job = change(id, { messages: { ...messages, warning: [...messages.warning, message] } });
        jobs.put(id, job);
        events.send(words.newWarning(job, message));
      },
    };
  }

  return {
    async start() {
      await rm(workDirectory, { recursive: true, force: true });
      const left = jobs.list().filter(({ status }) => !isFinal(status));
      for (const job of left.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))) {
        const { currentPhase: _, jobPercentComplete: __, ...rest } = job;
        const retryCount = job.retryCount + (job.status === 'PROGRESSING' ? 1 : 0);
        jobs.put(job.id, { ...rest, status: 'SUBMITTED', retryCount, messages: { info: [], warning: [] } });
        waiting.push(job.id);
      }
      advance();
    },
    submit(job) {
      jobs.put(job.id, job);
      waiting.push(job.id);
      advance();
    },
    cancel(id) {
      const job = change(id, { status: 'CANCELED' });
      if (isFinal(jobs.get(id)?.status ?? 'CANCELED')) return false;
      finish(job, words.canceled);
      const at = waiting.indexOf(id);
      if (at >= 0) waiting.splice(at, 1);
      running.get(id)?.controller.abort(new Error('The job was canceled.'));
      return true;
    },
    async stop() {
      stopped = true;
      const all = [...running.values()];
      for (const { controller } of all) controller.abort(new Error('The service stops.'));
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

const now = (): number => Math.floor(Date.now() / 1000);
