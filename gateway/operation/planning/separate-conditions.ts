import { Kind, visit, type DocumentNode, type SelectionNode } from 'graphql';
import { isCondition } from '../conditions.ts';
import { setOf } from '../nodes.ts';

/**
 * The document for the planner, with the conditions of objects apart from those of what is asked of them:
 * `user @include(if: $a) { name @skip(if: $b) }` becomes `... @include(if: $a) { user { name @skip(if: $b) } }`, which
 * says the same. The planner takes both conditions together for those of the object. Where they are those of all that it
 * would ask of a subgraph, it does not ask: then the object is null instead of empty, and a mutation is not run.
 * @returns the same document if there are none in it
 */
export const withSeparateConditions = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field: {
      leave(node) {
        const { name, directives = [], selectionSet } = node;
        if (!selectionSet || !isConditional(node) || selectionSet.selections.some(isPlainField))
          return undefined;
        // no subgraph is asked, and the planner would look for one within a fragment
        if (name.value === '__schema' || name.value === '__type') return undefined;
        return {
          kind: Kind.INLINE_FRAGMENT,
          directives: directives.filter(isCondition),
          selectionSet: setOf([{ ...node, directives: directives.filter((one) => !isCondition(one)) }]),
        };
      },
    },
  });

const isConditional = ({ directives = [] }: SelectionNode): boolean => directives.some(isCondition);

const isPlainField = (selection: SelectionNode): boolean =>
  selection.kind === Kind.FIELD && !isConditional(selection);
