import type { ExecutionResult } from 'graphql';
import type { PreparedOperation } from '../../../operation/operation.ts';
import type { JsonObject } from '../json.ts';
import type { ReferenceRun } from './reference.ts';

/**
 * Where the reference breaks the specification (https://spec.graphql.org/October2021/) and may be departed from. That a
 * reason is given excuses nothing: wherever one is used, the answer has to be the one that graphql-js makes of what the
 * reference fetched.
 */
export const reasons = {
  givesUp:
    'the reference gives up the whole answer for one value of the wrong shape, which is to be null with an error (6.4.3 Value Completion, 6.4.4 Handling Field Errors)',
  breaksOff:
    'the reference breaks off a fetch, or all of them, for a value of the wrong shape on the way (6.4.3, 6.4.4)',
  takesListForObject: 'the reference takes a list for an object (6.4.3 Value Completion)',
  largeInt: 'the reference lets integers pass that have more than 32 bits (3.5.1 Int)',
  numberForId: 'the reference leaves an ID a number (3.5.5 ID)',
  unknownType:
    'the reference answers, or has null without an error, for an object whose type no subgraph tells, or that is not one of its field’s (6.4.3, Resolving Abstract Types)',
  forgetsType:
    'the reference forgets within a fragment on an interface, or once an interface object was asked, what type an object has (6.3.2 Field Collection, DoesFragmentTypeApply)',
  losesFalsy:
    'the reference loses false, 0 and "" where fields whose types differ were asked for under other keys (6.4.3 Value Completion)',
  replacesInLists:
    'the reference replaces a list in a list where the same field was asked for in parts (5.3.2 Field Selection Merging)',
  silentOnceFailed:
    'the reference tells nothing of values that do not fit once a subgraph has sent an error (6.4.4 Handling Field Errors)',
  anyOfSeveral: 'of several values that void one object, either may be told of (6.4.4 Handling Field Errors)',
  otherIndex:
    'the reference takes the index of a representation for that of an object, and so errs in the place where some object had none (7.1.2 Errors, path)',
  noPlace: 'the reference makes a place of a path that leads nowhere (7.1.2 Errors, path)',
  ownErrors:
    'the reference tells of its own workings, without a place, where a subgraph has not answered as it should (7.1.2 Errors, path)',
} as const;
export type Reason = keyof typeof reasons;

/** `allowed` is empty if two answers are the same. */
export type Verdict = { readonly allowed: readonly Reason[] } | { readonly difference: string };

export interface Comparison {
  readonly operation: PreparedOperation;
  readonly variables: Record<string, unknown>;
  readonly ours: ExecutionResult;
  readonly reference: ReferenceRun;
  /** Runs the reference again, mended, with subgraphs that help it over what it gets wrong ({@link World.helpful}). */
  readonly helped: () => Promise<ReferenceRun>;
}

/** What ours is measured by, once its data is accepted. */
export interface Basis {
  readonly reference: ReferenceRun;
  readonly tree: JsonObject;
  readonly allowed: readonly Reason[];
}
