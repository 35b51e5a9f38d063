import { AllLeft } from './leave-signal.ts';
import type { Asker, SubgraphAnswer } from './subgraph/client.ts';

/** A call that is under way. */
interface Call {
  readonly answer: Promise<SubgraphAnswer>;
  readonly left: AllLeft;
}

/**
 * Sends equal queries to a subgraph once if they are asked for at the same time, whichever clients they come from. They
 * are equal if the subgraph would see no difference but the trace: text, variables, and all that is known of the viewer.
 * Nothing is kept: who comes after the answer asks anew. A client that leaves takes the call with it only if it is the
 * last that waited. Mutations are always sent, and so is what is to be kept: the cache merges that itself, and knows what
 * was invalidated meanwhile.
 * @param send sends one call
 * @param onMerged told of each call that joins another
 */
export function createMergedCalls(
  send: (body: string, asker: Asker) => Promise<SubgraphAnswer>,
  onMerged?: () => void,
): (body: string, asker: Asker) => Promise<SubgraphAnswer> {
  const underWay = new Map<string, Call>();

  const begin = (key: string, body: string, asker: Asker): Call => {
    const over = (): void => {
      if (underWay.get(key) === call) underWay.delete(key);
    };
    const left = new AllLeft(over);
    const call: Call = { answer: send(body, { ...asker, signal: left }), left };
    call.answer.then(over, over);
    underWay.set(key, call);
    return call;
  };

  return async (body, asker) => {
    if (asker.mayRetry !== true || asker.joinsNone === true) return send(body, asker);
    const key = `${JSON.stringify(asker.viewer)}\n${body}`;
    const known = underWay.get(key);
    if (known) onMerged?.();
    const call = known ?? begin(key, body, asker);
    call.left.wait(asker.signal);
    const { result, text } = await call.answer;
    // each client's answer is built into this tree: every one needs a tree of its own
    return { result: known ? (JSON.parse(text) as SubgraphAnswer['result']) : result, text };
  };
}
