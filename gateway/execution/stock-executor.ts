import {
  buildOperationContext,
  executeQueryPlan,
  type GraphQLDataSource,
  type ServiceMap,
} from '@apollo/gateway';
import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import { conditionsOf } from '../operation/conditions.ts';
import { operationIn } from '../operation/fragments.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import { mapFetches } from '../operation/planning/plan-fetches.ts';
import { publicKey } from '../operation/planning/private-keys.ts';
import type { Supergraph } from '../supergraph/build.ts';
import { withPublicPaths } from './compiled/errors.ts';
import { withoutHiddenPlaces } from './compiled/hidden-places.ts';
import { createSelections } from './compiled/selections.ts';
import { toDataSource } from './data-source.ts';
import type { ExecutionRequest, Executor } from './executor.ts';

type RequestContext = Parameters<typeof executeQueryPlan>[2];
type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Name under which an event stands in for its subgraph; no subgraph can have it. */
const EVENT = '(event)';

const servicesOf = ({ subgraphs }: Supergraph): ServiceMap =>
  Object.fromEntries([...subgraphs].map(([name, client]) => [name, toDataSource(client)]));

/** Apollo's own execution of query plans: slow, and the reference for any other. */
export function createStockExecutor(logger: Logger): Executor {
  const run = async (
    operation: PreparedOperation,
    plan: QueryPlan,
    services: ServiceMap,
    request: ExecutionRequest,
  ): Promise<ExecutionResult> => {
    const { supergraph } = operation;
    const operationContext = buildOperationContext({
      schema: supergraph.apiSchema,
      operationDocument: operation.planned,
      ...(operation.name !== undefined && { operationName: operation.name }),
    });
    const requestContext = {
      request: { variables: withoutContexts(plan, request.variables) },
      context: request,
      logger: {
        debug: () => {},
        info: () => {},
        warn: (m: string) => logger.warn(m),
        error: (m: string) => logger.error(m),
      },
      metrics: {},
    } as unknown as RequestContext;
    const { data, errors, extensions } = await executeQueryPlan(
      plan,
      services,
      requestContext,
      operationContext,
      supergraph.supergraphSchema,
      supergraph.api,
    );
    // A value that does not fit the schema is nulled; stock execution tells of it in an extension only, but every null
    // that should not be is an error (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors).
    const completion = extensions?.['valueCompletion'] as GraphQLError[] | undefined;
    const all = [...(errors ?? []), ...(completion ?? [])] as GraphQLError[];
    return {
      ...(data !== undefined && { data: withPublicKeys(data) as Record<string, unknown> | null }),
      ...(all.length > 0 && { errors: visible(operation, request, withPublicPaths(all)) }),
    };
  };

  return {
    execute: (operation, request) =>
      run(operation, operation.plan, servicesOf(operation.supergraph), request),

    executeEvent(operation, event, request) {
      const { primary, rest } = operation.plan.node as SubscriptionNode;
      const nodes: PlanNode[] = [{ ...primary, serviceName: EVENT }, ...(rest ? [rest] : [])];
      const source: GraphQLDataSource = { process: async () => event as unknown as Answer };
      return run(
        operation,
        { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } },
        { ...servicesOf(operation.supergraph), [EVENT]: source },
        request,
      );
    },
  };
}

/**
 * Variables without those that stand for arguments from around an object (`@fromContext`): stock execution does not fill
 * them, and would send what the client gives under their names.
 */
function withoutContexts(plan: QueryPlan, variables: Record<string, unknown>): Record<string, unknown> {
  const names = new Set<string>();
  mapFetches(plan, (node) => {
    for (const { renameKeyTo } of node.contextRewrites ?? []) names.add(renameKeyTo);
    return node;
  });
  if (names.size === 0) return variables;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.has(name)));
}

/** Errors without the names of fields that the client does not see. */
function visible(
  { planned, name, supergraph: { apiSchema, veiledInterfaces } }: PreparedOperation,
  { variables }: ExecutionRequest,
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  const definition = operationIn(planned, name);
  const { names, valueOf } = conditionsOf(planned, definition);
  const values = new Map(names.map((one) => [one, valueOf(one, variables) === true]));
  const rootType = apiSchema.getRootType(definition.operation);
  const selections = createSelections(apiSchema, planned, values, veiledInterfaces);
  return rootType
    ? withoutHiddenPlaces(errors, apiSchema, selections, rootType, [definition.selectionSet])
    : errors;
}

/** Data of a planned document under the client's keys. */
function withPublicKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPublicKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [publicKey(key), withPublicKeys(one)]));
}
