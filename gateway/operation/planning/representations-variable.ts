import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type NameNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { mapFetches } from './plan-fetches.ts';

const RESERVED = 'representations';

/**
 * The planner hands a subgraph its objects in a variable `$representations`, and takes a client's variable of that
 * name for its own. Where a fetch has both, the planner's gets another name.
 * @param definition the client's operation
 */
export function withOwnRepresentations(
  plan: QueryPlan,
  { variableDefinitions = [] }: OperationDefinitionNode,
): QueryPlan {
  const client = variableDefinitions.find(({ variable }) => variable.name.value === RESERVED);
  if (!client) return plan;
  const name = freeVariable(variableDefinitions.map(({ variable }) => variable.name.value));
  return mapFetches(plan, (node) => (takesBoth(node) ? renamed(node, name, client) : node));
}

/** A name for the variable that no other one has. */
export function freeVariable(others: readonly string[]): string {
  let name = RESERVED;
  while (others.includes(name)) name += '_';
  return name;
}

const takesBoth = ({ requires, variableUsages }: FetchNode): boolean =>
  requires !== undefined && variableUsages?.includes(RESERVED) === true;

function renamed(node: FetchNode, value: string, client: VariableDefinitionNode): FetchNode {
  const name: NameNode = { kind: Kind.NAME, value };
  const document = visit(parse(node.operation, { noLocation: true }), {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: (operation.variableDefinitions ?? []).flatMap((one) =>
        one.variable.name.value === RESERVED
          ? [{ ...one, variable: { ...one.variable, name } }, client]
          : [one],
      ),
    }),
    Field: (field) =>
      field.name.value === '_entities'
        ? {
            ...field,
            arguments: (field.arguments ?? []).map((one) => ({
              ...one,
              value: { kind: Kind.VARIABLE, name } as const,
            })),
          }
        : undefined,
  });
  return { ...node, operation: stripIgnoredCharacters(print(document)) };
}

/** The variable in which a fetch of entities takes its objects. */
export function representationsVariable({ definitions }: DocumentNode): string {
  const operation = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [entities] = operation?.selectionSet.selections ?? [];
  const value = entities?.kind === Kind.FIELD ? entities.arguments?.[0]?.value : undefined;
  return value?.kind === Kind.VARIABLE ? value.name.value : RESERVED;
}
