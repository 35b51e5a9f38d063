import { Kind, visit, type DocumentNode, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { isCondition } from '../conditions.ts';
import { fragmentsOf } from '../fragments.ts';
import type { PreparedOperation } from '../operation.ts';

/**
 * The document without `@skip` and `@include` at a subscription's root, where the planner cannot take them: a stream
 * either is or is not. They are evaluated by {@link rootFieldIncluded} when the stream is to begin.
 */
export function withoutRootConditions(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const rootName = schema.getSubscriptionType()?.name;
  const strip = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection) => {
      const directives = selection.directives?.filter((one) => !isCondition(one)) ?? [];
      return selection.kind === Kind.INLINE_FRAGMENT
        ? { ...selection, directives, selectionSet: strip(selection.selectionSet) }
        : { ...selection, directives };
    }),
  });
  return visit(document, {
    OperationDefinition: (operation) =>
      operation.operation === 'subscription'
        ? { ...operation, selectionSet: strip(operation.selectionSet) }
        : false,
    FragmentDefinition: (fragment) =>
      fragment.typeCondition.name.value === rootName
        ? { ...fragment, selectionSet: strip(fragment.selectionSet) }
        : false,
  });
}

/** Whether a subscription's root field is there at all, given the variables. */
export function rootFieldIncluded(operation: PreparedOperation, variables: Record<string, unknown>): boolean {
  const schema = operation.supergraph.apiSchema;
  const root = schema.getSubscriptionType();
  if (!root) return false;
  const fragments = Object.fromEntries(fragmentsOf(operation.document));
  return collectFields(schema, fragments, variables, root, operation.definition.selectionSet).size > 0;
}
