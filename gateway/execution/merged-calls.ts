import { ClientLeft } from './leave-signal.ts';
import type { Asker, SubgraphAnswer } from './subgraph-client.ts';

/** A call that is under way, and how many clients wait for it. */
interface Call {
  readonly answer: Promise<SubgraphAnswer>;
  readonly left: ClientLeft;
  waiting: number;
}

/**
 * Sends equal queries to a subgraph once if they are asked for at the same time, whichever clients they come from. They
 * are equal if the subgraph would see no difference but the trace: text, variables, and all that is known of the viewer.
 * Nothing is kept: who comes after the answer asks anew. A client that leaves takes the call with it only if it is the
 * last that waited. Mutations are always sent.
 * @param send sends one call
 */
export function createMergedCalls(
  send: (body: string, asker: Asker) => Promise<SubgraphAnswer>,
): (body: string, asker: Asker) => Promise<SubgraphAnswer> {
  const underWay = new Map<string, Call>();

  const begin = (key: string, body: string, asker: Asker): Call => {
    const left = new ClientLeft();
    const call: Call = { answer: send(body, { ...asker, signal: left }), left, waiting: 0 };
    const over = (): void => {
      if (underWay.get(key) === call) underWay.delete(key);
    };
    call.answer.then(over, over);
    underWay.set(key, call);
    return call;
  };

  return async (body, asker) => {
    if (asker.mayRetry !== true) return send(body, asker);
    const key = `${JSON.stringify(asker.viewer)}\n${body}`;
    const known = underWay.get(key);
    const call = known ?? begin(key, body, asker);
    call.waiting += 1;
    const leave = (): void => {
      call.waiting -= 1;
      if (call.waiting > 0) return;
      if (underWay.get(key) === call) underWay.delete(key);
      call.left.abort();
    };
    if (asker.signal.aborted) leave();
    else asker.signal.addEventListener('abort', leave);
    const { result, text } = await call.answer;
    // each client's answer is built into this tree: every one needs a tree of its own
    return { result: known ? (JSON.parse(text) as SubgraphAnswer['result']) : result, text };
  };
}
