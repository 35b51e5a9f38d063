/** What is to be handled soon. */
export interface Backlog<Item> {
  add(item: Item): void;
  /** Handles all that is in it. */
  drain(): void;
}

/** Items that wait at most: then they are handled whenever the time is. */
const MOST = 256;

/** Drain those that wait for their time. */
const waiting = new Set<() => void>();
process.on('exit', () => {
  for (const drain of waiting) drain();
});

/**
 * Handles items many at a time instead of each in the midst of other work: there the processor has none of the code at
 * hand, and a log line or a count costs several times as much.
 * @param within milliseconds that an item may wait, or until the process exits; until it is drained if not given
 */
export function createBacklog<Item>(
  handle: (items: readonly Item[]) => void,
  within?: number,
): Backlog<Item> {
  let items: Item[] = [];
  let due: NodeJS.Timeout | undefined;
  const drain = (): void => {
    if (due !== undefined) {
      clearTimeout(due);
      due = undefined;
      waiting.delete(drain);
    }
    const all = items;
    items = [];
    if (all.length > 0) handle(all);
  };
  return {
    add(item) {
      items.push(item);
      if (items.length >= MOST) drain();
      else if (within !== undefined && due === undefined) {
        due = setTimeout(drain, within).unref();
        waiting.add(drain);
      }
    },
    drain,
  };
}
