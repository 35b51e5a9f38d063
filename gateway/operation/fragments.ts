import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Under which name a field is answered. */
export const keyOf = ({ alias, name }: FieldNode): string => alias?.value ?? name.value;

/**
 * An operation of a document.
 * @param name undefined if it is the only one
 * @throws if there is none of the name
 */
export function operationIn(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  for (const one of document.definitions)
    if (one.kind === Kind.OPERATION_DEFINITION && (name === undefined || one.name?.value === name))
      return one;
  throw new Error('The document has no such operation.');
}

/** The fragments of a document, by their names. */
export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );

/** The fragment that stands there, inline or by its name; undefined if the document has none of the name. */
export const fragmentAt = (
  document: DocumentNode,
  selection: InlineFragmentNode | FragmentSpreadNode,
): InlineFragmentNode | FragmentDefinitionNode | undefined =>
  selection.kind === Kind.INLINE_FRAGMENT
    ? selection
    : document.definitions.find(
        (one): one is FragmentDefinitionNode =>
          one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
      );

/** The fragments that an operation spreads, in itself or in each other, each once. */
export function spreadFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  if (fragments.size === 0) return [];
  const found = new Set<FragmentDefinitionNode>();
  const look = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (!fragment || found.has(fragment)) return;
        found.add(fragment);
        look(fragment);
      },
    });
  };
  look(operation);
  return [...found];
}

/** The fields at the root of an operation, those in fragments too, whatever their conditions. */
export function rootFields(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode[] {
  const seen = new Set<string>();
  const fieldsOf = ({ selections }: SelectionSetNode): FieldNode[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      if (!fragment || seen.has(selection.name.value)) return [];
      seen.add(selection.name.value);
      return fieldsOf(fragment.selectionSet);
    });
  return fieldsOf(operation.selectionSet);
}

/** A selection set with each spread written out as the fragment that it names. */
export function withoutSpreads(document: DocumentNode, selectionSet: SelectionSetNode): SelectionSetNode {
  const fragments = fragmentsOf(document);
  if (fragments.size === 0) return selectionSet;
  const expand = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind !== Kind.FRAGMENT_SPREAD)
        return [one.selectionSet ? { ...one, selectionSet: expand(one.selectionSet) } : one];
      const fragment = fragments.get(one.name.value);
      if (!fragment) return [];
      const { typeCondition } = fragment;
      return [
        {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition,
          ...(one.directives && { directives: one.directives }),
          selectionSet: expand(fragment.selectionSet),
        },
      ];
    }),
  });
  return expand(selectionSet);
}
