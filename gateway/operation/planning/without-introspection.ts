import { Kind, visit, type DocumentNode } from 'graphql';
import { setOf, TYPE_NAME } from '../nodes.ts';

/**
 * The document for the planner, with `__typename` for what is asked of the schema, which no subgraph is asked for: of that it
 * knows less than may be asked (no `isOneOf`), and it fails on `__schema` and `__type` in a fragment with a condition.
 * @returns the same document if there is nothing of it
 */
export const withoutIntrospection = (document: DocumentNode): DocumentNode =>
  visit(document, {
    // nobody spreads it any more
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith('__') ? null : undefined),
    Field(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined;
      const isNested = ancestors.some(
        (one) =>
          'kind' in one && (one.kind === Kind.INLINE_FRAGMENT || one.kind === Kind.FRAGMENT_DEFINITION),
      );
      if (!isNested) return { ...node, selectionSet: setOf([TYPE_NAME]) };
      const { directives = [] } = node;
      return { ...TYPE_NAME, directives };
    },
  });
