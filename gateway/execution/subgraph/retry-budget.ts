/**
 * Bounds how many more requests a subgraph gets because requests failed: a subgraph in trouble must not get a storm on
 * top of it. Each request pays a share of a retry in, each retry takes a whole one out.
 */
export interface RetryBudget {
  /** Counts a request that is no retry. */
  pay(): void;
  /** Whether a retry is paid for; takes it if so. */
  take(): boolean;
}

/** Retries that may be saved up in quiet times. */
const MOST_SAVED = 10;

/** @param share retries per request: 0.1 lets a subgraph get at most 1.1 times the requests */
export function createRetryBudget(share: number): RetryBudget {
  // counted in thousandths: sums of 0.1 do not come to 1
  const payment = Math.round(share * 1_000);
  let saved = 0;
  return {
    pay() {
      saved = Math.min(saved + payment, MOST_SAVED * 1_000);
    },
    take() {
      if (saved < 1_000) return false;
      saved -= 1_000;
      return true;
    },
  };
}
