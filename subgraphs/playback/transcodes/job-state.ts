import type { TranscodeJob, TranscodeStatus } from '../generated/prisma/client.ts';

/** What somebody tells of a job, an event or an answer: it may be old, or told before. */
export interface JobReport {
  readonly status: TranscodeStatus;
  /** 0 to 100, if it was told. */
  readonly percent?: number | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

export type JobChange = Pick<
  TranscodeJob,
  'status' | 'percent' | 'errorCode' | 'errorMessage' | 'finishedAt'
>;

/** How far a job is that is not over. */
const order: readonly TranscodeStatus[] = ['QUEUED', 'PROBING', 'TRANSCODING', 'UPLOADING'];

export const isOver = ({ status }: { status: TranscodeStatus }): boolean => !order.includes(status);

/**
 * What a job is after a report. Reports come twice, late and out of order, so status and percent only go forward,
 * and a job that is over stays as it is.
 * @returns undefined if the report changes nothing
 */
export function advance(job: TranscodeJob, report: JobReport, now = new Date()): JobChange | undefined {
  if (isOver(job)) return undefined;
  if (isOver(report)) {
    const failed = report.status === 'ERROR';
    return {
      status: report.status,
      percent: report.status === 'COMPLETE' ? 100 : job.percent,
      errorCode: failed ? (report.errorCode ?? 'UNKNOWN') : null,
      errorMessage: failed ? (report.errorMessage ?? 'The transcoder gave no reason.') : null,
      finishedAt: now,
    };
  }
  const status = order.indexOf(report.status) > order.indexOf(job.status) ? report.status : job.status;
  // 100 is for a job that is complete: its renditions are recorded after the last byte is written
  const percent = Math.max(job.percent, Math.min(99, Math.floor(report.percent ?? 0)));
  if (status === job.status && percent === job.percent) return undefined;
  return { status, percent, errorCode: null, errorMessage: null, finishedAt: null };
}
