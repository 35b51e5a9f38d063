export interface Allowance {
  readonly allowed: boolean;
  /** points left in this window */
  readonly remaining: number;
  /** seconds until the window ends */
  readonly retryAfterSeconds: number;
}

/** Counts how much of something was used in a window of time. */
export interface Limits {
  /**
   * Uses `points` of what `key` has in its window, if so many are left.
   * @param limit points a window holds
   * @param windowSeconds length of the window, which begins at the first use
   * @returns a promise only where others count too
   * @throws {RangeError} for a window that is not between one second and 24 days long
   */
  consume(key: string, points: number, limit: number, windowSeconds: number): Allowance | Promise<Allowance>;
  /** Has a listener told of each use that this process counted alone, where it counts with others and could not. */
  onAlone?(listener: () => void): void;
  /** Gives the key a fresh window. */
  reset(key: string): Promise<void>;
  close(): Promise<void>;
}
