import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { Kind, print, type GraphQLSchema, type SelectionNode, type SelectionSetNode } from 'graphql';
import { isCondition, isIncluded, type Conditions } from '../../operation/conditions.ts';
import { operationOf } from '../../operation/planning/fetch-operation.ts';
import { keyOf } from '../../operation/fragments.ts';
import { joinsOf } from '../../operation/planning/refetch.ts';

/** A field that a fetch asks for, with all selections on the way to it. */
interface Asked {
  /** The keys, types and fields on the way: the same for the same field of the same object. */
  readonly id: string;
  readonly way: readonly SelectionNode[];
}

/** Combinations of conditions for which it is kept which fetches they need. */
const MOST_KEPT = 16;

/**
 * Which of several fetches of root fields that run beside each other are needed. Several subgraphs may be asked for one root
 * field, each for its part, and a part may be under a condition: where that does not hold, the subgraph would be asked for
 * an object that another brings, and for nothing of it.
 * @param nodes that a plan has in parallel
 * @param schema the supergraph's
 * @returns whether each of the nodes is needed; undefined if all are in any case
 */
export function compileNeeded(
  nodes: readonly PlanNode[],
  conditions: Conditions,
  schema: GraphQLSchema,
): ((variables: Record<string, unknown>) => readonly boolean[]) | undefined {
  const fetches = nodes.filter(
    (node): node is FetchNode => node.kind === 'Fetch' && node.operationKind === 'query' && !node.requires,
  );
  if (fetches.length < 2 || conditions.names.length === 0) return undefined;
  const { hasInterfaceObjects } = joinsOf({ supergraphSchema: schema });
  const asked = new Map(
    fetches.map((node) => {
      const fields = fieldsIn(operationOf(node).selectionSet);
      // not all subgraphs tell the same of a type where some have an interface as one object
      return [node, hasInterfaceObjects ? fields.map((one) => withOwnType(one, node)) : fields];
    }),
  );
  const isOptional = (node: FetchNode): boolean => {
    const own = asked.get(node) ?? [];
    const others = new Set(fetches.filter((one) => one !== node).flatMap((one) => idsOf(asked.get(one))));
    const isShared = (one: Asked): boolean => one.way.some(isConditional) || others.has(one.id);
    return own.some(({ way }) => way.some(isConditional)) && own.every(isShared);
  };
  if (!fetches.some(isOptional)) return undefined;

  const choose = (values: ReadonlyMap<string, boolean>): readonly boolean[] => {
    const left = new Map<PlanNode, readonly string[]>(
      [...asked].map(([node, fields]) => [
        node,
        idsOf(fields.filter(({ way }) => way.every((one) => isIncluded(one, values)))),
      ]),
    );
    for (const [node, ids] of left) {
      const others = new Set([...left].flatMap(([one, more]) => (one === node ? [] : more)));
      if (ids.every((id) => others.has(id))) left.delete(node);
    }
    return nodes.map((node) => !fetches.some((one) => one === node) || left.has(node));
  };
  const kept = new Map<string, readonly boolean[]>();
  return (variables) => {
    const values = conditions.names.map(
      (name) => [name, conditions.valueOf(name, variables) === true] as const,
    );
    const key = values.map(([, value]) => (value ? '1' : '0')).join('');
    const known = kept.get(key);
    if (known) return known;
    const chosen = choose(new Map(values));
    if (kept.size < MOST_KEPT) kept.set(key, chosen);
    return chosen;
  };
}

function fieldsIn(
  { selections }: SelectionSetNode,
  place = '',
  around: readonly SelectionNode[] = [],
): Asked[] {
  return selections.flatMap((one): Asked[] => {
    const way = [...around, one];
    if (one.kind === Kind.INLINE_FRAGMENT) {
      const condition = one.typeCondition ? `|${one.typeCondition.name.value}` : '';
      return fieldsIn(one.selectionSet, place + condition, way);
    }
    if (one.kind !== Kind.FIELD) return [];
    const id = `${place} ${keyOf(one)}:${one.name.value}(${(one.arguments ?? []).map(print).join()})`;
    return [{ id, way }, ...(one.selectionSet ? fieldsIn(one.selectionSet, id, way) : [])];
  });
}

const withOwnType = (one: Asked, { serviceName }: FetchNode): Asked =>
  one.id.endsWith(':__typename()') ? { ...one, id: `${serviceName} ${one.id}` } : one;

const idsOf = (asked: readonly Asked[] = []): string[] => asked.map(({ id }) => id);

const isConditional = ({ directives = [] }: SelectionNode): boolean => directives.some(isCondition);
