import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { isObject } from '../compiled/json.ts';
import { AllLeft, type LeaveSignal } from '../leave-signal.ts';
import { areSame, type LookedUp } from './store.ts';

/** What a call brought for each of the parts that it was sent for. */
export interface Brought {
  /** As the subgraph sent it. */
  readonly result: FormattedExecutionResult;
  /** A value per part, for whoever sent the call; undefined if there is none. */
  readonly values: readonly unknown[] | undefined;
  /** The same for somebody else: answers are built of them, and each needs its own. */
  copies(): readonly unknown[] | undefined;
  /** Indexes of the parts that may be kept: no error came with them, and they are what was asked for. */
  readonly good: ReadonlySet<number>;
  /** Errors that concern one part, with their paths from `_entities` and the part's index on, by that index. */
  readonly errorsOf: ReadonlyMap<number, readonly GraphQLFormattedError[]>;
  /** Errors that concern all parts, for all that is known. */
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Tells apart what came for whom.
 * @param values undefined if there are none
 * @param byIndex whether parts are entities
 * @param good indexes of the parts that may be kept; none if not given
 */
export function brought(
  result: FormattedExecutionResult,
  values: readonly unknown[] | undefined,
  byIndex: boolean,
  good: ReadonlySet<number> = new Set(),
): Brought {
  const errorsOf = new Map<number, GraphQLFormattedError[]>();
  const errors: GraphQLFormattedError[] = [];
  for (const error of result.errors ?? []) {
    const path: unknown = isObject(error) ? error['path'] : undefined;
    const index =
      byIndex && Array.isArray(path) && path[0] === '_entities' ? (path[1] as unknown) : undefined;
    if (typeof index !== 'number') errors.push(error);
    else errorsOf.set(index, [...(errorsOf.get(index) ?? []), error]);
  }
  let text: string | undefined;
  return {
    result,
    values,
    copies: () => values && (JSON.parse((text ??= JSON.stringify(values))) as unknown[]),
    good,
    errorsOf,
    errors,
  };
}

/** A call under way, which several clients may wait for. */
export interface Sent {
  /** Rejects if the subgraph did not answer. */
  readonly answer: Promise<Brought>;
  /** A client waits for it from now on, until it leaves. The last that leaves takes the call with it. */
  wait(signal: LeaveSignal): void;
}

/** A part that a call under way brings. */
export interface Flight {
  readonly sent: Sent;
  /** Its place among the parts of the call. */
  readonly index: number;
}

interface Flying {
  readonly key: string;
  readonly versions: LookedUp['versions'];
}

/**
 * Parts that are asked for now: whoever else lacks one of them waits for the same call. Who has seen a newer version of
 * a tag does not, for what is under way may be older than the invalidation.
 */
export interface Flights {
  /** undefined if the part is not under way */
  find(part: Flying): Flight | undefined;
  /**
   * @param parts those of the call, in its order; undefined for one that is nobody else's business
   * @param send sends the call for as long as somebody waits
   */
  begin(parts: readonly (Flying | undefined)[], send: (signal: LeaveSignal) => Promise<Brought>): Sent;
}

export function createFlights(): Flights {
  const flights = new Map<string, Flight & Flying>();
  return {
    find(part) {
      const flight = flights.get(part.key);
      return flight && areSame(flight.versions, part.versions) ? flight : undefined;
    },
    begin(parts, send) {
      let waited = false;
      let followed = false;
      const own: (Flight & Flying)[] = [];
      const over = (): void => {
        for (const flight of own) if (flights.get(flight.key) === flight) flights.delete(flight.key);
      };
      const left = new AllLeft(over);
      const answer = send(left).then((came) => {
        // before whoever sent the call builds an answer of what came
        if (followed) came.copies();
        return came;
      });
      const sent: Sent = {
        answer,
        wait(signal) {
          followed ||= waited;
          waited = true;
          left.wait(signal);
        },
      };
      for (const [index, part] of parts.entries()) {
        if (!part) continue;
        const flight = { key: part.key, versions: part.versions, sent, index };
        own.push(flight);
        flights.set(part.key, flight);
      }
      answer.then(over, over);
      return sent;
    },
  };
}
