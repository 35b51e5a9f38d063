/** Values that may be forgotten at any time. */
export interface Cache {
  /** The value under `key`, or undefined when there is none or it is older than its lifetime. */
  get<Value>(key: string): Promise<Value | undefined>;
  /** The same for several keys, in one go and in their order. */
  getMany<Value>(keys: readonly string[]): Promise<(Value | undefined)[]>;
  /**
   * @param value plain JSON, kept as it is when this is called, whatever becomes of it afterwards
   * @param lifetimeSeconds after which it is gone
   * @param ifMissed what the key holds when it is read next, if this was not done; nothing if not given
   */
  set(key: string, value: unknown, lifetimeSeconds: number, ifMissed?: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Whether it drops what was used least lately when it is full. It then reads and writes while it is being called: two
   * calls without an `await` between them are one to all others.
   */
  readonly dropsOldest?: boolean;
  /** Has a listener told of each read and each write that was not done, where what keeps the values can be away. */
  onFailure?(listener: (kind: 'read' | 'write') => void): void;
  close(): Promise<void>;
}
