import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

// Clients may send requests before the answers to earlier ones on the same connection
// (https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2).

/** Requests on one connection that are worked on before the answers to those before them are taken. */
const MOST_BEHIND = 16;

interface Behind {
  /** Answers that wait for others on the same connection. */
  readonly answers: Set<ServerResponse>;
  /** Begins further ones. */
  readonly more: (() => void)[];
}
const behind = new WeakMap<Socket, Behind>();

/**
 * Begins a request whose answer has to wait for others on its connection, some at a time: who sends many and reads no answer
 * would have us keep them all. It is closed with its connection: while it waits node does not do that, and its handler would
 * never hear that the client has left.
 */
export function beginBehind(connection: Socket, response: ServerResponse, begin: () => void): void {
  let waiting = behind.get(connection);
  if (!waiting) {
    const { answers, more } = (waiting = { answers: new Set(), more: [] });
    behind.set(connection, waiting);
    connection.once('close', () => {
      more.length = 0;
      for (const one of answers) {
        // from its turn on node does
        if (one.socket) continue;
        one.destroy();
        one.emit('close');
      }
    });
  }
  const { answers, more } = waiting;
  const take = (): void => {
    answers.add(response);
    response.once('close', () => {
      answers.delete(response);
      more.shift()?.();
    });
    begin();
  };
  if (answers.size < MOST_BEHIND) take();
  else more.push(take);
}

/** The answer that is being made or sent on a connection: node's server notes the one whose turn it is. */
export const answerOn = (connection: Socket): ServerResponse | null | undefined =>
  (connection as Socket & { _httpMessage?: ServerResponse | null })._httpMessage;

/**
 * Whether no request has come after this one on its connection: node's parser knows the one that came last, and is gone
 * where that asked for another protocol.
 */
export function isNewest(request: IncomingMessage): boolean {
  const { parser } = request.socket as Socket & { parser?: { incoming?: IncomingMessage | null } | null };
  return parser != null && (parser.incoming ?? request) === request;
}
