import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Logger } from '../../platform/logger.ts';
import { createHttpService, readBody, sendJson } from '../../platform/serve.ts';
import { createFileStore } from '../file-store.ts';
import { createEventDelivery } from './event-delivery.ts';
import type { Job } from './job.ts';
import { account } from './job-events.ts';
import { createJobQueue } from './job-queue.ts';
import { parseJobRequest } from './job-settings.ts';
import { createJobStorage, type S3Options } from './job-storage.ts';

export interface MediaConvertOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where jobs, events on their way and the files of running jobs are kept; made if it is missing. */
  readonly directory: string;
  /** How many jobs run at once; the others wait in the order in which they came. */
  readonly concurrency: number;
  /** Takes the events of all jobs; the key is sent as `x-api-key`. */
  readonly webhook: { readonly url: string; readonly apiKey: string };
  readonly s3: S3Options;
  readonly ffmpegPath: string;
  readonly logger: Logger;
}

export interface MediaConvert {
  /** The endpoint for the SDK's client. */
  readonly url: string;
  /** Starts, and takes up the jobs that an earlier run left. @throws with a sentence that names the port if it is taken */
  listen(): Promise<void>;
  /** Ends running encodes; their jobs start anew at the next start. */
  close(): Promise<void>;
}

const bodyLimit = 1024 * 1024;
/** For how long a ClientRequestToken names the job that it made, as in the real service. */
const tokenMilliseconds = 60_000;
const base = '/2017-08-29/jobs';

/** AWS Elemental MediaConvert on one machine: its protocol, its events, and a real ladder by ffmpeg. */
export function createMediaConvert(options: MediaConvertOptions): MediaConvert {
  const { host, port, directory, concurrency, webhook, s3, ffmpegPath, logger } = options;
  const { region } = s3;
  const jobs = createFileStore<Job>(join(directory, 'jobs'));
  const events = createEventDelivery({ directory: join(directory, 'events'), webhook, logger });
  const storage = createJobStorage(s3);
  const queue = createJobQueue({
    jobs,
    events,
    storage,
    ffmpegPath,
    concurrency,
    workDirectory: join(directory, 'work'),
    region,
    logger,
  });

  async function createJob(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = parseJson(await readBody(request, bodyLimit));
    const parsed = parseJobRequest(body);
    if ('faults' in parsed) return sendError(response, 400, 'BadRequestException', parsed.faults.join('; '));
    const { role, queue: queueArn, clientRequestToken, userMetadata = {} } = parsed.request;
    const submitted = Date.now();
    const earlier = jobs
      .list()
      .find(
        (job) =>
          clientRequestToken !== undefined &&
          job.clientRequestToken === clientRequestToken &&
          submitted - job.createdAt * 1000 < tokenMilliseconds,
      );
    if (earlier) return sendJson(response, 201, { job: earlier });
    const id = `${submitted}-${randomBytes(4).toString('hex')}`;
    const createdAt = Math.floor(submitted / 1000);
    const job: Job = {
      id,
      arn: `arn:aws:mediaconvert:${region}:${account}:jobs/${id}`,
      createdAt,
      role,
      queue: queueArn ?? `arn:aws:mediaconvert:${region}:${account}:queues/Default`,
      settings: (body as { settings: Record<string, unknown> }).settings,
      userMetadata,
      ...(clientRequestToken !== undefined && { clientRequestToken }),
      status: 'SUBMITTED',
      retryCount: 0,
      timing: { submitTime: createdAt },
      messages: { info: [], warning: [] },
    };
    // the answer tells of the job as it was submitted, though it may run by now
    queue.submit(job);
    sendJson(response, 201, { job });
  }

  function listJobs(request: IncomingMessage, response: ServerResponse): void {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const limit = Math.min(Math.max(Number(query.get('maxResults') ?? 20) || 20, 1), 20);
    const offset = Number(Buffer.from(query.get('nextToken') ?? '', 'base64url').toString() || 0);
    if (!Number.isInteger(offset) || offset < 0)
      return sendError(response, 400, 'BadRequestException', 'nextToken: is not one that was given out');
    const found = jobs
      .list()
      .filter((job) => !query.has('status') || job.status === query.get('status'))
      .filter((job) => !query.has('queue') || job.queue === query.get('queue'))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    if (query.get('order') !== 'ASCENDING') found.reverse();
    const more = found.length > offset + limit;
    sendJson(response, 200, {
      jobs: found.slice(offset, offset + limit),
      ...(more && { nextToken: Buffer.from(String(offset + limit)).toString('base64url') }),
    });
  }

  const service = createHttpService({
    host,
    port,
    logger,
    routes: [
      { method: 'POST', path: base, handler: createJob },
      { method: 'GET', path: base, handler: listJobs },
      {
        method: 'GET',
        path: `${base}/:id`,
        handler(_request, response, { id = '' }) {
          const job = jobs.get(id);
          if (!job) return sendError(response, 404, 'NotFoundException', `There is no job ${id}.`);
          sendJson(response, 200, { job });
        },
      },
      {
        method: 'DELETE',
        path: `${base}/:id`,
        handler(_request, response, { id = '' }) {
          const job = jobs.get(id);
          if (!job) return sendError(response, 404, 'NotFoundException', `There is no job ${id}.`);
          if (!queue.cancel(id))
            return sendError(
              response,
              409,
              'ConflictException',
              `The job is ${job.status} and cannot be canceled.`,
            );
          sendJson(response, 202, {});
        },
      },
    ],
    ready: () => Promise.resolve(),
  });

  return {
    get url() {
      return service.url;
    },
    async listen() {
      await service.listen();
      events.start();
      await queue.start();
    },
    async close() {
      await service.close();
      await queue.stop();
      await events.stop();
      storage.close();
    },
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // what is not JSON has none of the required settings, and validation says so
    return undefined;
  }
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  response.setHeader('x-amzn-errortype', type);
  sendJson(response, status, { message });
}
