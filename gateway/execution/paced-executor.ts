import type { PreparedOperation } from '../operation/operation.ts';
import type { Executed, ExecutionRequest, Executor } from './executor.ts';

/** Executions that begin in one turn of the event loop. */
const PER_TURN = 2;

interface Waiting {
  readonly operation: PreparedOperation;
  readonly request: ExecutionRequest;
  readonly resolve: (executed: Promise<Executed>) => void;
}

/**
 * Begins few executions in each turn of the event loop, so that the answers of subgraphs that the same turn brings end
 * those that have begun. Where more is asked than a core can do, all of it would otherwise be under way at once, and
 * what is fetched would grow old in memory, which is what garbage collection is slow at. A process that has time left
 * turns faster, and keeps nobody waiting.
 */
export function createPacedExecutor(executor: Executor): Executor {
  const waiting: Waiting[] = [];
  let begun = 0;
  let turning = false;

  const begin = (operation: PreparedOperation, request: ExecutionRequest): Promise<Executed> => {
    begun += 1;
    if (!turning) {
      turning = true;
      setImmediate(turn);
    }
    return executor.execute(operation, request);
  };
  const turn = (): void => {
    begun = 0;
    turning = false;
    for (const { operation, request, resolve } of waiting.splice(0, PER_TURN))
      resolve(begin(operation, request));
  };

  return {
    ...executor,
    execute(operation, request) {
      if (begun < PER_TURN) return begin(operation, request);
      return new Promise((resolve) => waiting.push({ operation, request, resolve }));
    },
  };
}
