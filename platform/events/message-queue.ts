/** What one subscriber has not read yet, as an iterator: holds up to `limit` messages, then drops the oldest. */
export class MessageQueue<Message> implements AsyncIterableIterator<Message> {
  readonly #limit: number;
  readonly #onReturn: (queue: MessageQueue<Message>) => void;
  #messages: Message[] = [];
  #waiting: ((result: IteratorResult<Message, undefined>) => void)[] = [];
  #ended = false;

  /** @param onReturn called once when the reader leaves, with this queue */
  constructor(limit: number, onReturn: (queue: MessageQueue<Message>) => void) {
    if (!(limit >= 1)) throw new RangeError(`A subscription must hold at least one message, not ${limit}.`);
    this.#limit = limit;
    this.#onReturn = onReturn;
  }

  push(message: Message): void {
    if (this.#ended) return;
    const reader = this.#waiting.shift();
    if (reader) return reader({ done: false, value: message });
    if (this.#messages.length >= this.#limit) this.#messages.shift();
    this.#messages.push(message);
  }

  /** No more will come. The reader gets what is left, then the end. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#waiting.splice(0)) reader({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    if (this.#messages.length > 0) {
      return Promise.resolve({ done: false, value: this.#messages.shift() as Message });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The reader leaves: unread messages are forgotten, and reads that wait end. */
  return(): Promise<IteratorResult<Message, undefined>> {
    this.#messages = [];
    if (!this.#ended) {
      this.end();
      this.#onReturn(this);
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
