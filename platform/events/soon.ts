import type { PubSub } from './events.ts';

/** In milliseconds; events take some tens. */
const PATIENCE = 1_000;

/**
 * Asks a read model, and asks again after each change that is called out on `channel`, until there is an answer or
 * patience is over. A client that has just made something at another service comes here before the event does.
 * @param patience in milliseconds
 * @returns null if there was no answer in time
 */
export async function soon<Value>(
  pubsub: PubSub,
  channel: string,
  ask: () => Promise<Value | null | undefined>,
  patience = PATIENCE,
): Promise<Value | null> {
  const known = await ask();
  if (known !== null && known !== undefined) return known;
  const changes = await pubsub.subscribe<unknown>(channel, 1);
  const timer = setTimeout(() => void changes.return?.(), patience);
  try {
    let answer = await ask(); // what changed before we listened
    while ((answer === null || answer === undefined) && !(await changes.next()).done) answer = await ask();
    return answer ?? null;
  } finally {
    clearTimeout(timer);
    await changes.return?.();
  }
}
