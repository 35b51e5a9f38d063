import type { FetchNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withoutSpreads } from '../fragments.ts';

/** What a fetch of a plan asks, without spreads. */
export function operationOf({ operation }: FetchNode): OperationDefinitionNode {
  const document = parse(operation, { noLocation: true });
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!definition) throw new Error('The plan has a fetch without an operation.');
  return { ...definition, selectionSet: withoutSpreads(document, definition.selectionSet) };
}

/** What a fetch asks of each object that it is about: of entities, or of the root. */
export function selectionOf({ requires }: FetchNode, { selectionSet }: OperationDefinitionNode) {
  if (!requires) return selectionSet;
  const [entities] = selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet)
    throw new Error('The plan has a fetch of entities that selects nothing.');
  return entities.selectionSet;
}

/** The fetch, asking something else of its objects. */
export function withSelection(
  node: FetchNode,
  operation: OperationDefinitionNode,
  selectionSet: SelectionSetNode,
): FetchNode {
  const [entities] = operation.selectionSet.selections;
  const set =
    node.requires && entities
      ? { ...operation.selectionSet, selections: [{ ...entities, selectionSet } as SelectionNode] }
      : selectionSet;
  return withOperation(node, {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: set }],
  });
}

/** The fetch with another operation, and only the variables that this one uses. */
export function withOperation(node: FetchNode, document: DocumentNode): FetchNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const pruned = visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  return {
    ...node,
    operation: stripIgnoredCharacters(print(pruned)),
    ...(node.variableUsages && { variableUsages: node.variableUsages.filter((name) => used.has(name)) }),
  };
}
