import type { PreparedOperation } from '../operation/operation.ts';
import type { Executed, ExecutionRequest } from './executor.ts';
import { AllLeft } from './leave-signal.ts';

type Execute = (operation: PreparedOperation, request: ExecutionRequest) => Promise<Executed>;

/** An execution that others may still wait for. */
interface UnderWay {
  readonly executed: Promise<Executed>;
  readonly left: AllLeft;
}

/** Characters of a viewer and variables that are compared; whoever sends more has it executed apart. */
const LONGEST_KEY = 10_000;

/**
 * Executes equal queries once if they are asked for at the same time, whichever clients they come from: those of one form
 * of an operation, with the same variables, and from viewers of whom subgraphs would be told the same. One is joined until
 * a first subgraph has answered: whoever waits gets nothing that was read before it asked, as with merged calls. A client
 * that leaves takes the execution with it only if it is the last that waited.
 * @param execute runs one, when its turn has come
 * @param onMerged told of each query that joins another
 */
export function createMergedOperations(execute: Execute, onMerged?: () => void): Execute {
  const underWay = new WeakMap<PreparedOperation, Map<string, UnderWay>>();

  return (operation, request) => {
    const key = `${JSON.stringify(request.viewer)}\n${JSON.stringify(request.variables)}`;
    if (key.length > LONGEST_KEY) return execute(operation, request);
    const equal = underWay.get(operation) ?? new Map<string, UnderWay>();
    underWay.set(operation, equal);
    let one = equal.get(key);
    if (one) onMerged?.();
    else {
      const onAnswer = (): void => {
        if (equal.get(key) === one) equal.delete(key);
      };
      const left = new AllLeft(onAnswer);
      one = { executed: execute(operation, { ...request, signal: left, onAnswer }), left };
      equal.set(key, one);
      one.executed.then(onAnswer, onAnswer);
    }
    one.left.wait(request.signal);
    return one.executed;
  };
}
