import { isObject } from '../execution/compiled/json.ts';

/** An operation that was begun. */
interface Begun {
  /** Whether the client has said `complete` for it. */
  withdrawn: boolean;
  /** The `subscribe` message of the next one with its id. */
  next: object | undefined;
}

/**
 * Hands the messages of a client to graphql-ws, but where an id is used again after a `complete`, the new operation only
 * when the old one is over: graphql-ws knows operations by their ids alone, and would take one for the other.
 * @param take as graphql-ws takes a message: text, or what it is parsed to. Resolves when all that it asks for is over
 * @param failed told when `take` rejects
 * @param begins whether an operation may begin now; the others are dropped without a word
 */
export function inOrder(
  take: (message: string | object) => Promise<void>,
  failed: (error: unknown) => void,
  begins: () => boolean,
): (text: string) => void {
  const operations = new Map<string, Begun>();

  const begin = (id: string, message: object): void => {
    if (!begins()) return;
    const operation: Begun = { withdrawn: false, next: undefined };
    operations.set(id, operation);
    void take(message)
      .catch(failed)
      .then(() => {
        if (operations.get(id) === operation) operations.delete(id);
        if (operation.next) begin(id, operation.next);
      });
  };

  return (text) => {
    const message = parsed(text);
    const { id, type } = message ?? {};
    const operation = typeof id === 'string' ? operations.get(id) : undefined;
    if (typeof id === 'string' && message && type === 'subscribe') {
      // a third one is as wrong as a second beside one that runs, and graphql-ws says so
      if (operation?.withdrawn && !operation.next) operation.next = message;
      else begin(id, message);
    } else if (type === 'complete' && operation?.next) operation.next = undefined;
    else {
      if (type === 'complete' && operation) operation.withdrawn = true;
      take(message ?? text).catch(failed);
    }
  };
}

/** undefined for what is no JSON object: that is graphql-ws's to refuse */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
