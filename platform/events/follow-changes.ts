import type { PubSub } from './events.ts';

/** How long to believe that nothing changed, in milliseconds: messages are lost while Redis is reconnected to. */
const RECHECK = 15_000;

export interface Followed<State> {
  readonly pubsub: PubSub;
  /** Where each change is called out; what the message says does not matter. */
  readonly channel: string;
  /** The state as it is now; undefined while there is none. */
  readonly read: () => Promise<State | undefined>;
  /** Whether nothing changed that followers care about. */
  readonly isSame: (state: State, told: State) => boolean;
  /** Whether no further state can come: it is told, and the stream ends. */
  readonly isOver?: (state: State) => boolean;
}

/**
 * The states of something: the present one at once, if there is one, and each later one as it comes. It listens
 * before it reads, so no change falls between; states that pass while a slow follower looks away are skipped. Ends
 * at once when the follower leaves.
 */
export async function followChanges<State>(followed: Followed<State>): Promise<AsyncIterableIterator<State>> {
  const messages = await followed.pubsub.subscribe<unknown>(followed.channel, 1);
  const states = statesOf(followed, messages);
  const iterator: AsyncIterableIterator<State> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => states.next(),
    // a generator that waits cannot be returned: ending what it waits for lets it go on to its end
    async return() {
      await messages.return?.();
      await states.return(undefined);
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

async function* statesOf<State>(
  { read, isSame, isOver }: Followed<State>,
  messages: AsyncIterableIterator<unknown>,
): AsyncGenerator<State, void> {
  let told: State | undefined;
  let message = messages.next();
  try {
    for (;;) {
      const state = await read();
      if (state !== undefined && (told === undefined || !isSame(state, told))) {
        told = state;
        yield state;
      }
      if (state !== undefined && isOver?.(state)) return;
      const heard = await soonerOf(message, RECHECK);
      if (heard?.done) return;
      if (heard) message = messages.next();
    }
  } finally {
    await messages.return?.();
  }
}

/** What a promise gives, or undefined if it takes longer. */
async function soonerOf<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
    timer.unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
