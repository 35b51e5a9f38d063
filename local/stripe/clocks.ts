import type { Transaction } from './state.ts';

/** Seconds since 1970, as the API counts. */
export const wallClock = (): number => Math.floor(Date.now() / 1000);

/** The time that an object lives in: its test clock's, or everybody's. */
export const timeOf = (tx: Transaction, testClock: string | null | undefined): number =>
  (testClock ? tx.get('test_clocks', testClock)?.frozen_time : undefined) ?? wallClock();

export const day = 86_400;
export const hour = 3_600;
