import { Kind, visit, type DocumentNode } from 'graphql';

/**
 * The document for the planner, with `__typename` for `__schema` and `__type` in fragments. It passes over those of the
 * operation itself, which no subgraph is asked for, and fails on those that a fragment with a condition holds.
 * @returns the same document if there are none in it
 */
export const withoutNestedIntrospection = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined;
      const isNested = ancestors.some(
        (one) =>
          'kind' in one && (one.kind === Kind.INLINE_FRAGMENT || one.kind === Kind.FRAGMENT_DEFINITION),
      );
      if (!isNested) return false;
      const { directives = [] } = node;
      return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' }, directives };
    },
  });
