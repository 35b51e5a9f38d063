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
  [withinLimits(limits), withoutRepetitions(limits), noDangerousNames],
  [
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ...specifiedRules.filter((rule) => rule !== SingleFieldSubscriptionsRule),
    oneFieldSubscriptions,
  ],
];

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
