import { Kind, type FieldNode, type NamedTypeNode, type SelectionNode, type SelectionSetNode } from 'graphql';

// Nodes of documents that are made, not parsed.

/** `__typename` */
export const TYPE_NAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

export const setOf = (selections: readonly SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
});

export const namedType = (name: string): NamedTypeNode => ({
  kind: Kind.NAMED_TYPE,
  name: { kind: Kind.NAME, value: name },
});
