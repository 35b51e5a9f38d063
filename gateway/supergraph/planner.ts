import { isInterfaceType, isObjectType, type NamedType, type Supergraph } from '@apollo/federation-internals';
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
 * Apollo's planner. Where nothing within an object leads to another subgraph, it asks the object's own for all fields that
 * the type has in its schema, those that it has of others only (`@external`) as well. So such objects are marked as if
 * something led elsewhere, by which it looks at each field.
 */
export function createPlanner(
  model: Supergraph,
  config: ConstructorParameters<typeof QueryPlanner>[1],
): QueryPlanner {
  const planner = new QueryPlanner(model, config);
  const { federatedQueryGraph: graph } = planner as unknown as { federatedQueryGraph: QueryGraph };
  /** Objects of one subgraph, by those that are right within. */
  const around = new Map<Vertex, Vertex[]>();
  const marked: Vertex[] = [];
  for (const vertex of graph.allVertices()) {
    const edges = graph.outEdges(vertex);
    for (const { tail } of edges)
      if (tail.source === vertex.source) around.set(tail, [...(around.get(tail) ?? []), vertex]);
    if (vertex.hasReachableCrossSubgraphEdges || lacksField(vertex, edges)) marked.push(vertex);
  }
  for (let vertex = marked.pop(); vertex; vertex = marked.pop()) {
    vertex.hasReachableCrossSubgraphEdges = true;
    marked.push(...(around.get(vertex) ?? []).filter((one) => !one.hasReachableCrossSubgraphEdges));
  }
  return planner;
}

/** Whether some field of the type cannot be asked for in this place. */
function lacksField({ type }: Vertex, edges: readonly Edge[]): boolean {
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const names = new Set(edges.map(({ transition }) => transition.definition?.name));
  return type.fields().some(({ name }) => !names.has(name));
}
