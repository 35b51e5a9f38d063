/** Values that may be forgotten at any time. */
export interface Cache {
  /** The value under `key`, or undefined when there is none or it is older than its lifetime. */
  get<Value>(key: string): Promise<Value | undefined>;
  /** @param value plain JSON @param lifetimeSeconds after which it is gone */
  set(key: string, value: unknown, lifetimeSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}
