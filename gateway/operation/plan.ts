import { operationFromDocument } from '@apollo/federation-internals';
import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { Supergraph } from '../supergraph/apollo-gateway.ts';
import type { PreparedOperation } from './operation.ts';
import { withPrivateKeys } from './private-keys.ts';
import { refused } from './refused.ts';
import { planningOf } from './required-arguments.ts';
import { withoutRootConditions } from './root-conditions.ts';

/**
 * Plans one operation of a valid document.
 * @param activeLabels labels of progressive `@override` whose fields come from the subgraph that takes them over
 * @throws {RequestRefused} if it would take the planner too long
 */
export function planOperation(
  supergraph: Supergraph,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  activeLabels: readonly string[] = [],
): PreparedOperation {
  const unconditional =
    definition.operation === 'subscription'
      ? withoutRootConditions(document, supergraph.apiSchema)
      : document;
  const planned = withPrivateKeys(unconditional, supergraph);
  const name = definition.name?.value;
  try {
    const { api, planner, restore } = planningOf(supergraph);
    const operation = operationFromDocument(api, planned, name === undefined ? {} : { operationName: name });
    const plan = planner.buildQueryPlan(operation, {
      overrideConditions: new Map(activeLabels.map((label) => [label, true])),
    });
    return {
      supergraph,
      document,
      definition,
      name,
      type: definition.operation,
      plan: restore(plan),
      planned,
    };
  } catch (error) {
    if (error instanceof Error && 'extensions' in error)
      throw refused('GRAPHQL_VALIDATION_FAILED', [error as GraphQLError]);
    throw error;
  }
}
