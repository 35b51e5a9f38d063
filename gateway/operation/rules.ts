import {
  getNamedType,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  type ASTNode,
  type FloatValueNode,
  type FragmentDefinitionNode,
  type IntValueNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { keyOf } from './fragments.ts';
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
    finiteNumbers,
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

/** Characters of a value that a message repeats. */
const LONGEST_VALUE = 20;

/** Types whose values graphql-js checks itself, or does not read as numbers. */
const whole: ReadonlySet<string | undefined> = new Set(['Int', 'ID', 'String', 'Boolean']);

/**
 * Numbers too large for a number become infinite when they are read, which JSON cannot say. graphql-js lets them pass
 * as values of Float and of custom scalars; planning throws on them.
 */
const finiteNumbers: ValidationRule = (context) => {
  const check = (node: IntValueNode | FloatValueNode, around: readonly Around[]): void => {
    const { value } = node;
    if (Number.isFinite(Number(value)) || whole.has(getNamedType(context.getInputType())?.name)) return;
    const short = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
    context.reportError(
      new GraphQLError(`The value ${short} of ${placeOf(around)} is too large for a number.`, {
        nodes: node,
      }),
    );
  };
  return {
    IntValue: (node, _key, parent, _path, ancestors) => check(node, [...ancestors, parent]),
    FloatValue: (node, _key, parent, _path, ancestors) => check(node, [...ancestors, parent]),
  };
};

type Around = ASTNode | readonly ASTNode[] | undefined;

/** What a value is given to: an argument, or a variable that it is the default of. @param around from the outermost on */
function placeOf(around: readonly Around[]): string {
  for (const one of around)
    if (one && 'kind' in one) {
      if (one.kind === Kind.ARGUMENT) return `the argument "${one.name.value}"`;
      if (one.kind === Kind.VARIABLE_DEFINITION) return `the variable "$${one.variable.name.value}"`;
    }
  return 'an argument';
}

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
        if (selection.kind === Kind.FIELD) keys.set(keyOf(selection), selection.name.value);
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
