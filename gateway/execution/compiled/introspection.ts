import {
  executeSync,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { setOf } from '../../operation/nodes.ts';
import type { SelectedField } from './selections.ts';

/**
 * Answers `__schema` or `__type` from the schema that clients see.
 * @param document the client's, for its fragments
 * @param variables as the client sent them, already checked
 */
export function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  field: SelectedField,
  variables: Record<string, unknown>,
): unknown {
  const { data } = executeSync({
    schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...definition, selectionSet: setOf(field.nodes) },
        ...document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION),
      ],
    },
    variableValues: variables,
  });
  return data?.[field.key] ?? null;
}
