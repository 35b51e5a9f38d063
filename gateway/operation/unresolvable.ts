import {
  GraphQLError,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { fragmentsOf, keyOf, rootFields } from './fragments.ts';

/**
 * The document for the planner, with the type asked of objects that no subgraph knows it of. The planner takes it that
 * there are no such objects and leaves out what it would ask of them, so that they are null without an error. Asked for
 * the type, their subgraph has to say what is wrong.
 * @returns the same document if there are none in it
 */
export function withAskedTypes(
  document: DocumentNode,
  { apiSchema, typelessFields }: Supergraph,
): DocumentNode {
  if (typelessFields.size === 0) return document;
  const typeInfo = new TypeInfo(apiSchema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const { selectionSet, name } = node;
        if (!selectionSet || !typelessFields.has(`${typeInfo.getParentType()?.name}.${name.value}`))
          return undefined;
        const typeName = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
        return {
          ...node,
          selectionSet: { ...selectionSet, selections: [typeName, ...selectionSet.selections] },
        };
      },
    }),
  );
}

/** What to tell of an operation that has no plan although it asks for something; empty if it does not. */
export function unplannedErrors(document: DocumentNode, definition: OperationDefinitionNode): GraphQLError[] {
  const asked = rootFields(definition, fragmentsOf(document), (one) => !isNever(one));
  return asked
    .filter(({ name }) => !name.value.startsWith('__'))
    .map(
      (node) =>
        new GraphQLError(`No subgraph can resolve what is asked of "${keyOf(node)}".`, {
          nodes: node,
        }),
    );
}

const isNever = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name, arguments: [condition] = [] }) => {
    const value = condition?.value.kind === Kind.BOOLEAN ? condition.value.value : undefined;
    return (name.value === 'skip' && value === true) || (name.value === 'include' && value === false);
  });
