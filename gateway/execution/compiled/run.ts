import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLError } from 'graphql';
import { codedError } from '../../../platform/errors.ts';
import type { ExecutionRequest } from '../executor.ts';
import type { SubgraphAnswer, SubgraphClient } from '../subgraph/client.ts';
import type { JsonObject } from './json.ts';

/** One execution of an operation: what the steps of its plan read and fill. */
export interface Run {
  readonly request: ExecutionRequest;
  /** All that the subgraphs answered, merged. It holds more than the client asked for, and nothing in it is checked. */
  readonly data: JsonObject;
  readonly errors: GraphQLError[];
  readonly strings: Strings;
  /** Answers to calls that may be made again, by subgraph and body; undefined where none are. */
  readonly answers: Map<string, Promise<SubgraphAnswer>> | undefined;
  /** Characters of variables in all calls so far. */
  sent: number;
  /** Long values of variables, by name, as JSON. */
  long: Map<string, string> | undefined;
  /** Of an answer in parts: the fetches that were begun. */
  readonly begun?: Map<FetchNode, Begun>;
}

/** What is known of the strings in all that the subgraphs answered. */
export interface Strings {
  /**
   * Whether none needs an escape when it is written: where an answer's JSON has no backslash, no string in it has a
   * character that JSON escapes, nor half a surrogate pair, which UTF-8 cannot hold.
   */
  plain: boolean;
}

/** A fetch that several parts of an answer may wait for. */
export interface Begun {
  /** Resolves when it is over; never rejects. */
  readonly over: Promise<void>;
  readonly errors: readonly GraphQLError[];
}

/** @param repeats whether some of its calls may be equal */
export const beginRun = (request: ExecutionRequest, repeats: boolean): Run => ({
  request,
  data: {},
  errors: [],
  strings: { plain: true },
  answers: repeats ? new Map() : undefined,
  sent: 0,
  long: undefined,
});

/** Characters from which on a value is written once for all calls. */
const LONG = 10_000;

/** The value of a client's variable as JSON. */
export function jsonOf(run: Run, variable: string, value: unknown): string {
  const known = run.long?.get(variable);
  if (known !== undefined) return known;
  const json = JSON.stringify(value);
  if (json.length > LONG) (run.long ??= new Map()).set(variable, json);
  return json;
}

/** Characters of variables that all calls of one run may carry. */
const MOST_SENT = 64 * 1024 * 1024;

/**
 * Counts what a call carries of variables. A field may be asked for in hundreds of places of an answer, by a call each: a
 * long value that is given to it would be in memory, and on its way, as often.
 * @throws `PAYLOAD_TOO_LARGE`
 */
export function countSent(run: Run, characters: number): void {
  if (run.sent > 0 && run.sent + characters > MOST_SENT)
    throw codedError(
      'PAYLOAD_TOO_LARGE',
      'The values of variables would have to be sent to services too often. Send shorter ones, or give them to fewer fields.',
    );
  run.sent += characters;
}

/** An answer came. @param text as it came in UTF-8; undefined where it is not at hand */
export function noteAnswer({ request, strings }: Run, text: string | undefined): void {
  request.onAnswer?.();
  if (strings.plain && (text === undefined || text.includes('\\'))) strings.plain = false;
}

/** A part of a plan, ready to run. It puts what it finds into the run and never rejects. */
export type Step = (run: Run) => Promise<void>;

/**
 * Asks a subgraph once for all equal calls of a run.
 * @param key what makes calls equal
 * @param shared whether those who ask only read the answer, and may all have the same
 */
export async function askOnce(
  run: Run,
  client: SubgraphClient,
  key: string,
  body: string,
  shared: boolean,
): Promise<SubgraphAnswer> {
  const known = run.answers?.get(key);
  if (known) {
    const { result, text } = await known;
    return shared ? { result, text } : { result: JSON.parse(text) as SubgraphAnswer['result'], text };
  }
  const answer = client.post(body, run.request);
  run.answers?.set(key, answer);
  return answer;
}
