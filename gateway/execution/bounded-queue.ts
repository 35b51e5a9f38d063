/** Hands values from one who pushes to one who iterates, and keeps a bounded number of those not yet taken. */
export interface BoundedQueue<Value> extends AsyncIterableIterator<Value> {
  /** Adds a value. When the queue is full the oldest is dropped: the newest state is what a slow client needs. */
  push(value: Value): void;
  /** No more values; those in the queue are still handed out. */
  end(): void;
  return(): Promise<IteratorResult<Value>>;
}

/**
 * @param limit values kept
 * @param onReturn called once, when the one who iterates has left
 * @param onDrop called for every value dropped
 */
export function createBoundedQueue<Value>(
  limit: number,
  onReturn: () => void,
  onDrop: () => void = () => {},
): BoundedQueue<Value> {
  const values: Value[] = [];
  const waiting: ((result: IteratorResult<Value>) => void)[] = [];
  let state: 'open' | 'ended' | 'returned' = 'open';
  const finished: IteratorResult<Value> = { done: true, value: undefined };
  const release = (): void => {
    for (const resolve of waiting.splice(0)) resolve(finished);
  };

  return {
    push(value) {
      if (state !== 'open') return;
      const taker = waiting.shift();
      if (taker) return taker({ done: false, value });
      values.push(value);
      if (values.length > limit) {
        values.shift();
        onDrop();
      }
    },
    end() {
      if (state !== 'open') return;
      state = 'ended';
      release();
    },
    next() {
      const value = values.shift();
      if (value !== undefined) return Promise.resolve({ done: false, value });
      if (state !== 'open') return Promise.resolve(finished);
      return new Promise((resolve) => waiting.push(resolve));
    },
    return() {
      if (state !== 'returned') {
        state = 'returned';
        values.length = 0;
        release();
        onReturn();
      }
      return Promise.resolve(finished);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
