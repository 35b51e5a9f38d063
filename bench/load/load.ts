/** What the load process is asked to do, and what it tells. */
export interface LoadOrder {
  /** Address of the gateway's GraphQL endpoint. */
  readonly url: string;
  /** A body to send again and again, or undefined for operations that were never sent before. */
  readonly body: string | undefined;
  /** Bytes of the right answer; answers of another length are counted as wrong. */
  readonly bytes?: number;
  /** Sent along, if any. */
  readonly authorization?: string | undefined;
  readonly connections: number;
  /** Seconds before the measurement. */
  readonly warmUp: number;
  readonly seconds: number;
  /** Number of the first unknown operation. */
  readonly firstCold?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers of another status than 200, of another length than the right one, or none. */
  readonly wrong: number;
  readonly firstWrong?: string;
}

/** `measuring` when the warm-up is over, `measured` at the end of the window, `idle` when no request is under way. */
export type LoadMessage =
  | { readonly type: 'measuring' }
  | { readonly type: 'measured'; readonly result: LoadResult }
  | { readonly type: 'idle' };
