import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../../platform/errors.ts';
import { RequestRefused } from './operation.ts';

/**
 * Names that a message suggests at its end would tell of the schema where introspection is off. No expression looks for
 * them: a message repeats values of a client, and one that says these words over and over would take minutes.
 */
export function withoutSuggestion(message: string): string {
  const at = message.endsWith('?') ? message.lastIndexOf(' Did you mean ') : -1;
  return at === -1 ? message : message.slice(0, at);
}

/** Characters of a message: names and values of a client's choice are in it. */
const LONGEST_MESSAGE = 2_000;

const cut = (message: string): string =>
  message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;

/** A refusal of an operation for what is wrong with its text or variables. @param suggest whether messages may suggest names */
export function refused(code: ErrorCode, errors: readonly GraphQLError[], suggest = true): RequestRefused {
  return new RequestRefused(
    errors.map(
      ({ message, nodes, source, positions }) =>
        new GraphQLError(cut(suggest ? message : withoutSuggestion(message)), {
          nodes: nodes ?? null,
          source: source ?? null,
          positions: positions ?? null,
          extensions: { code },
        }),
    ),
  );
}
