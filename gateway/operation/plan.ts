import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { Supergraph } from '../supergraph/build.ts';
import { withDefaultArguments } from './default-arguments.ts';
import { asksToDefer, createDeferral, withoutDefer, withTypeNames } from './deferral.ts';
import type { PreparedOperation } from './operation.ts';
import { planningOf } from './planning.ts';
import { withPrivateKeys } from './private-keys.ts';
import { refused } from './refused.ts';
import { withOwnRepresentations } from './representations-variable.ts';
import { withoutRootConditions } from './root-conditions.ts';
import { unplannedErrors, withAskedTypes } from './unresolvable.ts';

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
  const defers = asksToDefer(document);
  const undeferred = defers ? withoutDefer(document) : document;
  const unconditional =
    definition.operation === 'subscription'
      ? withoutRootConditions(undeferred, supergraph.apiSchema)
      : undeferred;
  const planned = withPrivateKeys(unconditional, supergraph);
  const name = definition.name?.value;
  const { api, planner, deferPlanner, restore } = planningOf(supergraph);
  const planWith = (one: QueryPlanner, text: DocumentNode): QueryPlan => {
    const plan = planAsIs(one, text);
    if (plan.node === undefined) {
      const errors = unplannedErrors(document, definition);
      if (errors.length > 0) throw refused('GRAPHQL_VALIDATION_FAILED', errors);
    }
    const asked = withAskedTypes(text, supergraph);
    return asked === text ? plan : planAsIs(one, asked);
  };
  const planAsIs = (one: QueryPlanner, text: DocumentNode): QueryPlan => {
    try {
      const whole = withDefaultArguments(text, supergraph.apiSchema);
      const operation = operationFromDocument(api, whole, name === undefined ? {} : { operationName: name });
      const plan = one.buildQueryPlan(operation, {
        overrideConditions: new Map(activeLabels.map((label) => [label, true])),
      });
      return withOwnRepresentations(restore(plan), definition);
    } catch (error) {
      if (error instanceof Error && 'extensions' in error)
        throw refused('GRAPHQL_VALIDATION_FAILED', [error as GraphQLError]);
      throw error;
    }
  };
  return {
    supergraph,
    document,
    definition,
    name,
    type: definition.operation,
    plan: planWith(planner, planned),
    planned,
    deferral:
      defers && definition.operation !== 'subscription'
        ? createDeferral(document, definition, (deferred) => {
            const text = withPrivateKeys(deferred, supergraph);
            try {
              return { planned: text, plan: planWith(deferPlanner(), withTypeNames(text)) };
            } catch {
              // the planner fails on some nested forms, by an assertion of its own: they are answered whole
              return undefined;
            }
          })
        : undefined,
  };
}
