import { createContext, Script, type Context } from 'node:vm';

interface Room extends Context {
  work: () => unknown;
}

let room: Room | undefined;
const run = new Script('work()');

/**
 * Does work on this thread and ends it where it stands once its time is up, whatever loop it is in. `finally` blocks are
 * not run then, so what the work leaves behind must be of use half done.
 * @param milliseconds for none, or less than one, it is given one
 * @returns what the work returns; undefined if it was ended
 * @throws what it throws
 */
export function withinTime<Result>(milliseconds: number, work: () => Result): Result | undefined {
  room ??= createContext({ work }) as Room;
  room.work = work;
  try {
    return run.runInContext(room, {
      timeout: Math.max(1, Math.round(milliseconds)),
      // the line of source that threw would come before the stack: in the product that is a file of one line
      displayErrors: false,
    }) as Result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  } finally {
    // an operation must not live on by its planning
    room.work = nothing;
  }
}

const nothing = (): void => {};
