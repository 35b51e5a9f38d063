import {
  isInterfaceType,
  isObjectType,
  type InterfaceType,
  type NamedType,
  type ObjectType,
  type Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';

/** The part of the planner's graph that is looked at: which fields lead from a type of a subgraph to which other. */
interface QueryGraph {
  allVertices(): Iterable<Vertex>;
  outEdges(vertex: Vertex): readonly Edge[];
}

interface Vertex {
  readonly type: NamedType;
  readonly source: string;
  hasReachableCrossSubgraphEdges: boolean;
}

interface Edge {
  readonly tail: Vertex;
  readonly transition: { readonly kind: string; readonly definition?: { readonly name: string } };
}

/**
 * Apollo's planner. It takes shortcuts where a subgraph's schema has all that is asked or required, and takes fields for
 * the subgraph's own that it has of others only (`@external`):
 * - where nothing within an object leads to another subgraph. So an object of which not all fields are there is marked as
 *   if something led elsewhere, by which it looks at each field;
 * - where what a field requires could be asked for on the way to its object. So what a subgraph gives nowhere is hidden.
 */
export function createPlanner(
  model: Supergraph,
  config: ConstructorParameters<typeof QueryPlanner>[1],
): QueryPlanner {
  const planner = new QueryPlanner(model, config);
  const { federatedQueryGraph: graph } = planner as unknown as { federatedQueryGraph: QueryGraph };
  /** Objects of one subgraph, by those that are right within. */
  const around = new Map<Vertex, Vertex[]>();
  /** Names of the fields that a subgraph gives somewhere, by its type. */
  const given = new Map<ObjectType, Set<string>>();
  const marked: Vertex[] = [];
  for (const vertex of graph.allVertices()) {
    const edges = graph.outEdges(vertex);
    for (const { tail } of edges)
      if (tail.source === vertex.source) around.set(tail, [...(around.get(tail) ?? []), vertex]);
    const { type } = vertex;
    const names = new Set(edges.flatMap(({ transition }) => transition.definition?.name ?? []));
    if (isObjectType(type)) given.set(type, new Set([...(given.get(type) ?? []), ...names]));
    const isPartial = (isObjectType(type) || isInterfaceType(type)) && lacksField(type, names);
    if (vertex.hasReachableCrossSubgraphEdges || isPartial) marked.push(vertex);
  }
  for (let vertex = marked.pop(); vertex; vertex = marked.pop()) {
    vertex.hasReachableCrossSubgraphEdges = true;
    marked.push(...(around.get(vertex) ?? []).filter((one) => !one.hasReachableCrossSubgraphEdges));
  }
  for (const [type, names] of given) if (lacksField(type, names)) hideOthers(type, names);
  return planner;
}

const lacksField = (type: ObjectType | InterfaceType, names: ReadonlySet<string>): boolean =>
  type.fields().some(({ name }) => !names.has(name));

/** Hides all fields but these and those of interfaces. Conditions in the graph name them, so they cannot be removed. */
function hideOthers(type: ObjectType, names: ReadonlySet<string>): void {
  const field = type.field.bind(type);
  const ofInterfaces = type.interfaces().flatMap((one) => one.fields().map(({ name }) => name));
  const shown = new Set([...names, ...ofInterfaces]);
  type.field = (name) => (shown.has(name) || name.startsWith('__') ? field(name) : undefined);
}
