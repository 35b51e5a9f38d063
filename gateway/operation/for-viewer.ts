import { getVariableValues, GraphQLError, isNonNullType, Kind, type FieldNode } from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { forbidden, unauthenticated } from '../../platform/errors.ts';
import type { Trace } from '../../platform/trace.ts';
import { lacksScope, type Viewer } from '../../platform/viewer.ts';
import { failingRules, isSignedIn, type OperationAccess, type PolicyEvaluator } from './access.ts';
import { fragmentsOf, keyOf, rootFields, spreadFragments } from './fragments.ts';
import { RequestRefused, type PreparedOperation } from './operation.ts';
import type { ActiveLabels } from './override-labels.ts';
import { planOperation, type PlanChoice } from './planning/plan.ts';
import type { Operations } from './prepare.ts';
import { withoutFields } from './without-fields.ts';

export interface ForViewerOptions {
  /** Whether fields that a viewer may not see are left out, or the whole operation is refused. */
  readonly mode: 'filter' | 'reject';
  readonly evaluatePolicies: PolicyEvaluator;
  readonly activeLabels: ActiveLabels;
  /** Finds a form that was made before, or makes it. */
  readonly keepForm: Operations['form'];
}

/**
 * The form in which a viewer may run an operation: without the fields that it may not see, and planned with the labels
 * of `@override` that are active for it and the values of variables that its plan hangs on. Forms are made once, and kept
 * as operations are.
 * @param variables as they were sent
 * @param trace of the request
 * @throws {RequestRefused} if fields are not for this viewer, and operations are refused then; or, of a mutation, if one of
 * them may not be null
 */
export type ForViewer = (
  operation: PreparedOperation,
  viewer: Viewer,
  variables?: Record<string, unknown>,
  trace?: Trace,
) => PreparedOperation | Promise<PreparedOperation>;

export function createForViewer({
  mode,
  evaluatePolicies,
  activeLabels,
  keepForm,
}: ForViewerOptions): ForViewer {
  const formFor = async (
    operation: PreparedOperation,
    viewer: Viewer,
    variables: Record<string, unknown>,
    trace: Trace | undefined,
  ): Promise<PreparedOperation> => {
    const { access, overrideLabels = [], decide } = operation;
    const failing = access ? await failingRules(access, viewer, evaluatePolicies) : [];
    const labels = overrideLabels.length > 0 ? activeLabels(overrideLabels, viewer) : [];
    const decisions = decide ? decide(variables) : operation.decisions;
    if (failing.length === 0 && labels.length === 0 && isEqual(decisions, operation.decisions))
      return operation;

    const left = access ? fieldsUnder(access, failing) : new Set<FieldNode>();
    const signedIn = isSignedIn(viewer);
    const errorOf = (node: FieldNode): GraphQLError => refusal(access, failing, signedIn, node);
    if (left.size > 0 && mode === 'reject')
      throw new RequestRefused([...left].map((node) => named(errorOf(node), node)));
    const voiding = voidingFields(operation, left, variables);
    if (voiding.length > 0) throw new RequestRefused(voiding.map((node) => atRoot(errorOf(node), node)));

    // who asks decides about the errors' code too
    const key = JSON.stringify([failing, labels, left.size > 0 && !signedIn, [...decisions]]);
    const choice = { labels, decisions };
    return keepForm(operation, key, trace, () =>
      left.size > 0 ? reduced(operation, left, choice, errorOf) : replanned(operation, choice),
    );
  };

  return (operation, viewer, variables = {}, trace) =>
    operation.access || operation.overrideLabels?.length || operation.decide
      ? formFor(operation, viewer, variables, trace)
      : operation;
}

const isEqual = (one: ReadonlyMap<string, boolean>, other: ReadonlyMap<string, boolean>): boolean =>
  one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);

