import { describe, expect, it } from 'vitest';
import type { TranscodeJob } from '../generated/prisma/client.ts';
import { advance, isOver, type JobReport } from './job-state.ts';

const queued: TranscodeJob = {
  id: 'job_1',
  assetId: 'ast_1',
  attempt: 1,
  status: 'QUEUED',
  percent: 0,
  externalId: null,
  dispatches: 0,
  claimedUntil: null,
  errorCode: null,
  errorMessage: null,
  createdAt: new Date(0),
  lastHeardAt: new Date(0),
  finishedAt: null,
};

const apply = (job: TranscodeJob, report: JobReport): TranscodeJob => ({ ...job, ...advance(job, report) });

/** A generator of numbers from 0 to below 1 that gives the same ones each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('a job', () => {
  it('goes forward through its phases', () => {
    const reports: JobReport[] = [
      { status: 'PROBING' },
      { status: 'TRANSCODING', percent: 40 },
      { status: 'UPLOADING', percent: 95 },
      { status: 'COMPLETE' },
    ];
    const states = reports.map((_, index) => reports.slice(0, index + 1).reduce(apply, queued));
    expect(states.map(({ status, percent }) => [status, percent])).toEqual([
      ['PROBING', 0],
      ['TRANSCODING', 40],
      ['UPLOADING', 95],
      ['COMPLETE', 100],
    ]);
    expect(states.at(-1)?.finishedAt).not.toBeNull();
  });

  it('lets nothing change by a report that was told before', () => {
    const running = apply(queued, { status: 'TRANSCODING', percent: 40 });
    expect(advance(running, { status: 'TRANSCODING', percent: 40 })).toBeUndefined();
    expect(advance(running, { status: 'PROBING', percent: 10 })).toBeUndefined();
  });

  it('keeps its percent while a report tells none', () => {
    const running = apply(queued, { status: 'TRANSCODING', percent: 40 });
    expect(apply(running, { status: 'UPLOADING' })).toMatchObject({ status: 'UPLOADING', percent: 40 });
  });

  it('is at 100 percent only when it is complete', () => {
    expect(apply(queued, { status: 'UPLOADING', percent: 100 }).percent).toBe(99);
  });

  it('keeps the reason of a failure, and has one even if none was given', () => {
    expect(apply(queued, { status: 'ERROR', errorCode: '1040', errorMessage: 'unreadable' })).toMatchObject({
      status: 'ERROR',
      errorCode: '1040',
      errorMessage: 'unreadable',
    });
    expect(apply(queued, { status: 'ERROR' }).errorCode).toBe('UNKNOWN');
  });

  it.each(['COMPLETE', 'ERROR', 'CANCELED'] as const)('that is %s never opens again', (status) => {
    const over = apply(queued, { status });
    for (const late of ['QUEUED', 'TRANSCODING', 'COMPLETE', 'ERROR', 'CANCELED'] as const)
      expect(advance(over, { status: late, percent: 50 })).toBeUndefined();
  });

  it('never goes back in 2,000 shuffled histories with repetitions', () => {
    const next = numbers(7);
    const statuses = [
      'QUEUED',
      'PROBING',
      'TRANSCODING',
      'UPLOADING',
      'COMPLETE',
      'ERROR',
      'CANCELED',
    ] as const;
    const order = ['QUEUED', 'PROBING', 'TRANSCODING', 'UPLOADING'];
    for (let history = 0; history < 2_000; history++) {
      let job = queued;
      for (let step = 0; step < 20; step++) {
        const index = Math.floor(next() * (next() < 0.9 ? 4 : 7));
        const percent = next() < 0.3 ? undefined : next() * 100;
        const after = apply(job, { status: statuses[index] ?? 'QUEUED', percent });
        expect(after.percent).toBeGreaterThanOrEqual(job.percent);
        if (isOver(job)) expect(after).toEqual(job);
        else if (!isOver(after))
          expect(order.indexOf(after.status)).toBeGreaterThanOrEqual(order.indexOf(job.status));
        job = after;
      }
    }
  });
});
