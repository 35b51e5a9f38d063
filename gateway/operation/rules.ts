import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  type ASTNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { withinLimits, type OperationLimits } from './limits.ts';
import { withoutRepetitions } from './repetitions.ts';

export interface RuleOptions {
  readonly limits: OperationLimits;
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
}

/** The rules that a document is held to, in two steps: the cheap ones first, so that a bomb never meets the others. */
export const validationSteps = ({
  limits,
  introspection,
}: RuleOptions): readonly (readonly ValidationRule[])[] => [
  [withinLimits(limits), withoutRepetitions(limits), noDangerousNames, deferOnly],
  [
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ...specifiedRules.filter((rule) => rule !== SingleFieldSubscriptionsRule),
    oneFieldSubscriptions,
  ],
];

/**
 * Where `@defer` may stand (https://github.com/graphql/defer-stream-wg/blob/main/spec-drafts/Section%205%20--%20Validation.md):
 * not where the order of root fields or events would be lost. `@stream` may stand nowhere.
 */
const deferOnly: ValidationRule = (context) => {
  const labels = new Set<string>();
  const report = (message: string, node: ASTNode): void =>
    context.reportError(new GraphQLError(message, { nodes: node }));
  return {
    Directive(node) {
      if (node.name.value === 'stream')
        return report('This server does not support @stream. Lists come whole; @defer may delay them.', node);
      if (node.name.value !== 'defer') return;
      const given = (name: string) => node.arguments?.find((one) => one.name.value === name)?.value;
      const condition = given('if');
      const never = condition?.kind === Kind.BOOLEAN && !condition.value;
      const type = context.getParentType();
      const schema = context.getSchema();
      if (type && type === schema.getSubscriptionType() && !never)
        report('@defer cannot be used at the root of a subscription.', node);
      if (type && type === schema.getMutationType() && !never)
        report('@defer cannot be used at the root of a mutation.', node);
      const label = given('label');
      if (label?.kind === Kind.VARIABLE) report('The label of @defer must be no variable.', node);
      if (label?.kind !== Kind.STRING) return;
      if (labels.has(label.value)) report(`The label "${label.value}" of @defer is used twice.`, node);
      labels.add(label.value);
    },
  };
};

/** `__proto__` as a response key could change an object's prototype where an answer is put together. */
const noDangerousNames: ValidationRule = (context) => {
  const refuse = (name: string, node: ASTNode): void => {
    if (name === '__proto__')
      context.reportError(new GraphQLError(`The name "${name}" is not allowed here.`, { nodes: node }));
  };
  return {
    Field: (node) => refuse(node.alias?.value ?? '', node),
    Variable: (node) => refuse(node.name.value, node),
  };
};

/**
 * A subscription has one root field (https://spec.graphql.org/October2021/#sec-Single-root-field). The rule of
 * graphql-js throws on `@include(if: $variable)` at the root; here a condition counts as true.
 */
const oneFieldSubscriptions: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (operation.operation !== 'subscription') return;
    const keys = new Map<string, string>();
    const seen = new Set<FragmentDefinitionNode>();
    const collect = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD)
          keys.set(selection.alias?.value ?? selection.name.value, selection.name.value);
        else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
        else {
          const fragment = context.getFragment(selection.name.value);
          if (!fragment || seen.has(fragment)) continue;
          seen.add(fragment);
          collect(fragment.selectionSet);
        }
      }
    };
    collect(operation.selectionSet);
    if (keys.size > 1)
      context.reportError(
        new GraphQLError('A subscription must have one root field only.', { nodes: operation }),
      );
    if ([...keys.values()].some((name) => name.startsWith('__')))
      context.reportError(
        new GraphQLError('A subscription must not select an introspection field at its root.', {
          nodes: operation,
        }),
      );
  },
});
