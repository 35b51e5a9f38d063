import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, GraphQLError, OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { OperationAccess } from './access.ts';
import type { Decide } from './planning/decided-conditions.ts';
import type { Deferral } from './deferral.ts';
import type { Reduced } from './without-fields.ts';
import type { Supergraph } from '../supergraph/build.ts';

/** What a client asks for, whichever way it came. */
export interface OperationRequest {
  /** undefined if the client sent no text, but its hash or id */
  readonly query?: string | undefined;
  /** Names a document that is known here already. */
  readonly documentId?: string | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: Record<string, unknown> | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
  /** What a developer wants to see of its execution, in the answer's extensions. */
  readonly inspect?: Inspection | undefined;
}

export interface Inspection {
  readonly cost?: boolean;
  readonly plan?: boolean;
  readonly cache?: boolean;
}

/** A request whose text is known. */
export interface TextRequest extends OperationRequest {
  readonly query: string;
}

/** All that depends on an operation's text alone, computed once and kept. */
export interface PreparedOperation {
  /** What it was checked and planned against; it runs on this one even if a newer one is loaded meanwhile. */
  readonly supergraph: Supergraph;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly name: string | undefined;
  readonly type: OperationTypeNode;
  readonly plan: QueryPlan;
  /** The document that was planned: without `@defer`, and a subscription's without conditions on its root field, which are checked at start. */
  readonly planned: DocumentNode;
  /** Values of the variables that its plan hangs on, given those of all; absent if it hangs on none. */
  readonly decide?: Decide | undefined;
  /** The values of these that it was planned for. */
  readonly decisions: ReadonlyMap<string, boolean>;
  /** What of it may come later than the rest; `plan` and `planned` defer nothing. */
  readonly deferral?: Deferral | undefined;
  /** What of it not everyone may see; absent if everyone may see all of it. */
  readonly access?: OperationAccess | undefined;
  /** Labels of progressive `@override` that decide where its fields are fetched. */
  readonly overrideLabels?: readonly string[] | undefined;
  /** Makes the result of an operation that was reduced for its viewer the answer to what the client asked. */
  readonly restore?: Reduced['restore'] | undefined;
}

/** A request that is refused before anything is executed: the answer has errors and no data. */
export class RequestRefused extends Error {
  override name = 'RequestRefused';
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.errors = errors;
  }
}
