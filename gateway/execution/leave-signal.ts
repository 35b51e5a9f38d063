/** Tells that a client has left; an `AbortSignal` is one. */
export interface LeaveSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
}

/**
 * The signal of one request. Node's own is an event target with a weak list of listeners, whose making alone costs as
 * much as parsing a small request; this tells the same to the few who listen here.
 */
export class ClientLeft implements LeaveSignal {
  aborted = false;
  #listeners: (() => void)[] | undefined;

  addEventListener(_type: 'abort', listener: () => void): void {
    (this.#listeners ??= []).push(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of this.#listeners ?? []) listener();
  }
}
