/** An object saves a closure. */
export type LeaveListener = (() => void) | { handleEvent(): void };

/** Tells that a client has left; an `AbortSignal` is one. */
export interface LeaveSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: LeaveListener): void;
  removeEventListener(type: 'abort', listener: LeaveListener): void;
}

/**
 * The signal of one request. Node's own is an event target with a weak list of listeners, whose making alone costs as
 * much as parsing a small request; this tells the same to the few who listen here.
 */
export class ClientLeft implements LeaveSignal {
  aborted = false;
  #listeners: LeaveListener[] | undefined;

  addEventListener(_type: 'abort', listener: LeaveListener): void {
    if (this.#listeners) this.#listeners.push(listener);
    else this.#listeners = [listener];
  }

  removeEventListener(_type: 'abort', listener: LeaveListener): void {
    const listeners = this.#listeners;
    const index = listeners?.indexOf(listener) ?? -1;
    if (!listeners || index < 0) return;
    // who came last is mostly first to go
    if (index === listeners.length - 1) listeners.pop();
    else listeners.splice(index, 1);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners)
      if (typeof listener === 'function') listener();
      else listener.handleEvent();
  }
}

/** The signal of work that several clients wait for: it tells that the last of them has left. */
export class AllLeft extends ClientLeft {
  #waiting = 0;
  readonly #unwanted: () => void;

  /** @param unwanted called before the work hears of it: nobody else may begin to wait for it */
  constructor(unwanted: () => void) {
    super();
    this.#unwanted = unwanted;
  }

  /** One more client waits, until it leaves. */
  wait(signal: LeaveSignal): void {
    this.#waiting += 1;
    const leave = (): void => {
      this.#waiting -= 1;
      if (this.#waiting > 0) return;
      this.#unwanted();
      this.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  }
}

/** The signal of work that nobody's leaving ends. */
export const neverLeaves: LeaveSignal = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};
