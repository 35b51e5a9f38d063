/**
 * Hands values from one who pushes to one who iterates, and keeps a bounded number of those not yet taken. When it is
 * full the oldest is dropped: the newest state is what a slow reader needs. There is one queue for each open stream,
 * so an idle one holds no array and no closure.
 */
export class BoundedQueue<Value> implements AsyncIterableIterator<Value> {
  readonly #limit: number;
  readonly #onReturn: ((queue: BoundedQueue<Value>) => void) | undefined;
  readonly #onDrop: (() => void) | undefined;
  #values: Value[] | undefined;
  #waiting: ((result: IteratorResult<Value, undefined>) => void)[] | undefined;
  #state: 'open' | 'ended' | 'returned' = 'open';

  /**
   * @param limit values kept, at least one
   * @param onReturn called once, with this queue, when the one who iterates has left
   * @param onDrop called for every value dropped
   */
  constructor(limit: number, onReturn?: (queue: BoundedQueue<Value>) => void, onDrop?: () => void) {
    if (!(limit >= 1)) throw new RangeError(`A queue must hold at least one value, not ${limit}.`);
    this.#limit = limit;
    this.#onReturn = onReturn;
    this.#onDrop = onDrop;
  }

  /** Adds a value. */
  push(value: Value): void {
    if (this.#state !== 'open') return;
    const taker = this.#waiting?.shift();
    if (taker) return taker({ done: false, value });
    (this.#values ??= []).push(value);
    if (this.#values.length > this.#limit) {
      this.#values.shift();
      this.#onDrop?.();
    }
  }

  /** No more values; those in the queue are still handed out. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#release();
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    const values = this.#values;
    if (values !== undefined) {
      const value = values.shift() as Value;
      if (values.length === 0) this.#values = undefined;
      return Promise.resolve({ done: false, value });
    }
    if (this.#state !== 'open') return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => (this.#waiting ??= []).push(resolve));
  }

  /** The reader leaves: what it has not taken is forgotten. */
  return(): Promise<IteratorResult<Value, undefined>> {
    if (this.#state !== 'returned') {
      this.#state = 'returned';
      this.#values = undefined;
      this.#release();
      this.#onReturn?.(this);
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) for (const resolve of waiting) resolve({ done: true, value: undefined });
  }
}
