import type { PreparedOperation } from '../operation/operation.ts';

/** When an operation may begin. */
export interface Turns {
  /**
   * Runs an operation, by `work`, when its turn has come: at once while the process has time, or where one call at most is
   * needed, since it is over before anything of it gets old.
   */
  begin<Result>(
    operation: Pick<PreparedOperation, 'plan' | 'type' | 'deferral'>,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** To be called when something that running work waits for is there: it has work to do. */
  progress(): void;
  /** How many wait for their turn. */
  readonly waiting: number;
}

/** So many run side by side in any case, so that the other end of a call always has something to do. */
export const AT_ONCE = 8;
/** Work that takes longer waits for a slow subgraph or client, and its place is free again. Milliseconds. */
const LONGEST_PLACE = 50;

/**
 * Finishes what has begun before more is begun. A process that has more requests than time gains nothing by running them
 * all side by side: each takes as long, and what has come in for all of them lies in memory meanwhile, where collecting
 * garbage steps over it again and again. So where some run, others begin only after a turn of the event loop in which
 * nothing came in for these: that is when time is left over, because they wait for others.
 */
export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  /** When what runs began, in that order, but for what has run too long. */
  const places = new Set<{ readonly since: number }>();
  let progressed = false;

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const place = { since: performance.now() };
    places.add(place);
    try {
      return await work();
    } finally {
      places.delete(place);
    }
  };
  const isFree = (): boolean => {
    if (places.size < AT_ONCE) return true;
    const before = performance.now() - LONGEST_PLACE;
    for (const place of places) {
      if (place.since > before) break;
      places.delete(place);
    }
    return places.size < AT_ONCE;
  };
  const turn = (): void => {
    if (!progressed) waiting.shift()?.();
    while (waiting.length > 0 && isFree()) waiting.shift()?.();
    progressed = false;
    if (waiting.length > 0) setImmediate(turn);
  };
  return {
    begin({ plan }, work) {
      if (plan.node === undefined || plan.node.kind === 'Fetch') return work();
      if (waiting.length === 0 && isFree()) return run(work);
      if (waiting.length === 0) {
        progressed = false;
        setImmediate(turn);
      }
      return new Promise((resolve) => waiting.push(() => resolve(run(work))));
    },
    progress() {
      progressed = true;
    },
    get waiting() {
      return waiting.length;
    },
  };
}
