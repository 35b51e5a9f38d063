/** Phases in their order. */
export const phases = ['PROBING', 'TRANSCODING', 'UPLOADING'] as const;
export type Phase = (typeof phases)[number];
export type JobStatus = 'SUBMITTED' | 'PROGRESSING' | 'COMPLETE' | 'CANCELED' | 'ERROR';

export interface OutputDetail {
  readonly outputFilePaths: readonly string[];
  readonly durationInMs: number;
  readonly videoDetails?: {
    readonly widthInPx: number;
    readonly heightInPx: number;
    readonly averageBitrate: number;
  };
}

export interface OutputGroupDetail {
  readonly type: 'CMAF_GROUP';
  readonly playlistFilePaths: readonly string[];
  readonly outputDetails: readonly OutputDetail[];
}

/** A job as it is stored and as the API tells it; times are seconds since 1970. */
export interface Job {
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly role: string;
  readonly queue: string;
  /** As the client sent them. */
  readonly settings: Record<string, unknown>;
  readonly userMetadata: Record<string, string>;
  readonly clientRequestToken?: string;
  readonly status: JobStatus;
  readonly currentPhase?: Phase;
  readonly jobPercentComplete?: number;
  readonly retryCount: number;
  readonly timing: { readonly submitTime: number; readonly startTime?: number; readonly finishTime?: number };
  readonly errorCode?: number;
  readonly errorMessage?: string;
  readonly messages: { readonly info: readonly string[]; readonly warning: readonly string[] };
  readonly outputGroupDetails?: readonly OutputGroupDetail[];
}

/** Codes of failed jobs, after MediaConvert's own; the README tells each. */
export const jobErrorCodes = {
  beyondLimits: 1010,
  noUsableVideo: 1030,
  unreadableContainer: 1040,
  inputMissing: 1404,
  inputForbidden: 1433,
  outputForbidden: 1434,
  internal: 1999,
} as const;

/** Ends a job with a code that its owner can act on. */
export class JobFailure extends Error {
  override name = 'JobFailure';
  readonly code: number;

  constructor(code: keyof typeof jobErrorCodes, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = jobErrorCodes[code];
  }
}

export const isFinal = (status: JobStatus): boolean => status !== 'SUBMITTED' && status !== 'PROGRESSING';
