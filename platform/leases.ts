/** A fixed number of places under a key, each held by a named holder until it lets its lease run out. */
export interface Leases {
  /**
   * Takes a place for `holder`, or renews the one it holds. Never more than `places` holders hold one at once,
   * however many ask at the same instant.
   * @returns whether the holder has a place now
   */
  acquire(key: string, holder: string, places: number, lifetimeSeconds: number): Promise<boolean>;
  /** Renews a place. @returns false if the holder has none any more; then nothing changes */
  renew(key: string, holder: string, lifetimeSeconds: number): Promise<boolean>;
  release(key: string, holder: string): Promise<void>;
  /** Who holds a place now, oldest first. */
  holders(key: string): Promise<string[]>;
  close(): Promise<void>;
}
