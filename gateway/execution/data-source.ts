import type { GraphQLDataSource } from '@apollo/gateway';
import { Kind, parse, type DocumentNode, type GraphQLFormattedError, type SelectionSetNode } from 'graphql';
import { conditionsOf, isIncluded } from '../operation/conditions.ts';
import { fragmentAt, keyOf } from '../operation/fragments.ts';
import { MOST_ERRORS } from './compiled/errors.ts';
import type { Asker, SubgraphClient } from './subgraph/client.ts';

interface Representation {
  readonly __typename?: string;
}

/** A subgraph as the stock executor calls it. The asker travels as the request's context. */
export const toDataSource = (client: SubgraphClient): GraphQLDataSource => ({
  async process({ request, context }) {
    const { query, variables, operationName } = request;
    try {
      const result = await client.send({ query: query ?? '', variables, operationName }, context as Asker);
      return result as Awaited<ReturnType<GraphQLDataSource['process']>>;
    } catch (error) {
      const { message, extensions } = error as GraphQLFormattedError;
      const representations = variables?.['representations'] as Representation[] | undefined;
      const paths = unansweredPaths(parse(query ?? ''), representations, variables ?? {});
      const errors = paths.map((path) => ({ message, extensions, path }));
      return { data: null, errors } as unknown as Awaited<ReturnType<GraphQLDataSource['process']>>;
    }
  },
});

/**
 * The place of every field that a failed fetch leaves unanswered, so that the client finds an error for each null
 * (https://spec.graphql.org/October2021/#sec-Errors, "path"). For entities the path begins with `_entities` and an
 * index, as a subgraph would have it: the executor translates.
 * @param variables of the request, on which conditions of fields may hang
 * @returns none if none of the conditions holds: nobody misses the answer
 */
export function unansweredPaths(
  document: DocumentNode,
  representations: readonly Representation[] | undefined,
  variables: Record<string, unknown>,
): (string | number)[][] {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return [];
  const conditions = conditionsOf(document, operation);
  const values = new Map(
    conditions.names.map((name) => [name, conditions.valueOf(name, variables) === true] as const),
  );
  const root = fieldsOf(operation.selectionSet, document, values);
  if (!representations) return root.filter(isAsked).map(({ key }) => [key]);
  const entities = root[0]?.selectionSet;
  if (!entities) return [];
  const paths: (string | number)[][] = [];
  let onlyTypes = true;
  for (const [index, { __typename }] of representations.entries()) {
    const fields = fieldsOf(entities, document, values, __typename);
    onlyTypes &&= fields.length === 0;
    for (const { key } of fields.filter(isAsked)) {
      if (paths.length === MOST_ERRORS) return paths;
      paths.push(['_entities', index, key]);
    }
  }
  // a fetch that only asks for the names of types leaves the objects themselves unanswered
  if (onlyTypes)
    return representations.slice(0, MOST_ERRORS).map((_representation, index) => ['_entities', index]);
  return paths;
}

interface FieldOf {
  readonly key: string;
  readonly selectionSet: SelectionSetNode | undefined;
  /** Whether its conditions hold. */
  readonly asked: boolean;
}

const isAsked = ({ asked }: FieldOf): boolean => asked;

/** The fields of a selection set without `__typename`, through fragments; those on another type only if no own has any. */
function fieldsOf(
  selectionSet: SelectionSetNode,
  document: DocumentNode,
  values: ReadonlyMap<string, boolean>,
  typeName?: string,
): FieldOf[] {
  const fields = new Map<string, FieldOf>();
  const collect = (set: SelectionSetNode, matching: boolean, around: boolean): void => {
    for (const selection of set.selections) {
      const asked = around && isIncluded(selection, values);
      if (selection.kind === Kind.FIELD) {
        const key = keyOf(selection);
        if (matching && selection.name.value !== '__typename' && fields.get(key)?.asked !== true)
          fields.set(key, { key, selectionSet: selection.selectionSet, asked });
        continue;
      }
      const fragment = fragmentAt(document, selection);
      if (!fragment) continue;
      const on = fragment.typeCondition?.name.value;
      collect(fragment.selectionSet, on === undefined ? matching : on === (typeName ?? on), asked);
    }
  };
  collect(selectionSet, typeName === undefined, true);
  // an interface, or an interface object, is asked for under another name than the entity's own
  if (fields.size === 0 && typeName !== undefined) return fieldsOf(selectionSet, document, values);
  return [...fields.values()];
}
