import type { Logger } from '../../platform/logger.ts';
import { createFileStore } from '../file-store.ts';
import type { JobEvent } from './job-events.ts';

export interface EventDeliveryOptions {
  readonly directory: string;
  /** Where events are posted, as by an EventBridge API destination. */
  readonly webhook: { readonly url: string; readonly apiKey: string };
  readonly logger: Logger;
}

export interface EventDelivery {
  /** Keeps the event on disk and sends it as soon as the job's earlier ones are through. */
  send(event: JobEvent): void;
  /** Sends what an earlier run left. */
  start(): void;
  /** Stops sending; what is not through stays for the next start. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly key: string;
  readonly event: JobEvent;
  /** Milliseconds since 1970. */
  readonly since: number;
}

const firstPause = 200;
const longestPause = 5_000;
const keptMilliseconds = 24 * 60 * 60_000;
const answerMilliseconds = 10_000;

/**
 * Delivers each job's events in order, at least once, over restarts, for up to a day. As EventBridge does, it tries
 * again after a failure of the receiver, and drops an event that the receiver refuses for good (a status of 4xx).
 */
export function createEventDelivery({ directory, webhook, logger }: EventDeliveryOptions): EventDelivery {
  const store = createFileStore<Waiting>(directory);
  const lines = new Map<string, Waiting[]>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let started = false;
  let sequence = 0;

  for (const waiting of store.list()) {
    lines.set(waiting.event.detail.jobId, [...(lines.get(waiting.event.detail.jobId) ?? []), waiting]);
    sequence = Math.max(sequence, Number(waiting.key));
  }

  async function post({ event, since }: Waiting): Promise<'done' | 'again'> {
    const expired = Date.now() - since > keptMilliseconds;
    try {
      const answer = await fetch(webhook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': webhook.apiKey },
        body: JSON.stringify(event),
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(answerMilliseconds)]),
      });
      await answer.arrayBuffer();
      if (answer.ok) return 'done';
      const refused = answer.status < 500 && ![401, 407, 408, 409, 425, 429].includes(answer.status);
      if (!refused && !expired) return 'again';
      logger.error(
        { jobId: event.detail.jobId, status: answer.status },
        'a job event was refused and is dropped',
      );
      return 'done';
    } catch (error) {
      if (!expired || stopping.signal.aborted) return 'again';
      logger.error({ jobId: event.detail.jobId, error: String(error) }, 'nobody took a job event for a day');
      return 'done';
    }
  }

  async function drain(jobId: string): Promise<void> {
    let pause = firstPause;
    for (let next = lines.get(jobId)?.[0]; next && !stopping.signal.aborted; next = lines.get(jobId)?.[0]) {
      if ((await post(next)) === 'done') {
        remove(next);
        pause = firstPause;
      } else {
        await pauseFor(pause, stopping.signal);
        pause = Math.min(pause * 2, longestPause);
      }
    }
    if (lines.get(jobId)?.length === 0) lines.delete(jobId);
  }

  function remove(waiting: Waiting): void {
    const line = lines.get(waiting.event.detail.jobId) ?? [];
    const at = line.indexOf(waiting);
    if (at >= 0) line.splice(at, 1);
    store.delete(waiting.key);
  }

  function run(jobId: string): void {
    const drained = drain(jobId).finally(() => running.delete(drained));
    running.add(drained);
  }

  return {
    send(event) {
      const { jobId } = event.detail;
      const line = lines.get(jobId) ?? [];
      const idle = line.length === 0;
      // progress that nobody has heard of yet is overtaken by what comes now; the first in line may be on its way
      for (const old of line.slice(1)) if (old.event.detail.status === 'STATUS_UPDATE') remove(old);
      const waiting = { key: String(++sequence).padStart(12, '0'), event, since: Date.now() };
      store.put(waiting.key, waiting);
      line.push(waiting);
      lines.set(jobId, line);
      if (idle && started) run(jobId);
    },
    start() {
      started = true;
      for (const jobId of lines.keys()) run(jobId);
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
