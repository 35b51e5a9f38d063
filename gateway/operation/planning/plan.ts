import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import { GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { withContextsFirst } from './contexts-first.ts';
import { withConditionalAliases } from './conditional-aliases.ts';
import { decidingConditions, withDecidedConditions } from './decided-conditions.ts';
import { withDefaultArguments } from './default-arguments.ts';
import { asksToDefer, createDeferral, withoutDefer, type Deferral } from '../deferral.ts';
import type { PreparedOperation, RequestRefused } from '../operation.ts';
import { planParts } from './part-plans.ts';
import { operationIn } from '../fragments.ts';
import { withOwnTypes } from './interface-representations.ts';
import { bringsAll } from './plan-coverage.ts';
import { planningsOf, type Planning } from './planning.ts';
import { withPossibleTypes } from './possible-types.ts';
import { withPrivateKeys } from './private-keys.ts';
import { joinsOf } from './refetch.ts';
import { refused } from '../refused.ts';
import { withFetchesPutOff } from './put-off-fetches.ts';
import { withOwnRepresentations } from './representations-variable.ts';
import { withoutRootConditions } from './root-conditions.ts';
import { withSeparateConditions } from './separate-conditions.ts';
import { hasExternals, hasUnmetRequirements } from './unmet-requirements.ts';
import { asksInVain } from './unfound-objects.ts';
import { unplannedErrors, withAskedTypes, withNarrowedTypes } from './unresolvable.ts';
import { withinTime } from './within-time.ts';
import { withoutIntrospection } from './without-introspection.ts';

/** On what besides its text an operation's plan hangs. */
export interface PlanChoice {
  /** Labels of progressive `@override` whose fields come from the subgraph that takes them over. */
  readonly labels?: readonly string[];
  /** Values of the variables that make a difference; those by default if not given. */
  readonly decisions?: ReadonlyMap<string, boolean>;
}

/**
 * Plans one operation of a valid document.
 * @throws {RequestRefused} if it would take the planner too long
 */
export function planOperation(
  supergraph: Supergraph,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  choice: PlanChoice = {},
): PreparedOperation {
  const defers = asksToDefer(document);
  const undeferred = defers ? withoutDefer(document) : document;
  const unconditional =
    definition.operation === 'subscription'
      ? withoutRootConditions(undeferred, supergraph.apiSchema)
      : undeferred;
  const planned = withPrivateKeys(unconditional, supergraph);
  const name = definition.name?.value;
  const decide = decidingConditions(document, definition, supergraph.requiringFields);
  const decisions = choice.decisions ?? decide?.({}) ?? new Map();
  const plan = planWhole(supergraph, { document, definition, planned, decide, decisions }, choice.labels);
  return {
    supergraph,
    document,
    definition,
    name,
    type: definition.operation,
    plan,
    planned,
    decide,
    decisions,
    deferral: defers ? deferralOf(supergraph, withPrivateKeys(document, supergraph), name, plan) : undefined,
  };
}

function planWhole(
  supergraph: Supergraph,
  {
    document,
    definition,
    planned,
    decide,
    decisions,
  }: Pick<PreparedOperation, 'document' | 'definition' | 'planned' | 'decide' | 'decisions'>,
  labels: readonly string[] = [],
): QueryPlan {
  const name = definition.name?.value;
  // one time for all plans that are tried
  const until = performance.now() + supergraph.planMilliseconds;
  const planWith = (
    planning: Planning,
    text: DocumentNode,
    milliseconds = until - performance.now(),
    isMended = false,
  ): QueryPlan => {
    const { api, planner, ask, restore } = planning;
    try {
      const whole = withDefaultArguments(ask(text), supergraph.apiSchema);
      const operation = operationFromDocument(api, whole, name === undefined ? {} : { operationName: name });
      const overrideConditions = new Map(labels.map((label) => [label, true]));
      const plan = withinTime(milliseconds, () => {
        try {
          return planner.buildQueryPlan(operation, { overrideConditions });
        } catch (error) {
          throw foundNone(error);
        }
      });
      if (!plan) throw tooManyWays(definition);
      const restored = withOwnTypes(restore(withConditionalAliases(plan)), supergraph);
      return withOwnRepresentations(withContextsFirst(restored), definition);
    } catch (error) {
      if (error instanceof Error && 'extensions' in error && !isContradiction(error))
        throw refused('GRAPHQL_VALIDATION_FAILED', [error as GraphQLError]);
      if (error instanceof Error && PLANNER_LIMITS.test(error.message)) throw tooManyWays(definition);
      if (!(error instanceof Error && NO_TYPE.test(error.message)) || isMended) throw error;
      const narrowed = withPossibleTypes(text, planning.schema);
      if (!narrowed) throw tooManyWays(definition);
      return planWith(planning, narrowed, milliseconds, true);
    }
  };
  const planRightly = (text: DocumentNode): QueryPlan => {
    const plannings = planningsOf(supergraph);
    const [usual, ...others] = plannings;
    const isPlain = supergraph.requiringFields.size === 0 && !hasExternals(supergraph);
    if (others.length === 0 && usual && isPlain)
      try {
        return planWith(usual(), text);
      } catch (error) {
        throw isContradiction(error) ? noRightPlan(definition) : error;
      }
    const whole = operationIn(text, name);
    const isRight = (plan: QueryPlan): boolean =>
      !hasUnmetRequirements(plan, supergraph) &&
      !asksInVain(plan, supergraph) &&
      bringsAll(plan, text, whole, supergraph);
    // with interface objects, one may take for ever where the next takes no time
    const isShared = joinsOf(supergraph).hasInterfaceObjects;
    let failure: unknown;
    // it may be wrong, or fail by a contradiction of the planner's own
    for (const planning of plannings) {
      const left = until - performance.now();
      if (left <= 0) {
        failure ??= tooManyWays(definition);
        break;
      }
      try {
        const plan = planWith(planning(), text, isShared && planning !== plannings.at(-1) ? left / 2 : left);
        if (isRight(plan)) return plan;
        const later = withContextsFirst(withFetchesPutOff(plan, supergraph));
        if (isRight(later)) return later;
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure === undefined || isContradiction(failure) ? noRightPlan(definition) : failure;
  };
  const decided = (text: DocumentNode) => (decide ? withDecidedConditions(text, name, decisions) : text);
  const narrowed = withNarrowedTypes(decided(planned), supergraph);
  const separate = withSeparateConditions(withoutIntrospection(narrowed));
  const plan = planRightly(separate);
  if (plan.node === undefined) {
    const errors = unplannedErrors(decided(document), name);
    if (errors.length > 0) throw refused('GRAPHQL_VALIDATION_FAILED', errors);
  }
  const asked = withAskedTypes(separate, supergraph);
  return asked === separate ? plan : planRightly(asked);
}

/** What the planner says where it gives up by itself. */
const PLANNER_LIMITS =
  /^(?:Too many options generated|Number of non-local selections|Exceeded maximum recursive)/;

/** What it says where it is at odds with itself. */
const CONTRADICTION =
  /^(?:Cannot add (?:fragment|selection) of |Was not able to find any options for |Unexpected empty options |Was not able to plan |Group \[|Invalid array length)/;

/** Where the planner has found no way to what a field requires, it sometimes goes on as if it had. */
const foundNone = (error: unknown): unknown =>
  error instanceof Error && error.message === "Cannot read properties of undefined (reading 'type')"
    ? new Error('Was not able to find any options for a requirement.', { cause: error })
    : error;

const isContradiction = (error: unknown): boolean =>
  error instanceof Error && (CONTRADICTION.test(error.message) || NO_TYPE.test(error.message));

/** What it says where it makes nothing of a fragment on an interface, and can ask for no type either. */
const NO_TYPE = /^We should have an edge from .* for __typename/;

const tooManyWays = (definition: OperationDefinitionNode): RequestRefused =>
  refused('GRAPHQL_VALIDATION_FAILED', [
    new GraphQLError(
      'There are too many ways to answer the operation for one to be chosen in time. Ask for fewer levels of fields whose objects are interfaces or spread over several services, or ask for them in several operations.',
      { nodes: definition },
    ),
  ]);

const noRightPlan = (definition: OperationDefinitionNode): RequestRefused =>
  refused('GRAPHQL_VALIDATION_FAILED', [
    new GraphQLError(
      'No plan was found that gives each field of the operation what it requires of other services. Ask for fewer fields that require others, or ask for them in several operations.',
      { nodes: definition },
    ),
  ]);

/** @returns undefined if nothing of it can come later: no subgraph is asked, or it is a subscription */
function deferralOf(
  supergraph: Supergraph,
  document: DocumentNode,
  name: string | undefined,
  { node }: QueryPlan,
): Deferral | undefined {
  if (!node || node.kind === 'Subscription') return undefined;
  const definition = operationIn(document, name);
  return createDeferral(document, definition, (labelled) => planParts(node, labelled, supergraph));
}