const fieldsUnder = ({ fields }: OperationAccess, failing: readonly number[]): Set<FieldNode> =>
  new Set(
    [...fields].flatMap(([node, rules]) => (rules.some((rule) => failing.includes(rule)) ? [node] : [])),
  );

function replanned(operation: PreparedOperation, choice: PlanChoice): PreparedOperation {
  const { supergraph, document, definition } = operation;
  return { ...operation, ...planOperation(supergraph, document, definition, choice) };
}

function reduced(
  operation: PreparedOperation,
  left: ReadonlySet<FieldNode>,
  choice: PlanChoice,
  errorOf: (node: FieldNode) => GraphQLError,
): PreparedOperation {
  const { supergraph, document, definition, type } = operation;
  const fragments = spreadFragments(definition, fragmentsOf(document));
  const { definitions, restore } = withoutFields(
    supergraph.apiSchema,
    [definition, ...fragments],
    left,
    errorOf,
  );
  const [rest] = definitions;
  if (rest?.kind !== Kind.OPERATION_DEFINITION) throw new Error('An operation lost its definition.');
  const reducedDocument = { kind: Kind.DOCUMENT, definitions } as const;
  // a subscription without its one root field has nothing to follow
  if (type === 'subscription' && rootFields(rest, fragmentsOf(reducedDocument)).every(isTypeName)) {
    const refused = rootFields(definition, fragmentsOf(document)).filter((node) => left.has(node));
    throw new RequestRefused(refused.map((node) => atRoot(errorOf(node), node)));
  }
  const planned = planOperation(supergraph, reducedDocument, rest, choice);
  return { ...operation, ...planned, restore };
}

/**
 * Fields of a mutation that are left out and may not be null: there would be no data, and whoever does not see what else
 * of it was done does that again.
 */
function voidingFields(
  { supergraph: { apiSchema }, document, definition, type }: PreparedOperation,
  left: ReadonlySet<FieldNode>,
  variables: Record<string, unknown>,
): FieldNode[] {
  const root = apiSchema.getMutationType();
  if (type !== 'mutation' || left.size === 0 || !root) return [];
  const { coerced } = getVariableValues(apiSchema, definition.variableDefinitions ?? [], variables);
  // it is refused for its variables then
  if (!coerced) return [];
  const fragments = Object.fromEntries(fragmentsOf(document));
  return [...collectFields(apiSchema, fragments, coerced, root, definition.selectionSet).values()].flatMap(
    (nodes) => {
      const [node] = nodes;
      if (!node || !nodes.every((one) => left.has(one))) return [];
      return isNonNullType(root.getFields()[node.name.value]?.type) ? [node] : [];
    },
  );
}

/** An error of a root field that nobody is asked for. */
const atRoot = ({ message, extensions }: GraphQLError, node: FieldNode): GraphQLError =>
  new GraphQLError(message, { nodes: node, path: [keyOf(node)], extensions });

const isTypeName = ({ name }: FieldNode): boolean => name.value === '__typename';

/** What a viewer lacks for a field, told as a subgraph would that checks the same. */
function refusal(
  access: OperationAccess | undefined,
  failing: readonly number[],
  signedIn: boolean,
  node: FieldNode,
): GraphQLError {
  const rule = access?.fields.get(node)?.find((place) => failing.includes(place));
  const scopes = rule === undefined ? undefined : access?.rules[rule]?.scopes;
  let told = forbidden(`You may not see "${keyOf(node)}".`);
  if (!signedIn) told = unauthenticated();
  else if (scopes) told = lacksScope(...scopes);
  return new GraphQLError(told.message, {
    nodes: node,
    extensions: { ...told.extensions, reason: 'UNAUTHORIZED_FIELD_OR_TYPE' },
  });
}

/** Names the field, where no path does. */
const named = ({ message, extensions }: GraphQLError, node: FieldNode): GraphQLError =>
  new GraphQLError(`${keyOf(node)}: ${message}`, { nodes: node, extensions });
